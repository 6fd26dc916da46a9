//! The closed sets of words in the document: which there are, what each word means, and where one of them stands.
//!
//! Invariants: a set is one schema, to which every place of it refers; its words are those of the program's own types; a place
//! that is named here is in the document, and no text of the document lists the words of a set in a place that is not here.

use offer::catalog::{self, GoodsKind};
use people::application::State;
use people::member::{self, Device};
use people::merchant::{self, HolidayOrders, Industry};
use people::staff::{Permission, Role, Sent};
use people::vault::{Field, Why};
use store::dead_letter;
use supply::warehouse::Moved;
use trade::coupon;
use trade::order::{CancelReason, Status, Step, ToldBy};
use trade::payment::{self, Came, RefundStatus};
use trade::risk::Sign;
use trade::scene::Scene;
use utoipa::openapi::path::Parameter;
use utoipa::openapi::schema::{ArrayItems, SchemaType};
use utoipa::openapi::{Components, ObjectBuilder, OneOfBuilder, Ref, RefOr, Schema, Type};
use web_kit::lang::Lang;
use web_kit::words::{self, Word, named};

/// Words, and what each means.
type Words = Vec<(&'static str, String)>;

/// A closed set of words.
struct Set {
    /// Its schema.
    name: &'static str,
    /// What it is.
    about: &'static str,
    words: fn() -> Words,
    /// Fields of schemas as `Schema.field`, parts of queries as `operation?name`, parts of addresses as `{name}`.
    places: &'static [&'static str],
}

/// Words that people read, as they read them.
fn of<W: Word>(all: impl IntoIterator<Item = W>) -> Words {
    all.into_iter().map(|one| (one.as_str(), words::of(Lang::En, &one).to_owned())).collect()
}

fn listed(list: &words::List) -> Words {
    list.words.iter().map(|word| (*word, list.say(Lang::En, word))).collect()
}

