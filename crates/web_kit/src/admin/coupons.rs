//! `/merchant/{shop}/coupons`: a shop's coupons; the platform's page is made of the same parts.

use crate::admin::done_of;
use crate::admin::parts::{self, Field};
use crate::fmt;
use crate::form::Fields;
use crate::idempotency::IdempotentRequest;
use crate::known::Tree;
use crate::lang::Lang;
use crate::problem::Failure;
use crate::site::Site;
use crate::ui::{self, RenderContext, State as Mark};
use crate::view::coupon::state;
use kernel::id::Coupon as CouponKey;
use kernel::{Id, Market, Moment, Money};
use maud::{Markup, html};
use serde::Deserialize;
use store::{Keys, Read};
use trade::coupon::{self, Coupon, Issuer, Kind, NewCoupon, Scope};

/// Coupons of one page.
pub const PAGE: usize = 30;

/// A hundredth, in parts per million.
pub const PERCENT: i64 = 10_000;

/// What the page of coupons is asked for.
#[derive(Debug, Default, Deserialize)]
pub struct Params {
    /// Where the page before ended.
    pub after: Option<String>,
    /// What was done, by its word.
    pub done: Option<String>,
}

/// A page of an issuer's coupons.
pub fn rows(q: &mut Read<'_>, issuer: Issuer, last: Option<Id<CouponKey>>) -> Result<Vec<Coupon>, Failure> {
    Ok(coupon::of_issuer(q, issuer, last, PAGE as i64 + 1)?)
}

/// What the form begins with.
pub fn blank() -> Fields {
    let mut fields = Fields::default();
    fields.set("each", "1");
    fields.set("kind", "off");
    fields
}

/// What was done.
pub fn said(look: &RenderContext, done: Option<&str>) -> Markup {
    done_of(
        look,
        done,
        &[
            ("made", "券已发布，到开始时间就能领。", "Offered; it can be claimed from its beginning."),
            ("stopped", "已停发。领走的照样能用。", "Stopped. Claimed ones stay good."),
        ],
    )
}

/// Where the forms of these sections go.
pub struct Desk<'a> {
    /// Where the form goes.
    pub action: &'a str,
    /// The form's idempotency key.
    pub key: &'a str,
    /// The categories.
    pub tree: &'a Tree,
}

/// What a coupon takes off, in one line.
pub fn worth(look: &RenderContext, kind: &Kind) -> String {
    let money = |money: Money| fmt::money(look.lang, money);
    let over = |over: Money| match (over.minor, look.lang) {
        (0, _) => String::new(),
        (_, Lang::Zh) => format!("满 {} ", money(over)),
        (_, Lang::En) => format!("over {}: ", money(over)),
    };
    match (kind, look.lang) {
        (Kind::Off { over: o, off }, Lang::Zh) => format!("{}减 {}", over(*o), money(*off)),
        (Kind::Off { over: o, off }, Lang::En) => format!("{}{} off", over(*o), money(*off)),
        (Kind::Percent { over: o, ppm, most }, lang) => {
            let share = fmt::decimal(*ppm as f64 / PERCENT as f64, if ppm % PERCENT == 0 { 0 } else { 2 });
            let cap = most.map(|most| match lang {
                Lang::Zh => format!("，最多减 {}", money(most)),
                Lang::En => format!(", at most {}", money(most)),
            });
            let cap = cap.unwrap_or_default();
            match lang {
                Lang::Zh => format!("{}减 {share}%{cap}", over(*o)),
                Lang::En => format!("{}{share}% off{cap}", over(*o)),
            }
        }
        (Kind::Freight { over: o, off }, Lang::Zh) => format!("{}运费减 {}", over(*o), money(*off)),
        (Kind::Freight { over: o, off }, Lang::En) => format!("{}{} off freight", over(*o), money(*off)),
    }
}

