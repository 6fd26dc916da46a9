//! Where a reader came from, carried by links to products: `?via=`, a scene with its evidence and the day, signed with the
//! market's key together with the product it leads to.
//!
//! Invariants: a line of a cart has the scene that its link was signed with, or the mall without evidence; what was
//! changed, signed for another product or another market, or is older than a week is not believed.

use crate::link::Key;
use crate::problem::Failure;
use crate::site::Site;
use kernel::id::Product;
use kernel::{Id, Moment};
use trade::scene::{Scene, Via};

/// For how many days a link goes on telling where its reader came from.
pub const DAYS: i64 = 7;

/// How many bytes of the signature travel.
pub const SIGNED: usize = 10;

/// Microseconds in a day.
pub const DAY: i64 = 86_400_000_000;

pub(crate) fn signed(key: &Key, product: Id<Product>, text: &str) -> Option<String> {
    let mac = key.mac(b"sanhao via 1", &[product.raw().bytes(), text.as_bytes()])?;
    Some(crate::link::write(&mac[..SIGNED]))
}

/// The token of a link to a product.
pub fn token(site: &Site, now: Moment, product: Id<Product>, via: &Via) -> String {
    written(&site.merchant_key, now, product, via)
}

pub(crate) fn written(key: &Key, now: Moment, product: Id<Product>, via: &Via) -> String {
    let day = now.micros().div_euclid(DAY);
    let text = format!("{}.{day}.{}", via.scene.as_str(), via.evidence.as_deref().unwrap_or_default());
    let mac = signed(key, product, &text).unwrap_or_default();
    format!("{text}.{mac}")
}

/// The address of a product with the token of where the reader is.
pub fn link(site: &Site, now: Moment, product: Id<Product>, via: &Via) -> String {
    format!("/product/{product}?via={}", token(site, now, product, via))
}

/// What a token says, if it is one of ours, of this product, and of the last week.
pub fn read(key: &Key, now: Moment, product: Id<Product>, token: &str) -> Option<Via> {
    let (text, mac) = token.rsplit_once('.')?;
    if token.len() > 200 || signed(key, product, text)? != mac {
        return None;
    }
    let mut parts = text.splitn(3, '.');
    let (scene, day, evidence) = (parts.next()?, parts.next()?, parts.next()?);
    let age = now.micros().div_euclid(DAY) - day.parse::<i64>().ok()?;
    if !(0..=DAYS).contains(&age) {
        return None;
    }
    Via::parse(scene, Some(evidence)).ok()
}

/// Where a page's reader came from: an unbelievable token counts as the mall.
pub fn of_page(site: &Site, now: Moment, product: Id<Product>, token: Option<&str>) -> Via {
    token.and_then(|token| read(&site.merchant_key, now, product, token)).unwrap_or_else(Via::mall)
}

/// Where a program says that its reader came from: an unbelievable token is refused.
pub fn of_program(
    site: &Site,
    now: Moment,
    product: Id<Product>,
    token: Option<&str>,
) -> Result<Via, Failure> {
    let Some(token) = token else { return Ok(Via::mall()) };
    read(&site.merchant_key, now, product, token)
        .ok_or_else(|| Failure::from(crate::refusal::Refusal::BadToken))
}

/// A scene with an evidence made of a word and an id.
pub fn of(scene: Scene, word: &str, id: &str) -> Via {
    Via::new(scene, Some(&format!("{word}:{id}"))).unwrap_or(Via { scene, evidence: None })
}

/// The scene of a search: what was searched for stands in no fact, only the same search again gives the same word.
pub fn search(text: &str) -> Via {
    let hash = text.trim().to_lowercase().bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    of(Scene::Search, "query", &format!("{hash:016x}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::RawId;

    #[test]
    fn a_token_tells_its_scene_for_its_product_in_its_market_for_a_week() {
        let (key, now) = (Key::of([7; 32]), Moment::from_micros(20_000 * DAY + 5));
        let product = |n| Id::<Product>::from_raw(RawId([n; 16]));
        let shelf = of(Scene::Mall, "slot", "slt_06bz");
        let token = written(&key, now, product(1), &shelf);
        assert_eq!(read(&key, now, product(1), &token), Some(shelf));
        assert_eq!(
            read(&key, now.plus_days(DAYS), product(1), &token).map(|via| via.scene),
            Some(Scene::Mall)
        );
        assert_eq!(read(&key, now.plus_days(DAYS + 1), product(1), &token), None, "too old");
        assert_eq!(read(&key, now.plus_days(-1), product(1), &token), None, "of tomorrow");
        assert_eq!(read(&key, now, product(2), &token), None, "of another product");
        assert_eq!(read(&Key::of([8; 32]), now, product(1), &token), None, "of another market");
        for forged in [
            token.replace("mall", "live"),
            token.replace("slt_06bz", "slt_06by"),
            token.replace("20000", "20001"),
            String::new(),
            "....".to_owned(),
            format!("{token}0"),
        ] {
            assert_eq!(read(&key, now, product(1), &forged), None, "{forged}");
        }
    }

    #[test]
    fn the_same_search_has_the_same_evidence_and_never_its_text() {
        let via = search(" 马克杯 ");
        assert_eq!(via, search("马克杯"));
        assert_ne!(via, search("杯"));
        let evidence = via.evidence.unwrap();
        assert!(evidence.starts_with("query:") && evidence.is_ascii(), "{evidence}");
    }
}