/// Words with what each means beside it.
fn told<const N: usize>(words: [&'static str; N], meanings: [&str; N]) -> Words {
    words.into_iter().zip(meanings.map(str::to_owned)).collect()
}

/// Every set.
const SETS: [Set; 53] = [
    Set {
        name: "OrderStatus",
        about: "Where an order is in its life.",
        words: || of(Status::ALL),
        places: &[
            "OrderHead.status",
            "OrderRow.status",
            "merchant_orders_list?status",
            "platform_sales_list?status",
            "store_orders_list?status",
        ],
    },
    Set {
        name: "ObservedOrderStatus",
        about: "How far an order has come, by the facts that were told of it.",
        words: || {
            told(
                ["placed", "paid", "picked_up", "delivered", "cancelled"],
                [
                    "Placed, nothing more",
                    "Paid",
                    "With the carrier",
                    "With the buyer",
                    "Cancelled, whatever else happened",
                ],
            )
        },
        places: &["OrderView.status"],
    },
    Set {
        name: "OrderStep",
        about: "Something that happened to an order.",
        words: || of([None].into_iter().chain(Step::ALL.map(Some))),
        places: &["EntryView.step", "Happened.what"],
    },
    Set {
        name: "OrderDue",
        about: "What has to have happened to an order by a moment.",
        words: || told(["paid", "shipped", "received"], ["It is paid", "It is shipped", "It is received"]),
        places: &["DueView.step", "StoreDue.what"],
    },
    Set {
        name: "ToldBy",
        about: "Whose word of a pick-up it is.",
        words: || {
            told(
                ToldBy::ALL.map(ToldBy::as_str),
                [
                    "The shop's, where no carrier can tell",
                    "The carrier's",
                    "The buyer's, who has it though the carrier never told",
                ],
            )
        },
        places: &["OrderHead.picked_up_by", "OrderRow.picked_up_by"],
    },
    Set {
        name: "CancelReason",
        about: "Why a shop or the platform cancels.",
        words: || of(CancelReason::ALL),
        places: &["CancelBody.reason", "CancelledLine.reason", "EntryView.reason", "Happened.reason"],
    },
    Set {
        name: "NoteSide",
        about: "Who sees a note.",
        words: || told(["shop", "platform"], ["The shop's staff", "The platform's staff"]),
        places: &["NoteView.side"],
    },
    Set {
        name: "PurchaseStatus",
        about: "Where a purchase is in its life.",
        words: || {
            told(
                ["unpaid", "paid", "cancelled", "closed"],
                [
                    "It waits for its payment",
                    "It is paid",
                    "Its buyer called it off",
                    "It was not paid in time",
                ],
            )
        },
        places: &["PurchaseView.status"],
    },
    Set {
        name: "PaymentStatus",
        about: "How a payment went.",
        words: || {
            told(
                ["pending", "captured", "failed", "abandoned"],
                [
                    "It is waited for",
                    "The money came in",
                    "The provider says that it will not come",
                    "It was not paid in time, or the provider never heard of it",
                ],
            )
        },
        places: &["PaymentView.status"],
    },
    Set {
        name: "RefundStatus",
        about: "Where money is that goes back.",
        words: || {
            told(
                RefundStatus::ALL.map(RefundStatus::as_str),
                [
                    "It is to be paid out",
                    "It was paid out",
                    "The provider will not pay it out: somebody has to look at it",
                ],
            )
        },
        places: &["BackView.status", "FailedRefund.status"],
    },
    Set {
        name: "RefundReason",
        about: "Why money goes back.",
        words: || of(payment::Why::ALL),
        places: &["BackView.why", "FailedRefund.why", "ToSendView.why"],
    },
    Set {
        name: "TransferOutcome",
        about: "What became of money that came in by transfer.",
        words: || of(Came::ALL),
        places: &["StatementLine.came"],
    },
    Set {
        name: "TransferDirection",
        about: "Which way money of a bank's statement went.",
        words: || told(["in", "out"], ["It came in", "It went out"]),
        places: &["StatementLine.way"],
    },
    Set {
        name: "Scene",
        about: "Where a buyer came upon something.",
        words: || of(Scene::ALL),
        places: &["CartLineView.scene", "LineView.scene", "OrderLine.scene"],
    },
    Set {
        name: "CartTrouble",
        about: "Why a line of a cart cannot be bought as it stands.",
        words: || {
            told(
                ["not_on_sale", "shop_closed", "on_holiday", "sold_out", "short"],
                [
                    "It is off sale",
                    "Its shop does not trade",
                    "Its shop is on holiday and takes no orders",
                    "There is none left",
                    "There are fewer left than wanted",
                ],
            )
        },
        places: &["CartLineView.trouble"],
    },
    Set {
        name: "ClaimStatus",
        about: "Where a claimed coupon is.",
        words: || {
            told(
                coupon::State::ALL.map(coupon::State::as_str),
                ["It can be spent", "It was spent", "It was not spent in time, or was taken back"],
            )
        },
        places: &["ClaimView.state", "store_claims?state"],
    },
    Set {
        name: "CouponStatus",
        about: "Where a coupon stands.",
        words: || {
            told(
                ["coming", "open", "gone", "over", "stopped"],
                [
                    "It cannot be claimed yet",
                    "It can be claimed",
                    "No pieces or no budget are left",
                    "Its time is over",
                    "Whoever offered it stopped it",
                ],
            )
        },
        places: &["CouponView.state"],
    },
    Set {
        name: "CouponKind",
        about: "What a coupon takes off.",
        words: || {
            told(
                ["off", "percent", "freight", "deal"],
                [
                    "An amount off goods",
                    "A share of them",
                    "An amount off freight",
                    "Some units cheaper, or free, for so many bought",
                ],
            )
        },
        places: &["StoreCoupon.kind", "Worth.kind"],
    },
    Set {
        name: "CouponRefusal",
        about: "Why a coupon was not taken.",
        words: || {
            told(
                [
                    "not_yet",
                    "expired",
                    "other_currency",
                    "out_of_scope",
                    "short",
                    "nothing_to_take",
                    "outdone",
                    "not_in_segment",
                    "few_units",
                    "barred",
                ],
                [
                    "Its time has not begun",
                    "Its time is over",
                    "It is of another currency",
                    "It is not for these goods",
                    "The goods cost too little",
                    "There is nothing to take it off",
                    "Another coupon takes more",
                    "It is for other members",
                    "Too few units were taken",
                    "The market takes no coupons of this class",
                ],
            )
        },
        places: &["NotTaken.reason"],
    },
    Set {
        name: "CouponClause",
        about: "By which clause a coupon does not go with those that were taken.",
        words: || {
            told(
                ["coupons.most", "coupons.combine", "coupon.exclusive"],
                [
                    "Of its class there are as many as the market's terms let count",
                    "The market's terms do not let the two classes lower the same part",
                    "One of them goes with no other coupon",
                ],
            )
        },
        places: &["NotTaken.clause"],
    },
    Set {
        name: "CouponSegment",
        about: "For whom a coupon is, if not for everybody.",
        words: || {
            told(
                ["new", "regular", "followers"],
                [
                    "Who has paid for nothing yet, of the shop that offers it or at all",
                    "Who bought enough lately",
                    "Who follows the shop",
                ],
            )
        },
        places: &["SegmentShape.kind", "StoreCoupon.segment"],
    },
    Set {
        name: "RuleOrigin",
        about: "Whose file of rules it is.",
        words: || told(["own", "default"], ["It lies in the market's folder", "It came with the program"]),
        places: &["MarketRuleFile.origin"],
    },
    Set {
        name: "GoodsKind",
        about: "What sort of goods.",
        words: || {
            told(
                [GoodsKind::Physical, GoodsKind::Digital].map(GoodsKind::as_str),
                ["Something that is shipped", "Something that is handed over without a parcel"],
            )
        },
        places: &["ContentShape.kind", "ProductBody.kind"],
    },
    Set {
        name: "ProductStatus",
        about: "Where a product is in its life.",
        words: || {
            told(
                catalog::Status::ALL.map(catalog::Status::as_str),
                ["It was never live", "It is on sale", "It is off sale", "The platform took it off sale"],
            )
        },
        places: &["ProductRow.status", "merchant_products_list?status"],
    },
    Set {
        name: "EditStatus",
        about: "Where an edit of a product is.",
        words: || {
            told(
                catalog::edit::Status::ALL.map(catalog::edit::Status::as_str),
                [
                    "Its shop works on it",
                    "It waits for its review",
                    "It went live",
                    "It was sent back, with a reason",
                    "Its shop took it back",
                ],
            )
        },
        places: &["EditShape.status", "merchant_edits?status"],
    },
    Set {
        name: "ProductSort",
        about: "In which order products are listed.",
        words: || {
            let all = [catalog::Sort::Newest, catalog::Sort::PriceUp, catalog::Sort::PriceDown];
            told(
                all.map(catalog::Sort::as_str),
                ["Last put on sale first", "Cheapest first", "Dearest first"],
            )
        },
        places: &["SlotShape.sort", "store_products?sort"],
    },
    Set {
        name: "SlotKind",
        about: "What a slot of the home page shows.",
        words: || listed(&named::SLOT_KIND),
        places: &["SlotShape.kind"],
    },
    Set {
        name: "AttributeKind",
        about: "What the values of an attribute are.",
        words: || listed(&named::ATTRIBUTE_KIND),
        places: &["AttributeBody.kind", "AttributeView.kind"],
    },
    Set {
        name: "StockMovement",
        about: "What was done with units of stock.",
        words: || of(Moved::ALL),
        places: &["MovementView.moved"],
    },
    Set {
        name: "ShopStatus",
        about: "Whether a shop trades.",
        words: || {
            let all = [merchant::Status::Open, merchant::Status::Suspended, merchant::Status::Closed];
            told(
                all.map(merchant::Status::as_str),
                ["It does", "The platform stopped it", "Its owner gave it up, or the platform removed it"],
            )
        },
        places: &["OwnShop.status"],
    },
    Set {
        name: "ShopKind",
        about: "Who stands behind a shop.",
        words: || of(merchant::Kind::ALL.iter().copied()),
        places: &[
            "ApplyBody.kind",
            "OwnShop.kind",
            "OwnShopBody.kind",
            "ShopApplication.kind",
            "ShopBody.kind",
        ],
    },
    Set {
        name: "Industry",
        about: "What a shop mainly sells.",
        words: || of(Industry::ALL.iter().copied()),
        places: &[
            "ApplyBody.industry",
            "OwnShop.industry",
            "OwnShopBody.industry",
            "ShopApplication.industry",
            "ShopBody.industry",
        ],
    },
    Set {
        name: "HolidayOrders",
        about: "What becomes of orders while a shop is on holiday.",
        words: || of(HolidayOrders::ALL.iter().copied()),
        places: &["HolidayBody.orders", "HolidayView.orders"],
    },
    Set {
        name: "Role",
        about: "What somebody is in a shop or for the platform: a role has permissions.",
        words: || of(Role::ALL.iter().copied()),
        places: &["InvitationView.role", "InviteBody.role", "SeatView.role"],
    },
    Set {
        name: "Permission",
        about: "One thing that somebody may do.",
        words: || of(Permission::ALL.iter().copied()),
        places: &["KeyBody.permissions", "KeyShown.permissions"],
    },
    Set {
        name: "InvitationStatus",
        about: "What became of an invitation.",
        words: || {
            told(
                Sent::ALL.map(Sent::as_str),
                ["It waits for its answer", "It was accepted", "It was taken back"],
            )
        },
        places: &["InvitationView.state"],
    },
    Set {
        name: "MemberStatus",
        about: "How a member's account stands.",
        words: || {
            told(
                member::Status::ALL.map(member::Status::as_str),
                ["It can be used", "The platform suspended it", "Its member closed it"],
            )
        },
        places: &["AccountView.status", "MemberView.status"],
    },
    Set {
        name: "ApplicationStatus",
        about: "Where an application to open a shop is.",
        words: || {
            told(
                State::ALL.map(State::as_str),
                [
                    "It waits for the platform",
                    "It is a shop",
                    "The platform declined it",
                    "Its sender took it back",
                ],
            )
        },
        places: &["ShopApplication.state"],
    },
    Set {
        name: "Device",
        about: "On what somebody is signed in.",
        words: || told(Device::ALL.map(Device::as_str), ["A phone", "A tablet", "A computer", "A program"]),
        places: &["SessionView.device"],
    },
    Set {
        name: "PersonalField",
        about: "A kind of personal data.",
        words: || {
            told(
                Field::ALL.map(Field::as_str),
                ["A phone number", "An e-mail address", "A name", "A postal address", "A code that was sold"],
            )
        },
        places: &["AccessView.field"],
    },
    Set {
        name: "RevealReason",
        about: "Why somebody looks at personal data in the clear.",
        words: || {
            told(
                Why::ALL.map(Why::as_str),
                [
                    "To ship a parcel",
                    "To answer the buyer",
                    "A dispute",
                    "A question of risk",
                    "The law asks for it",
                ],
            )
        },
        places: &["AccessView.why", "RevealBody.why"],
    },
    Set {
        name: "Privilege",
        about: "What a shop may lose: the gate of it stands open or closed.",
        words: || {
            kernel::permit::all().into_iter().map(|spec| (spec.code, spec.meaning.to_owned())).collect()
        },
        places: &["ShopGateView.privilege", "{privilege}"],
    },
    Set {
        name: "GateReason",
        about: "Why a person closes or opens a gate.",
        words: || {
            told(
                flows::gate::Reason::ALL.map(flows::gate::Reason::as_str),
                [
                    "Closes: orders or money of the shop are looked into",
                    "Closes: too many buyers complain",
                    "Closes: a court or an authority orders it",
                    "Closes: the shop asked for it",
                    "Opens: what was wrong is mended",
                    "Opens: nothing was found",
                    "Opens: it should not have been closed",
                    "Opens: the shop is let in although nothing opened the gate by itself",
                ],
            )
        },
        places: &["GateBody.reason"],
    },
    Set {
        name: "RiskSign",
        about: "What there was too much of.",
        words: || {
            told(
                Sign::ALL.map(Sign::as_str),
                [
                    "Purchases of one member",
                    "Purchases to one phone number",
                    "Purchases to one address, whoever receives there",
                    "Purchases from one device",
                    "Purchases of one member that wait for their payment",
                    "Units of one thing bought by a new account",
                ],
            )
        },
        places: &["ReasonView.sign"],
    },
    Set {
        name: "RiskUnit",
        about: "In what a sign of risk is counted.",
        words: || told(["purchases", "units"], ["Purchases", "Units of one thing"]),
        places: &["ReasonView.unit"],
    },
    Set {
        name: "Severity",
        about: "How bad a finding in a policy's text is.",
        words: || {
            told(
                ["error", "warning"],
                ["It cannot be rehearsed", "It can be rehearsed, and could not be published"],
            )
        },
        places: &["Finding.severity"],
    },
    Set {
        name: "HealthStatus",
        about: "Whether the market is sound.",
        words: || told(["ok", "fault"], ["It is", "It answers, and somebody has to look"]),
        places: &["Health.status"],
    },
    Set {
        name: "BooksStatus",
        about: "Whether money, stock, orders and payments agreed when they were checked last.",
        words: || {
            told(["sound", "fault", "unchecked"], ["They did", "They did not", "They were not checked yet"])
        },
        places: &["Health.books"],
    },
    Set {
        name: "LedgerClass",
        about: "What a class of accounts is.",
        words: || of(ledger::Class::ALL.iter().copied()),
        places: &["TrialView.class"],
    },
    Set {
        name: "DeadLetterSort",
        about: "What could not be done.",
        words: || {
            let all = [dead_letter::Sort::Timer, dead_letter::Sort::Job, dead_letter::Sort::Fact];
            told(
                all.map(dead_letter::Sort::as_str),
                [
                    "What was due at a moment",
                    "Work that asks the outside or takes long",
                    "A reaction to a fact",
                ],
            )
        },
        places: &["DeadLetterView.sort"],
    },
    Set {
        name: "PolicyStage",
        about: "At which point a policy acts.",
        words: || {
            told(
                ["before", "during", "after"],
                ["Before something may happen", "While it happens", "Afterwards, on what was found"],
            )
        },
        places: &["VersionView.stage"],
    },
    Set {
        name: "PolicyStatus",
        about: "Where a version of a policy stands today, in the market's zone.",
        words: || {
            told(
                ["in_force", "announced", "replaced"],
                ["It counts", "It counts from a later day on", "A later version counts"],
            )
        },
        places: &["VersionView.state"],
    },
    Set {
        name: "FactKind",
        about: "What sort of fact: the module that told it, a dot, and what happened.",
        words: || kernel::fact::all().into_iter().map(|spec| (spec.kind, spec.meaning.to_owned())).collect(),
        places: &["FactView.kind", "FeedFact.kind"],
    },
];

/// Has lists refer to the schema of what they hold, which is written out in each of them otherwise.
fn name_items(components: &mut Components) {
    let lists: Vec<String> = components.schemas.keys().cloned().collect();
    for list in lists {
        let Some(name) = list.strip_prefix("Page_").or_else(|| list.strip_prefix("Items_")) else { continue };
        let Some(RefOr::T(Schema::Array(array))) =
            components.schemas.get_mut(&list).and_then(|schema| property(schema, "items"))
        else {
            continue;
        };
        let ArrayItems::RefOrSchema(items) = &mut array.items else { continue };
        if let RefOr::T(_) = **items {
            let link = RefOr::Ref(Ref::from_schema_name(name));
            let item = std::mem::replace(&mut **items, link);
            components.schemas.entry(name.to_owned()).or_insert(item);
        }
    }
}

/// Puts the sets into the document, and has their places in schemas refer to them.
pub(crate) fn declare(components: &mut Components) {
    name_items(components);
    for set in &SETS {
        for place in set.places {
            let field = place.split_once('.');
            let found =
                field.and_then(|(schema, field)| property(components.schemas.get_mut(schema)?, field));
            if let Some(found) = found {
                refer(found, set.name);
            }
        }
    }
    for set in &SETS {
        let words = (set.words)();
        let mut about = format!("{}\n", set.about);
        for (word, means) in &words {
            about += &format!("\n- `{word}`: {means}");
        }
        let schema = ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(about))
            .enum_values(Some(words.into_iter().map(|(word, _)| word)));
        components.schemas.insert(set.name.to_owned(), schema.into());
    }
}

