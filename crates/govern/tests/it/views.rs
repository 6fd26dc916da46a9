//! What pages show of orders and of the market.

use crate::history::{DAY, HOUR, Story, at, order_id, pond, shop_id};
use govern::view::{self, After, Status};

fn some() -> Vec<Story> {
    let story = |shop, placed: i64, gmv| Story {
        shop,
        placed,
        ship_by: placed + 2 * DAY,
        deliver_by: placed + 9 * DAY,
        gmv,
        ..Story::default()
    };
    vec![
        Story {
            paid: Some(HOUR),
            picked_up: Some(DAY),
            delivered: Some(3 * DAY),
            review: Some((4 * DAY, 5)),
            ..story(0, 0, 100)
        },
        Story { cancelled: Some(2 * DAY), ..story(0, DAY, 20) },
        Story { paid: Some(DAY), ..story(0, DAY, 3) },
        story(1, DAY, 7),
    ]
}

#[test]
fn an_order_is_found_by_either_id_with_its_timeline() {
    let pond = pond(&some(), None);
    let page = view::order(&pond.ask, "o000").unwrap();
    assert_eq!(page, view::order(&pond.ask, &order_id(0).to_string()).unwrap());
    let kinds: Vec<_> = page.facts.iter().map(|f| f.kind).collect();
    assert_eq!(
        kinds,
        ["order.placed", "order.paid", "parcel.picked_up", "parcel.delivered", "review.created"]
    );
    assert_eq!((page.order.status(), page.order.delivered_at), (Status::Delivered, Some(at(3 * DAY))));
    let columns: Vec<_> = page.facts[4].values.iter().map(|v| v.column.name).collect();
    assert_eq!(columns, ["order_id", "score", "excluded", "rules"]);
    let err = view::order(&pond.ask, "nobody").unwrap_err().to_string();
    assert!(err.contains("\"nobody\""), "{err}");
}

#[test]
fn a_shops_orders_come_in_pages_from_the_latest_back() {
    let pond = pond(&some(), None);
    let first = view::orders(&pond.ask, &view::OrderFilter::of_shop(0), None, 2).unwrap();
    let seen = |page: &[view::OrderView]| {
        page.iter().map(|o| (o.external_id.clone(), o.status())).collect::<Vec<_>>()
    };
    assert_eq!(seen(&first), [("o002".to_owned(), Status::Paid), ("o001".to_owned(), Status::Cancelled)]);
    let after = After { placed_at: first[1].placed_at, external_id: first[1].external_id.clone() };
    let second = view::orders(&pond.ask, &view::OrderFilter::of_shop(0), Some(&after), 2).unwrap();
    assert_eq!(seen(&second), [("o000".to_owned(), Status::Delivered)]);
    assert_eq!(second[0].paid_at, Some(at(HOUR)));
    assert!(view::orders(&pond.ask, &view::OrderFilter::of_shop(2), None, 2).unwrap().is_empty());
}

#[test]
fn sales_are_counted_by_day_and_shop() {
    let pond = pond(&some(), None);
    let ends = [at(DAY - 1), at(2 * DAY - 1), at(3 * DAY - 1)];
    let days = |shop| {
        view::sales(&pond.ask, &ends, shop).unwrap().iter().map(|d| (d.orders, d.gmv)).collect::<Vec<_>>()
    };
    assert_eq!(days(None), [(1, 100), (3, 30), (0, 0)]);
    assert_eq!(days(Some(1)), [(0, 0), (1, 7), (0, 0)]);
    let extent = view::extent(&pond.ask).unwrap().unwrap();
    assert_eq!((extent.first, extent.last, extent.orders), (at(0), at(DAY), 4));
    assert_eq!(view::extent(&self::pond(&[], None).ask).unwrap(), None);
}

#[test]
fn a_shop_is_found_by_either_id() {
    let pond = pond(&[], None);
    let shops = govern::shops(&pond.ask).unwrap();
    assert_eq!(shops.len(), 3);
    assert_eq!(shops.find("s1").map(|s| s.no), Some(1));
    assert_eq!(shops.find(&shop_id(2).to_string()).map(|s| s.no), Some(2));
    assert!(shops.named("s9").unwrap_err().to_string().contains("\"s9\""));
}
