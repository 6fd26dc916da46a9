//! From rows to facts: which step knows which.

use super::{Checked, Order, Part};
use aftercare::care;
use kernel::fact::Minor;
use kernel::id::Purchase;
use kernel::{Fact, Id, Moment, RawId, Record};
use people::merchant;
use supply::logistics;
use trade::{order, payment};

/// At one moment things happen in this order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Opened,
    Placed,
    Recorded,
    Paid,
    PickedUp,
    Delivered,
    Cancelled,
    Reviewed,
}

impl Checked {
    /// All facts: purchases in the order they were placed, the facts of one purchase in the order they happened. A
    /// shop is opened just before its first order.
    pub fn facts(&self) -> impl Iterator<Item = Record> + '_ {
        let mut opened = vec![false; self.sellers.len()];
        let mut queue: Vec<(Moment, Rank, Record)> = Vec::new();
        self.sequence.iter().flat_map(move |n| {
            self.purchase(*n, &mut opened, &mut queue);
            queue.sort_by_key(|(at, rank, _)| (*at, *rank));
            queue.drain(..).map(|(_, _, record)| record).collect::<Vec<_>>()
        })
    }

    fn purchase(&self, n: u32, opened: &mut [bool], queue: &mut Vec<(Moment, Rank, Record)>) {
        let row = &self.orders[n as usize];
        let purchase: Id<Purchase> =
            Id::from_raw(RawId::of_external(row.placed, "olist", &["purchase", &row.id]));
        for part in self.parts.of(n) {
            let seller = &self.sellers[part.seller as usize];
            let shop = Id::from_raw(seller.shop);
            if !std::mem::replace(&mut opened[part.seller as usize], true) {
                let (external_id, name) = (seller.id.clone(), seller.name.clone());
                let fact = merchant::fact::Opened {
                    at: row.placed,
                    shop: Some(shop),
                    subject: shop,
                    external_id,
                    name,
                    industry: None,
                    kind: None,
                };
                queue.push((row.placed, Rank::Opened, fact.record()));
            }
            let order =
                Id::from_raw(RawId::of_external(row.placed, "olist", &["order", &row.id, &seller.id]));
            self.steps(row, part, Ids { shop, order, purchase }, queue);
            for review in self.reviews.of(n) {
                let key = ["review", &*review.id, &*row.id, &*seller.id];
                let fact = care::fact::Created {
                    at: review.at,
                    shop: Some(shop),
                    review: Id::from_raw(RawId::of_external(row.placed, "olist", &key)),
                    order_id: order,
                    score: i64::from(review.score),
                    excluded: None,
                    rules: None,
                };
                queue.push((review.at, Rank::Reviewed, fact.record()));
            }
        }
        for paid in self.payments.of(n) {
            let sequential = paid.sequential.to_string();
            let at = row.paid.unwrap_or(row.placed);
            let fact = payment::fact::Recorded {
                at,
                shop: None,
                payment: Id::from_raw(RawId::of_external(
                    row.placed,
                    "olist",
                    &["payment", &row.id, &sequential],
                )),
                purchase,
                method: self.methods[paid.method as usize].clone(),
                installments: i64::from(paid.installments),
                amount: Minor(paid.amount),
            };
            queue.push((at, Rank::Recorded, fact.record()));
        }
    }

    fn steps(&self, row: &Order, part: &Part, ids: Ids, queue: &mut Vec<(Moment, Rank, Record)>) {
        let (Ids { order, purchase, .. }, shop) = (ids, Some(ids.shop));
        let (placed_at, ship_by, deliver_by) = (row.placed, part.ship_by, row.deliver_by);
        let cancelled = row.cancelled_at();
        let fact = order::fact::Placed {
            at: placed_at,
            shop,
            order,
            purchase,
            external_id: row.id.clone(),
            lines: i64::from(part.lines),
            goods: Minor(part.goods),
            freight: Minor(part.freight),
            gmv: Minor(part.goods + part.freight),
            ship_by,
            deliver_by,
            excluded: None,
            rules: None,
        };
        queue.push((placed_at, Rank::Placed, fact.record()));
        if let Some(at) = row.paid {
            let fact = order::fact::Paid {
                at,
                shop,
                order,
                placed_at,
                excluded: None,
                rules: None,
                pickup_from: None,
                pass_pickup_by: None,
                insured: None,
            };
            queue.push((at, Rank::Paid, fact.record()));
        }
        if let Some(at) = row.picked_up {
            let fact = logistics::fact::PickedUp {
                at,
                shop,
                order,
                placed_at,
                paid_at: row.paid.filter(|paid| *paid <= at),
                ship_by,
                cancelled_at: cancelled.filter(|cancelled| *cancelled < at),
                excluded: None,
                rules: None,
                pickup_from: None,
                standard_by: None,
                pass_pickup_by: None,
                by: None,
            };
            queue.push((at, Rank::PickedUp, fact.record()));
        }
        if let Some(at) = row.delivered {
            let fact = logistics::fact::Delivered {
                at,
                shop,
                order,
                placed_at,
                picked_up_at: row.picked_up.filter(|picked_up| *picked_up <= at),
                deliver_by,
                cancelled_at: cancelled.filter(|cancelled| *cancelled < at),
                excluded: None,
                rules: None,
                paid_at: None,
                standard_by: None,
                next_day_by: None,
                claimed_at: None,
                claimed: None,
                found_at: None,
                install: None,
                remote: None,
            };
            queue.push((at, Rank::Delivered, fact.record()));
        }
        if let Some(at) = cancelled {
            let fact = order::fact::Cancelled {
                at,
                shop,
                order,
                placed_at,
                ship_by,
                deliver_by,
                picked_up_at: row.picked_up.filter(|picked_up| *picked_up <= at),
                delivered_at: row.delivered.filter(|delivered| *delivered <= at),
                excluded: None,
                pass_pickup_by: None,
                standard_by: None,
                stalled_at: None,
                by: None,
                reason: None,
            };
            queue.push((at, Rank::Cancelled, fact.record()));
        }
    }
}

#[derive(Clone, Copy)]
struct Ids {
    shop: Id<kernel::id::Shop>,
    order: Id<kernel::id::Order>,
    purchase: Id<Purchase>,
}