/// Has a part of a query or of an address refer to its set, if it has one.
pub(crate) fn of_parameter(operation: &str, parameter: &mut Parameter) {
    let (query, part) = (format!("{operation}?{}", parameter.name), format!("{{{}}}", parameter.name));
    let set = SETS.iter().find(|set| set.places.iter().any(|place| **place == query || **place == part));
    if let (Some(set), Some(schema)) = (set, &mut parameter.schema) {
        refer(schema, set.name);
    }
}

/// A field of a schema, or of one that it is made of.
fn property<'a>(schema: &'a mut RefOr<Schema>, field: &str) -> Option<&'a mut RefOr<Schema>> {
    let RefOr::T(schema) = schema else { return None };
    match schema {
        Schema::Object(object) => object.properties.get_mut(field),
        Schema::AllOf(all) => all.items.iter_mut().find_map(|item| property(item, field)),
        Schema::OneOf(one) => one.items.iter_mut().find_map(|item| property(item, field)),
        Schema::AnyOf(any) => any.items.iter_mut().find_map(|item| property(item, field)),
        _ => None,
    }
}

/// Has a text, a text or nothing, or a list of texts refer to a set.
fn refer(schema: &mut RefOr<Schema>, set: &str) {
    let object = match schema {
        RefOr::T(Schema::Object(object)) => object,
        RefOr::T(Schema::Array(array)) => {
            if let ArrayItems::RefOrSchema(items) = &mut array.items {
                refer(items, set);
            }
            return;
        }
        _ => return,
    };
    let may_lack = matches!(&object.schema_type, SchemaType::Array(types) if types.contains(&Type::Null));
    let mut link = Ref::from_schema_name(set);
    link.description = object.description.take().unwrap_or_default();
    *schema = match may_lack {
        false => RefOr::Ref(link),
        true => {
            let null = ObjectBuilder::new().schema_type(Type::Null);
            RefOr::T(OneOfBuilder::new().item(RefOr::Ref(link)).item(null).build().into())
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;
    use std::collections::BTreeSet;

    fn document() -> Value {
        serde_json::to_value(crate::openapi()).unwrap()
    }

    /// Every value of a document, with the way to it.
    fn walk<'a>(at: &str, value: &'a Value, each: &mut dyn FnMut(&str, &'a Value)) {
        each(at, value);
        match value {
            Value::Object(parts) => {
                parts.iter().for_each(|(name, part)| walk(&format!("{at}/{name}"), part, each));
            }
            Value::Array(parts) => {
                parts.iter().enumerate().for_each(|(n, part)| walk(&format!("{at}/{n}"), part, each));
            }
            _ => {}
        }
    }

    #[test]
    fn every_place_of_a_set_refers_to_it_and_every_word_says_what_it_means() {
        let document = document();
        let mut names = BTreeSet::new();
        for set in &SETS {
            assert!(names.insert(set.name), "{} is there twice", set.name);
            let words = (set.words)();
            assert!(!words.is_empty(), "{}", set.name);
            for (word, means) in &words {
                assert!(!means.is_empty() && means != word, "{}: {word} says nothing", set.name);
            }
            let schema = &document["components"]["schemas"][set.name];
            let listed: Vec<&str> =
                schema["enum"].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
            assert_eq!(listed, words.iter().map(|(word, _)| *word).collect::<Vec<_>>(), "{}", set.name);
            let link = format!("#/components/schemas/{}", set.name);
            let mut at = Vec::new();
            walk("", &document, &mut |way, value| {
                if value.get("$ref").and_then(Value::as_str) == Some(&link) {
                    at.push(way.to_owned());
                }
            });
            for place in set.places {
                let found = match (place.split_once('.'), place.split_once('?')) {
                    (Some((schema, field)), _) => at.iter().any(|way| {
                        way.starts_with(&format!("/components/schemas/{schema}/"))
                            && way.contains(&format!("/properties/{field}"))
                    }),
                    (None, _) => {
                        at.iter().any(|way| way.starts_with("/paths/") && way.contains("/parameters/"))
                    }
                };
                assert!(found, "{place} does not refer to {}: {at:?}", set.name);
            }
        }
    }

    #[test]
    fn no_text_lists_the_words_of_a_set_where_anything_may_stand() {
        let document = document();
        let sets: Vec<(&str, BTreeSet<&str>)> = SETS
            .iter()
            .map(|set| (set.name, (set.words)().into_iter().map(|(word, _)| word).collect()))
            .collect();
        let mut open = Vec::new();
        walk("", &document, &mut |way, value| {
            let is_text = match &value["type"] {
                Value::String(one) => one == "string",
                Value::Array(several) => several.iter().any(|one| one == "string"),
                _ => false,
            };
            let is_closed = value.get("enum").is_some() || value.get("pattern").is_some();
            let Some(about) = value["description"].as_str().filter(|_| is_text && !is_closed) else { return };
            let said: BTreeSet<&str> = about.split('`').skip(1).step_by(2).collect();
            for (name, words) in &sets {
                if said.len() > 1 && said.is_subset(words) {
                    open.push(format!("{way} lists words of {name}: {about}"));
                }
            }
        });
        assert!(open.is_empty(), "{}", open.join("\n"));
    }
}
