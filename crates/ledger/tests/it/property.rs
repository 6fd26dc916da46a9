//! Random histories of bookings and refusals: whatever is tried, in whatever order, the ledger stays one.

use super::{balance, ctx, late_refund, of, refund, release, sandbox, seed, yuan};
use kernel::{Currency, Problem};
use ledger::{Account, Booking, Class, Error, Reference};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::collections::BTreeMap;
use store::{Db, Keys};
use testkit::db::on_both;

/// What somebody tries.
#[derive(Debug, Clone)]
enum Try {
    Capture {
        order: u64,
        amount: i64,
    },
    Late {
        payment: u64,
        amount: i64,
    },
    GiveBack {
        payment: u64,
        amount: i64,
    },
    Refund {
        order: u64,
        amount: i64,
    },
    Release {
        order: u64,
        shop: u64,
        amount: i64,
    },
    RefundReleased {
        order: u64,
        shop: u64,
        amount: i64,
    },
    Sent {
        payment: u64,
        amount: i64,
    },
    Repay {
        shop: u64,
        amount: i64,
    },
    Hold {
        shop: u64,
        amount: i64,
    },
    Free {
        shop: u64,
        amount: i64,
    },
    Cover {
        shop: u64,
        amount: i64,
    },
    Deposit {
        shop: u64,
        amount: i64,
    },
    /// Of the n-th booking so far.
    Reverse(usize),
    /// The n-th booking so far again.
    Again(usize),
}

fn tries() -> impl Strategy<Value = Vec<Try>> {
    let order = 11u64..15;
    let shop = 31u64..33;
    let payment = 1u64..3;
    let amount = 1i64..300;
    let one = prop_oneof![
        3 => (order.clone(), amount.clone()).prop_map(|(order, amount)| Try::Capture { order, amount }),
        1 => (payment.clone(), amount.clone()).prop_map(|(payment, amount)| Try::Late { payment, amount }),
        1 => (payment.clone(), amount.clone()).prop_map(|(payment, amount)| Try::GiveBack { payment, amount }),
        2 => (order.clone(), amount.clone()).prop_map(|(order, amount)| Try::Refund { order, amount }),
        3 => (order.clone(), shop.clone(), amount.clone())
            .prop_map(|(order, shop, amount)| Try::Release { order, shop, amount }),
        3 => (order, shop.clone(), amount.clone())
            .prop_map(|(order, shop, amount)| Try::RefundReleased { order, shop, amount }),
        1 => (payment, amount.clone()).prop_map(|(payment, amount)| Try::Sent { payment, amount }),
        1 => (shop.clone(), amount.clone()).prop_map(|(shop, amount)| Try::Repay { shop, amount }),
        1 => (shop.clone(), amount.clone()).prop_map(|(shop, amount)| Try::Hold { shop, amount }),
        1 => (shop.clone(), amount.clone()).prop_map(|(shop, amount)| Try::Free { shop, amount }),
        1 => (shop.clone(), amount.clone()).prop_map(|(shop, amount)| Try::Cover { shop, amount }),
        1 => (shop, amount).prop_map(|(shop, amount)| Try::Deposit { shop, amount }),
        2 => (0usize..40).prop_map(Try::Reverse),
        1 => (0usize..40).prop_map(Try::Again),
    ];
    proptest::collection::vec(one, 1..60)
}

/// What a plain sum over the bookings that were made says of every account.
#[derive(Default)]
struct Model {
    accounts: BTreeMap<Account, i64>,
    made: Vec<(kernel::Id<kernel::id::Booking>, Booking)>,
}

impl Model {
    /// Whether a booking keeps every floor.
    fn allows(&self, booking: &Booking) -> bool {
        booking.entries().iter().all(|entry| {
            let class = entry.account.class();
            let after = self.accounts.get(&entry.account).copied().unwrap_or(0) + entry.minor;
            let own = if class.side() == ledger::Side::Credit { after } else { -after };
            // An account that grows is never in the way.
            !class.is_guarded() || entry.growth() > 0 || own >= 0
        })
    }
    fn apply(&mut self, booking: &Booking) {
        for entry in booking.entries() {
            *self.accounts.entry(entry.account.clone()).or_default() += entry.minor;
        }
    }
    fn of(&self, account: &Account) -> i64 {
        self.accounts.get(account).copied().unwrap_or(0)
    }
}