/// What a coupon counts for, in words.
pub fn scope(look: &RenderContext, tree: &Tree, scope: &Scope) -> Markup {
    match scope {
        Scope::All => html! { (look.t("全部商品", "All goods")) },
        Scope::Category(code) => html! { (parts::category(look, tree, code)) },
        Scope::Products(some) => html! { (some.len()) (look.t(" 件商品", " products")) },
    }
}

/// The mark of a coupon's state.
pub fn mark(look: &RenderContext, state: &str) -> Markup {
    match state {
        "open" => ui::state(Mark::Kept, look.t("在发", "Offered")),
        "coming" => ui::state(Mark::Running, look.t("还没开始", "To come")),
        "gone" => ui::state(Mark::Warning, look.t("领完了", "All claimed")),
        "stopped" => ui::state(Mark::None, look.t("已停发", "Stopped")),
        _ => ui::state(Mark::None, look.t("过期", "Over")),
    }
}

/// The list of coupons and the form for a new one.
pub fn sections(
    look: &RenderContext,
    market: &Market,
    now: Moment,
    rows: &[Coupon],
    asked: &Params,
    desk: &Desk<'_>,
    fields: &Fields,
) -> Markup {
    let shown = &rows[..rows.len().min(PAGE)];
    let next = shown.last().filter(|_| rows.len() > PAGE);
    let next = next.map(|row| parts::with(look, &[("after", &row.id.to_string())]));
    html! {
        (ui::question(
            look.t("发了哪些券，领了多少？", "Which are offered, how many are claimed?"),
            html! { (look.t("条是领走的占比。", "The bar is the claimed share.")) },
            html! {
                div.paper {
                    @if shown.is_empty() {
                        (parts::empty(look.t("还没有券。在下面发一张。", "None yet. Offer one below."), html! {}))
                    } @else {
                        table.cards.dk-list {
                            thead { tr {
                                th { (look.t("券", "Coupon")) } th { (look.t("范围", "For")) } th { (look.t("时间", "When")) }
                                th { (look.t("领走", "Claimed")) } th { (look.t("状态", "State")) } th {}
                            } }
                            tbody {
                                @for row in shown {
                                    @let of = state(row, now);
                                    tr {
                                        td.w { b { (row.title) } small { (worth(look, &row.kind)) } }
                                        td data-l=(look.t("范围", "For")) { (scope(look, desk.tree, &row.scope)) }
                                        td data-l=(look.t("时间", "When")) { (fmt::date(look.lang, row.from.date(&market.zone))) " – " br; (fmt::date(look.lang, row.until.plus_micros(-1).date(&market.zone))) }
                                        td data-l=(look.t("领走", "Claimed")) {
                                            (fmt::count(row.claimed)) " / " (fmt::count(row.total)) " "
                                            (ui::bar(row.claimed as f64 / row.total.max(1) as f64, "data-1"))
                                            small { (look.t("每人 ", "each ")) (row.each) (look.t(" 张", "")) }
                                        }
                                        td data-l=(look.t("状态", "State")) { (mark(look, of)) }
                                        td.r { @if matches!(of, "open" | "coming" | "gone") {
                                            form.dk-press action=(desk.action) method="post" data-sure=(look.t("停发这张券？领走的照样能用。", "Stop this coupon? Claimed ones stay good.")) {
                                                input type="hidden" name="key" value=(format!("{}{}", desk.key, row.id));
                                                input type="hidden" name="coupon" value=(row.id);
                                                button.btn.dk-sm name="do" value="stop" { (look.t("停发", "Stop")) }
                                            }
                                        } }
                                    }
                                }
                            }
                        }
                        (parts::pager(look, asked.after.as_ref().map(|_| parts::with(look, &[])).as_deref(), next.as_deref(), html! { (look.t("新的在上", "Newest first")) }))
                    }
                }
            },
        ))
        (ui::question(
            look.t("发一张新的", "Offer a new one"),
            html! { (look.t("发布后不能改减多少，只能停发再发新的。", "What it takes off never changes: stop it and offer another.")) },
            html! { (form(look, market, desk, fields)) },
        ))
    }
}

