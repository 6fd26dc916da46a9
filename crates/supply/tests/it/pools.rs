//! Stock that is set aside for campaigns.

use crate::{Yard, ctx, facts, new_id, reason, reserve, write};
use kernel::id::{Campaign, Sku};
use kernel::{Id, Permit};
use supply::warehouse::{self, Basket, Error, Figures, Line};
use testkit::db::on_both;

fn set_aside(yard: &Yard, campaign: Id<Campaign>, sku: Id<Sku>, quantity: i64) -> Result<Figures, Error> {
    let (shop, warehouse) = (yard.shop, yard.sites[0].id);
    write(&yard.db, move |tx| {
        warehouse::set_aside(tx, &ctx(), &Permit::by_gate(shop), campaign, (sku, warehouse, quantity))
    })
}

fn in_campaign(yard: &Yard, campaign: Id<Campaign>, sku: Id<Sku>, quantity: i64) -> Basket {
    Basket { lines: vec![Line { sku, quantity, campaign: Some(campaign) }], ..yard.basket(&[]) }
}

fn end(yard: &Yard, campaign: Id<Campaign>) -> Result<bool, Error> {
    let shop = yard.shop;
    write(&yard.db, move |tx| warehouse::end_campaign(tx, &ctx(), shop, campaign))
}

#[test]
fn a_pool_is_sold_in_its_campaign_alone() {
    on_both(|db| {
        let yard = Yard::new(db, 1);
        let (sku, campaign) = (yard.sku(&[10]), new_id());
        assert_eq!(set_aside(&yard, campaign, sku, 6).unwrap().available(), 6);
        let head = yard.head(sku);
        assert_eq!((head.on_hand, head.pooled, head.available), (10, 6, 4));
        let lacks = |err| match err {
            Error::Short(lacks) => (lacks[0].wanted, lacks[0].left, lacks[0].campaign),
            other => panic!("{other}"),
        };
        assert_eq!(lacks(yard.reserve(&[(sku, 5)]).unwrap_err()), (5, 4, None));
        let err = reserve(db, in_campaign(&yard, campaign, sku, 7)).unwrap_err();
        assert_eq!(lacks(err), (7, 6, Some(campaign)));
        let unknown = new_id();
        let err = reserve(db, in_campaign(&yard, unknown, sku, 1)).unwrap_err();
        assert_eq!(err, Error::NoCampaign(unknown));
        reserve(db, in_campaign(&yard, campaign, sku, 6)).unwrap();
        yard.reserve(&[(sku, 4)]).unwrap();
        assert_eq!(db.read(|q| warehouse::available(q, yard.shop, sku, Some(campaign))).unwrap(), 0);
        assert_eq!(lacks(set_aside(&yard, campaign, sku, 1).unwrap_err()), (1, 0, None));
        yard.is_sound();
    });
}

#[test]
fn when_a_campaign_ends_its_stock_is_on_the_shelf_and_stays_there() {
    on_both(|db| {
        let yard = Yard::new(db, 1);
        let (sku, campaign) = (yard.sku(&[10]), new_id());
        let shop = yard.shop;
        set_aside(&yard, campaign, sku, 6).unwrap();
        let sold = reserve(db, in_campaign(&yard, campaign, sku, 2)).unwrap();
        let unpaid = reserve(db, in_campaign(&yard, campaign, sku, 3)).unwrap();
        assert!(end(&yard, campaign).unwrap());
        let head = yard.head(sku);
        assert_eq!((head.on_hand, head.reserved, head.pooled, head.available), (10, 5, 0, 5));
        let err = reserve(db, in_campaign(&yard, campaign, sku, 1)).unwrap_err();
        assert_eq!(err, Error::CampaignOver(campaign));
        assert_eq!(set_aside(&yard, campaign, sku, 1).unwrap_err(), Error::CampaignOver(campaign));
        // What is given back late does not stay in a pool that nobody sells from.
        write(db, move |tx| warehouse::release(tx, &ctx(), shop, unpaid.id, &reason())).unwrap();
        assert_eq!(yard.figures(sku), (10, 2, 8));
        write(db, move |tx| warehouse::commit(tx, &ctx(), shop, sold.id)).unwrap();
        assert_eq!(yard.figures(sku), (8, 0, 8));
        assert!(end(&yard, campaign).unwrap(), "ending it again changes nothing");
        let pooled: Vec<_> = facts(db).into_iter().filter(|(kind, _)| *kind == "stock.pooled").collect();
        assert_eq!(pooled, [("stock.pooled", 6), ("stock.pooled", -1), ("stock.pooled", -3)]);
        yard.is_sound();
    });
}

#[test]
fn a_kit_is_sold_from_the_pools_of_its_parts() {
    on_both(|db| {
        let yard = Yard::new(db, 1);
        let (cup, tea, campaign) = (yard.sku(&[10]), yard.sku(&[10]), new_id());
        let kit = yard.kit(&[cup, tea]);
        set_aside(&yard, campaign, cup, 2).unwrap();
        set_aside(&yard, campaign, tea, 3).unwrap();
        assert_eq!(set_aside(&yard, campaign, kit, 1).unwrap_err(), Error::IsKit(kit));
        assert_eq!(db.read(|q| warehouse::available(q, yard.shop, kit, Some(campaign))).unwrap(), 2);
        reserve(db, in_campaign(&yard, campaign, kit, 2)).unwrap();
        assert!(matches!(reserve(db, in_campaign(&yard, campaign, kit, 1)), Err(Error::Short(_))));
        yard.is_sound();
    });
}

#[test]
fn many_variants_are_asked_for_at_once_and_a_kit_has_what_its_rarest_part_allows() {
    on_both(|db| {
        let yard = Yard::new(db, 2);
        let (cup, tea) = (yard.sku(&[10, 2]), yard.sku(&[3]));
        let kit = yard.kit(&[cup, tea]);
        let mut asked: Vec<_> = (0..40).map(|n| yard.sku(&[n])).collect();
        asked.extend([cup, tea, kit, new_id()]);
        let other = Yard::new(db, 1);
        asked.push(other.sku(&[7]));
        let found = db.read(|q| warehouse::availables(q, yard.shop, &asked)).unwrap();
        assert_eq!(found.len(), 43, "what is another shop's, or nobody's, is left out");
        for (sku, left) in &found {
            assert_eq!(db.read(|q| warehouse::available(q, yard.shop, *sku, None)).unwrap(), *left);
        }
        assert!(found.contains(&(kit, 3)) && found.contains(&(cup, 12)));
    });
}