/// Tries one booking after the other in one write; a refusal does not end it.
fn live(db: &Db, tries: &[Try]) -> Model {
    let (tries, first) = (tries.to_vec(), (0..64).map(|_| seed()).collect::<Vec<_>>());
    let done = db.write_blocking("test", Keys::bulk(), move |tx| -> Result<Model, Error> {
        let mut model = Model::default();
        for (n, step) in tries.iter().enumerate() {
            let ctx = ctx(first[n]);
            let key = format!("{}", first[n]);
            let booking = match step {
                Try::Capture { order, amount } => {
                    Some(super::capture(first[n], &[(*order, *amount), (*order + 100, 1)]))
                }
                Try::Late { payment, amount } => {
                    Some(Booking::late(of(*payment), &sandbox(), yuan(*amount))?)
                }
                Try::GiveBack { payment, amount } => Some(Booking::give_back(of(*payment), yuan(*amount))?),
                Try::Refund { order, amount } => Some(refund(&key, *order, *amount)),
                Try::Release { order, shop, amount } => Some(release(*order, *shop, *amount, amount / 20)),
                Try::Sent { payment, amount } => {
                    Some(Booking::refund_sent(of(*payment), &sandbox(), yuan(*amount), &key)?)
                }
                Try::Repay { shop, amount } => Some(Booking::repay(of(*shop), yuan(*amount), &key)?),
                Try::Hold { shop, amount } => {
                    Some(Booking::hold(of(*shop), yuan(*amount), Reference::Shop(of(*shop)), &key)?)
                }
                Try::Free { shop, amount } => {
                    Some(Booking::free(of(*shop), yuan(*amount), Reference::Shop(of(*shop)), &key)?)
                }
                Try::Cover { shop, amount } => {
                    Some(Booking::cover(of(*shop), yuan(*amount), Reference::Shop(of(*shop)), &key)?)
                }
                Try::Deposit { shop, amount } => {
                    Some(Booking::deposit(of(*shop), &sandbox(), yuan(*amount), of(first[n]))?)
                }
                Try::Reverse(n) if !model.made.is_empty() => {
                    let (id, booking) = &model.made[n % model.made.len()];
                    Booking::reversal(*id, booking).ok()
                }
                Try::Again(n) if !model.made.is_empty() => {
                    let (id, booking) = &model.made[n % model.made.len()];
                    let again = ledger::book(tx, &ctx, booking)?;
                    assert!(!again.new && again.id == *id);
                    None
                }
                Try::RefundReleased { order, shop, amount } => {
                    let refund = late_refund(&key, *order, *shop, *amount, amount / 20);
                    let enough = model.of(&Account::Refundable(of(*order))) >= *amount;
                    let payable = yuan(model.of(&Account::Payable(of(*shop))));
                    match ledger::refund_released(tx, &ctx, &refund) {
                        Ok(booked) => {
                            assert!(enough);
                            if let Some(debt) = Booking::debt(&refund, payable)? {
                                model.apply(&debt);
                                let there = ledger::by_key(tx, debt.key())?;
                                model.made.push((there.unwrap().id, debt));
                            }
                            let booking = Booking::refund_released(&refund)?;
                            model.apply(&booking);
                            model.made.push((booked.id, booking));
                        }
                        Err(err) => assert!(!enough && err.code() == "ledger.below_floor", "{err}"),
                    }
                    None
                }
                Try::Reverse(_) | Try::Again(_) => None,
            };
            let Some(booking) = booking else { continue };
            let known = model.made.iter().find(|(_, made)| made.key() == booking.key());
            match ledger::book(tx, &ctx, &booking) {
                Ok(booked) if booked.new => {
                    assert!(known.is_none() && model.allows(&booking), "{booking:?}");
                    model.apply(&booking);
                    model.made.push((booked.id, booking));
                }
                Ok(booked) => assert_eq!(known, Some(&(booked.id, booking))),
                Err(Error::KeyTaken { .. }) => assert!(known.is_some_and(|(_, made)| *made != booking)),
                Err(Error::BelowFloor { account, .. }) => {
                    assert!(known.is_none() && !model.allows(&booking), "{booking:?}");
                    assert!(account.class().is_guarded());
                }
                Err(err) => return Err(err),
            }
        }
        Ok(model)
    });
    done.unwrap()
}

#[test]
fn whatever_is_tried_all_sums_to_zero_guards_are_sums_and_no_floor_breaks() {
    on_both(|db| {
        let mut runner = TestRunner::deterministic();
        for _ in 0..10 {
            let db = testkit::db::TestDb::new(db.engine());
            let tries = tries().new_tree(&mut runner).unwrap().current();
            let model = live(&db, &tries);
            super::sound(&db, model.made.len() as i64);
            for (account, minor) in &model.accounts {
                assert_eq!(balance(&db, account), *minor, "{account} after {tries:?}");
                let own = if account.class().side() == ledger::Side::Credit { *minor } else { -*minor };
                assert!(!account.class().is_guarded() || own >= 0, "{account} after {tries:?}");
            }
            let trial = db.read(|q| ledger::trial(q)).unwrap();
            assert_eq!(trial.iter().map(ledger::Trial::balance).sum::<i128>(), 0);
            assert!(trial.iter().all(|t| t.currency == Currency::CNY && Class::ALL.contains(&t.class)));
        }
    });
}