/// The form of a new coupon.
pub fn form(look: &RenderContext, market: &Market, desk: &Desk<'_>, fields: &Fields) -> Markup {
    let unit = market.currency.symbol().to_owned();
    let kinds = [
        ("off".to_owned(), look.t("满减：减一个数", "An amount off goods").to_owned()),
        ("percent".to_owned(), look.t("打折：减百分之几", "Per cent off goods").to_owned()),
        ("freight".to_owned(), look.t("减运费", "Off freight").to_owned()),
    ];
    let f = |name: &'static str, zh: &'static str, en: &'static str| Field {
        name,
        label: crate::lang::t(look.lang, zh, en),
        ..Field::default()
    };
    html! {
        form.paper.dk-form.three action=(desk.action) method="post" {
            input type="hidden" name="key" value=(desk.key);
            (parts::line(look, fields, Field { needed: true, hint: look.t("买家看到的名字", "What buyers read"), ..f("title", "名称", "Title") }, 40))
            (parts::choice(look, fields, f("kind", "怎么减", "What it takes off"), &kinds))
            (parts::number(look, fields, Field { hint: look.t("空着就是不限", "Empty: from anything"), ..f("over", "满多少", "From which price on") }, &unit))
            (parts::number(look, fields, Field { hint: look.t("满减、减运费要填", "For amounts and freight"), ..f("off", "减多少", "How much off") }, &unit))
            (parts::number(look, fields, Field { hint: look.t("打折要填，减 10 就是 9 折", "For per cent: 10 is 10% off"), ..f("percent", "减百分之几", "How many per cent") }, "%"))
            (parts::number(look, fields, Field { hint: look.t("打折的封顶，可空", "A cap for per cent"), ..f("most", "最多减", "At most") }, &unit))
            (parts::number(look, fields, Field { needed: true, ..f("total", "一共几张", "How many pieces") }, look.t("张", "pieces")))
            (parts::number(look, fields, Field { needed: true, ..f("each", "每人几张", "For each member") }, look.t("张", "pieces")))
            (parts::choice(look, fields, f("category", "限哪个类目", "Only this category"), &parts::categories(look, desk.tree)))
            (parts::day(look, fields, Field { needed: true, ..f("from", "从哪天", "From") }))
            (parts::day(look, fields, Field { needed: true, ..f("until", "到哪天（含）", "To (included)") }))
            div.dk-f { span.dk-lab aria-hidden="true" { "\u{a0}" } button.btn.pri name="do" value="make" { (look.t("发布", "Offer")) } }
        }
    }
}

/// A field's name, above its refusal.
pub fn field_name(look: &RenderContext, name: &str) -> String {
    let (zh, en) = match name {
        "title" => ("名称", "Title"),
        "over" => ("满多少", "From which price on"),
        "off" => ("减多少", "How much off"),
        "percent" => ("减百分之几", "Per cent"),
        "most" => ("最多减", "At most"),
        "total" => ("一共几张", "Pieces"),
        "each" => ("每人几张", "For each"),
        "from" => ("从哪天", "From"),
        "until" => ("到哪天", "To"),
        other => return other.to_owned(),
    };
    look.t(zh, en).to_owned()
}

