//! What a key is, and what no key may. No clock, no database.

use crate::member::Token;
use crate::staff::{By, Permission, Scope};
use kernel::id::ApiKey;
use kernel::{Id, Moment};
use std::fmt;

/// What a program shows: `shk_` and 64 hexadecimal digits. Does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub(super) Token);

impl Secret {
    const PREFIX: &'static str = "shk_";

    /// For the program.
    pub fn expose(&self) -> String {
        format!("{}{}", Self::PREFIX, self.0.expose())
    }

    /// From a program; nothing if it is no such secret at all.
    pub fn read(text: &str) -> Option<Self> {
        text.strip_prefix(Self::PREFIX).and_then(Token::read).map(Self)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// A key for those who may see it: all but its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyView {
    /// Its id.
    pub id: Id<ApiKey>,
    /// Where it acts.
    pub scope: Scope,
    /// What it is for, in the words of who made it.
    pub name: Box<str>,
    /// What it may.
    pub permissions: Vec<Permission>,
    /// Who made it.
    pub by: By,
    /// When.
    pub made_at: Moment,
    /// When its time is over, if ever.
    pub until: Option<Moment>,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Moment>,
}

impl KeyView {
    /// Whether it opens anything.
    pub fn open(&self, now: Moment) -> bool {
        self.revoked_at.is_none() && self.until.is_none_or(|until| now < until)
    }
}

/// Whether a program may have a permission at all. Inviting people, making keys and seeing personal data take a person.
pub const fn grantable(permission: Permission) -> bool {
    use Permission as P;
    match permission {
        P::Buy
        | P::ShopReveal
        | P::ShopStaff
        | P::PlatformReveal
        | P::PlatformAudit
        | P::PlatformStaff
        | P::PlatformMembers
        // An order that waits for a person waits for no program.
        | P::PlatformRisk => false,
        P::ShopView
        | P::ShopSettings
        | P::ShopGoods
        | P::ShopStock
        | P::ShopOrders
        | P::ShopCare
        | P::ShopMoney
        | P::PlatformView
        | P::PlatformCatalog
        | P::PlatformOrders
        | P::PlatformCare
        | P::PlatformMoney
        | P::PlatformRules => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_reads_back_and_does_not_print() {
        let secret = Secret(Token::read(&"a1".repeat(32)).unwrap());
        assert_eq!(Secret::read(&secret.expose()), Some(secret.clone()));
        assert_eq!(format!("{secret:?}"), "***");
        for text in ["", "shk_", "shk_abc", &"a1".repeat(32), &format!("shk_{}", "g".repeat(64))] {
            assert_eq!(Secret::read(text), None, "{text}");
        }
    }

    #[test]
    fn no_key_acts_where_a_person_must() {
        let never: Vec<_> = Permission::ALL
            .iter()
            .filter(|permission| !grantable(**permission))
            .map(|p| p.as_str())
            .collect();
        let expected = [
            "buy",
            "shop.reveal",
            "shop.staff",
            "platform.risk",
            "platform.members",
            "platform.reveal",
            "platform.audit",
            "platform.staff",
        ];
        assert_eq!(never, expected);
    }
}
