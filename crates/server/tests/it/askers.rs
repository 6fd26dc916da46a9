//! Everybody who may ask, with what they may, and the refusal that each must get.

use super::people::{By_, World};
use kernel::Id;
use kernel::id::Shop;
use people::api_key::{self, NewKey};
use people::staff::{Area, By, Permission, Role, Scope};
use web_kit::operation::Needs;

/// The address with things in it that are nowhere, but for the shop.
pub(super) fn filled(path: &str, shop: Id<Shop>) -> String {
    let mut out = String::new();
    for part in path.split('/').skip(1) {
        out.push('/');
        match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some("shop") => out.push_str(&shop.to_string()),
            Some(name) => {
                let prefix = match name {
                    "product" => "prd",
                    "order" => "ord",
                    "address" => "adr",
                    "member" => "mbr",
                    _ => "xyz",
                };
                out.push_str(&format!("{prefix}_{}", "0".repeat(26)));
            }
            None => out.push_str(part),
        }
    }
    out
}

/// Somebody who may ask.
pub(super) struct Asker {
    pub(super) name: String,
    pub(super) by: By_,
    /// What they may, and where.
    may: Vec<Permission>,
    pub(super) scope: Option<Scope>,
    is_member: bool,
}

impl Asker {
    /// The status of the refusal that must come, if one must.
    pub(super) fn refusal(&self, needs: Needs, of_platform: bool, shop: Id<Shop>) -> Option<u16> {
        let nobody = self.by == By_::Nobody;
        // The ticket is for the platform's addresses; elsewhere it is not looked at.
        let ticket = self.by == By_::Operator;
        let nobody = nobody || (ticket && !of_platform);
        match needs {
            Needs::Public => None,
            // Nobody here has one.
            Needs::ShopLink => Some(401),
            _ if nobody => Some(401),
            Needs::Member => match (self.is_member, ticket) {
                (true, _) => None,
                (false, true) => Some(401),
                (false, false) => Some(403),
            },
            Needs::Permission(permission) => match permission.area() {
                Area::Consumer => panic!("say member"),
                Area::Platform => {
                    (self.scope != Some(Scope::Platform) || !self.may.contains(&permission)).then_some(403)
                }
                Area::Shop if self.scope != Some(Scope::Shop(shop)) => Some(404),
                Area::Shop => (!self.may.contains(&permission)).then_some(403),
            },
        }
    }
}

/// Everybody: nobody, the operator, a member, every role, keys, and who belongs to another shop.
pub(super) fn askers(world: &World, shop: Id<Shop>, other: Id<Shop>) -> Vec<Asker> {
    let mut all = vec![
        Asker { name: "nobody".into(), by: By_::Nobody, may: vec![], scope: None, is_member: false },
        Asker {
            name: "operator".into(),
            by: By_::Operator,
            may: Permission::ALL
                .iter()
                .copied()
                .filter(|p| p.area() == Area::Platform)
                .filter(|p| !matches!(p, Permission::PlatformReveal | Permission::PlatformAudit))
                .collect(),
            scope: Some(Scope::Platform),
            is_member: false,
        },
        Asker {
            name: "consumer".into(),
            by: By_::Bearer(world.somebody().1),
            may: vec![],
            scope: None,
            is_member: true,
        },
    ];
    let mut seated = |name: String, scope: Scope, role: Role| {
        let by = By_::Bearer(world.seated(scope, role));
        all.push(Asker { name, by, may: role.permissions().to_vec(), scope: Some(scope), is_member: true });
    };
    seated("owner of another shop".into(), Scope::Shop(other), Role::ShopOwner);
    for role in Role::ALL.iter().copied() {
        match role.area() {
            Area::Consumer => {}
            Area::Shop => seated(role.as_str().into(), Scope::Shop(shop), role),
            Area::Platform => seated(role.as_str().into(), Scope::Platform, role),
        }
    }
    for (name, scope, may) in [
        ("key of the shop", Scope::Shop(shop), vec![Permission::ShopView, Permission::ShopOrders]),
        ("key of another shop", Scope::Shop(other), vec![Permission::ShopView, Permission::ShopOrders]),
        ("key of the platform", Scope::Platform, vec![Permission::PlatformView, Permission::PlatformCatalog]),
    ] {
        let by = By_::Bearer(world.key(scope, &may));
        all.push(Asker { name: name.into(), by, may, scope: Some(scope), is_member: false });
    }
    all
}

impl World {
    /// A key of a program.
    pub(super) fn key(&self, scope: Scope, permissions: &[Permission]) -> String {
        let cmd = NewKey::new(scope, permissions, "test", None).unwrap();
        let secret = cmd.secret().expose();
        self.write(move |tx, ctx| api_key::make(tx, ctx, By::Operator, &cmd, 50).map(drop));
        secret
    }
}
