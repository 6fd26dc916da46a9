//! Who can sign in to the demo, and whose the shops are.

use super::place::{Error, Place, ctx, end, write};
use crate::history::{Plan, Sketch};
use kernel::{Country, Id, id};
use people::member::{self, Hashed, Rules, SignUp};
use people::merchant::{self, Industry, NewShop};
use people::staff::{self, Invite, Role};
use people::vault::{Contact, Postal};
use std::sync::Arc;

/// The password of everybody in a demo.
pub const PASSWORD: &str = "sanhao-demo-618";

/// Somebody to sign in as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// What they are here, in Chinese.
    pub zh: String,
    /// And in English.
    pub en: String,
    /// The phone number they sign in with; the password is [`PASSWORD`].
    pub login: &'static str,
    /// Where they begin.
    pub begins: &'static str,
}

/// Who was made.
pub(super) struct Made {
    pub(super) people: Vec<Person>,
    pub(super) consumer: Id<id::Member>,
}

const CONSUMER: (&str, &str) = ("13800000001", "林小满");
const OWNER: (&str, &str) = ("13800000002", "陈木子");
const CLERK: (&str, &str) = ("13800000003", "周知行");
const ADMIN: (&str, &str) = ("13800000004", "沈安");

fn addresses() -> [Postal; 2] {
    let postal = |province: &str, city: &str, district: &str, street: &str, postcode: &str| Postal {
        recipient: CONSUMER.1.to_owned(),
        phone: CONSUMER.0.to_owned(),
        province: province.to_owned(),
        city: city.to_owned(),
        district: district.to_owned(),
        street: street.to_owned(),
        postcode: postcode.to_owned(),
    };
    [
        postal("上海市", "上海市", "徐汇区", "漕溪北路 18 号 6 幢 1203 室", "200030"),
        postal("浙江省", "杭州市", "西湖区", "文三路 90 号 2 号楼前台", "310012"),
    ]
}

/// Signs everybody up, gives them their seats, and takes the history's shops up.
pub(super) fn make(place: Place<'_>, plan: &Plan, shops: &[Sketch], own: usize) -> Result<Made, Error> {
    let rules = Rules::default();
    let now = end(plan);
    // One hash for all of them: it is one password, and it is told to everybody.
    let password = Hashed::new(&rules, PASSWORD)?;
    let mut ups = Vec::new();
    for (login, name) in [CONSUMER, OWNER, CLERK, ADMIN] {
        let contacts = vec![Contact::read(login, Some(Country::CN))?];
        ups.push(SignUp { contacts, name: Some(name.to_owned()), password: password.clone() });
    }
    let invite = Invite::new(
        staff::Scope::Platform,
        Role::PlatformCatalog,
        Contact::read(CLERK.0, Some(Country::CN))?,
        now.plus_days(1),
    )?;
    let (their, vault) = (plan.clone(), place.vault.clone());
    let members = write(place.db, "demo.people", move |tx| {
        let ctx = ctx(&their, now.plus_days(-150), 2, 0);
        let mut members = Vec::new();
        for up in &ups {
            members.push(member::sign_up(tx, &ctx, &vault, up)?);
        }
        for postal in addresses() {
            member::add_address(tx, &ctx, &vault, members[0], &postal, Some(Country::CN))?;
        }
        staff::found_platform(tx, &ctx, members[3])?;
        staff::invite(tx, &ctx, &vault, members[3], &invite)?;
        staff::accept(tx, &ctx, members[2], invite.token())?;
        Ok(members)
    })?;
    let all: Arc<[Sketch]> = shops.into();
    for (n, chunk) in (0..all.len()).collect::<Vec<_>>().chunks(100).enumerate() {
        let (all, chunk, their, owner) = (Arc::clone(&all), chunk.to_vec(), plan.clone(), members[1]);
        write(place.db, "demo.shops", move |tx| {
            for at in &chunk {
                let shop = &all[*at];
                let new = NewShop {
                    name: shop.name.as_str().into(),
                    industry: Industry::parse(shop.industry),
                    kind: merchant::Kind::parse(shop.kind),
                    owner: (*at == own).then_some(owner),
                };
                let ctx = ctx(&their, shop.opened, 3, (n as u64) << 32 | *at as u64);
                merchant::adopt_shop(tx, &ctx, shop.id, &new)?;
            }
            Ok(())
        })?;
    }
    let name = shops.get(own).map_or("", |shop| shop.name.as_str());
    let person = |zh: &str, en: &str, (login, _): (&'static str, &str), begins: &'static str| Person {
        zh: zh.to_owned(),
        en: en.to_owned(),
        login,
        begins,
    };
    let people = vec![
        person("消费者", "a consumer", CONSUMER, "/"),
        person(&format!("「{name}」店主"), &format!("the owner of {name}"), OWNER, "/merchant"),
        person("平台商品审核", "the platform's catalog clerk", CLERK, "/console"),
        person("平台管理员", "the platform's administrator", ADMIN, "/console"),
    ];
    Ok(Made { people, consumer: members[0] })
}