/// A coupon as it was typed.
pub fn read(fields: &mut Fields, issuer: Issuer, market: &Market) -> Option<NewCoupon> {
    let zero = Money::new(0, market.currency);
    let title = fields.needed("title", 40);
    let over = fields.money("over", market.currency).unwrap_or(zero);
    let off = fields.money("off", market.currency);
    let most = fields.money("most", market.currency);
    let word = fields.text("kind").to_owned();
    let kind = match word.as_str() {
        "percent" => {
            let text = fields.text("percent").to_owned();
            let share = text.parse::<f64>().ok().filter(|n| (0.01..=100.0).contains(n));
            if share.is_none() {
                fields.refuse("percent", "要 0.01 到 100 的数。", "A number from 0.01 to 100.");
            }
            Kind::Percent { over, ppm: (share.unwrap_or(1.0) * PERCENT as f64).round() as i64, most }
        }
        kind => {
            if off.is_none_or(|off| off.minor <= 0) {
                fields.refuse("off", "要填减多少。", "Say how much.");
            }
            let off = off.unwrap_or(zero);
            if kind == "freight" { Kind::Freight { over, off } } else { Kind::Off { over, off } }
        }
    };
    let total = fields.whole("total", 1, 1_000_000_000);
    let each = fields.whole("each", 1, 100);
    if total.is_none() {
        fields.refuse("total", "要填张数。", "Say how many.");
    }
    if each.is_none() {
        fields.refuse("each", "要填每人几张。", "Say how many for each.");
    }
    let from = fields.day_start("from", market);
    let until = fields.date("until").and_then(|day| day.tomorrow().ok());
    let until = until.and_then(|day| Moment::day_start(day, &market.zone));
    for (name, at) in [("from", from), ("until", until)] {
        if at.is_none() {
            fields.refuse(name, "要选日期。", "Choose a day.");
        }
    }
    if let (Some(from), Some(until)) = (from, until)
        && until <= from
    {
        fields.refuse("until", "要晚于开始。", "It has to come after the beginning.");
    }
    let scope = match fields.text("category") {
        "" => Scope::All,
        code => Scope::Category(code.into()),
    };
    if !fields.is_good() {
        return None;
    }
    let (total, each, from, until) = (total?, each?, from?, until?);
    Some(NewCoupon { issuer, title: title.into(), kind, total, each, from, until, scope })
}

/// Does what a button of these sections says; the word of what was done, or the refusal.
pub async fn done(
    site: &Site,
    act: &IdempotentRequest,
    issuer: Issuer,
    fields: &mut Fields,
) -> Result<Option<&'static str>, Failure> {
    if fields.text("do") == "stop" {
        let id = crate::input::id::<CouponKey>(fields.text("coupon"))?;
        act.value(site, "coupon.stop", Keys::none(), move |tx, ctx| {
            coupon::stop(tx, ctx, issuer, id).map(drop)
        })
        .await?;
        return Ok(Some("stopped"));
    }
    let Some(new) = read(fields, issuer, &site.market) else { return Ok(None) };
    act.value(site, "coupon.create", Keys::none(), move |tx, ctx| {
        coupon::create(tx, ctx, &new).map(|coupon| coupon.id.to_string())
    })
    .await?;
    Ok(Some("made"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Currency, RawId};

    #[test]
    fn a_coupon_is_read_as_typed_and_refused_beside_its_fields() {
        let market = Market { zone: "Asia/Shanghai".parse().unwrap(), currency: Currency::CNY };
        let issuer = Issuer::Shop(Id::from_raw(RawId([1; 16])));
        let of = |pairs: &[(&str, &str)]| {
            Fields::of(pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect())
        };
        let good = [
            ("title", "满 99 减 10"),
            ("kind", "off"),
            ("over", "99"),
            ("off", "10"),
            ("total", "100"),
            ("each", "1"),
            ("from", "2026-06-01"),
            ("until", "2026-06-18"),
        ];
        let new = read(&mut of(&good), issuer, &market).unwrap();
        assert_eq!(
            new.kind,
            Kind::Off { over: Money::new(9_900, Currency::CNY), off: Money::new(1_000, Currency::CNY) }
        );
        // The last day counts to its end.
        assert_eq!(new.until.micros() - new.from.micros(), 18 * 24 * 3_600_000_000);
        let mut bad = of(&[
            ("title", ""),
            ("kind", "percent"),
            ("percent", "0"),
            ("from", "2026-06-18"),
            ("until", "2026-06-01"),
        ]);
        assert_eq!(read(&mut bad, issuer, &market), None);
        for name in ["title", "percent", "total", "each", "until"] {
            assert!(bad.wrong(name).is_some(), "{name}");
        }
    }
}
