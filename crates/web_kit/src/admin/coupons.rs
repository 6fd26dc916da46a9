//! `/merchant/{shop}/coupons`: a shop's coupons; the platform's page is made of the same parts.

use crate::admin::done_of;
use crate::forms::{Chosen, Percent};
use crate::known::Tree;
use crate::prelude::*;
use crate::ui::State as Mark;
use crate::view::coupon::{deal_words, segment_words, state};
use crate::words::lists;
use kernel::id::Coupon as CouponKey;
use kernel::{Date, Market};
use trade::coupon::{self, Coupon, Guard, Issuer, Kind, NewCoupon, Scope, Segment};

/// Coupons of one page.
pub const PAGE: usize = 30;

/// A hundredth, in parts per million.
pub const PERCENT: i64 = 10_000;

lists! {
    /// What a coupon takes off.
    KINDS = "coupon_kind" ["off" "percent" "freight" "deal"];
    /// For whom a coupon is, if not for everybody.
    SEGMENTS = "coupon_segment" ["new" "regular" "followers"];
}

/// Which refusals of a new coupon stand beside which field.
pub const ABOUT: [(&str, &str); 5] = [
    ("coupon.confirm", "confirm"),
    ("coupon.bad_code", "code"),
    ("coupon.code_taken", "code"),
    ("coupon.no_category", "category"),
    ("coupon.of_shop", "kind"),
];

/// What is typed to offer one.
#[derive(Form)]
#[form("coupon")]
struct CouponForm {
    #[field(hint, most = 40)]
    title: Box<str>,
    kind: Chosen,
    #[field(hint)]
    over: Option<Money>,
    #[field(hint)]
    off: Option<Money>,
    #[field(hint, unit = "%")]
    percent: Option<Percent>,
    #[field(hint)]
    most: Option<Money>,
    #[field(hint, units, least = 1, most = 99)]
    buy: Option<i64>,
    #[field(hint, units, least = 1, most = 99)]
    get: Option<i64>,
    #[field(units, least = 1, most = 1_000_000_000)]
    total: i64,
    #[field(units, least = 1, most = 100)]
    each: i64,
    category: Chosen,
    from: Date,
    until: Date,
    segment: Chosen,
    #[field(hint, units, least = 1, most = 10_000)]
    orders: Option<i64>,
    #[field(hint)]
    spent: Option<Money>,
    #[field(hint, units, least = 1, most = 3_660)]
    days: Option<i64>,
    exclusive: bool,
    #[field(hint)]
    budget: Option<Money>,
    #[field(hint, most = 24)]
    code: Option<Box<str>>,
    #[field(hint)]
    confirm: Option<Money>,
}

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
    /// Who offers.
    pub issuer: Issuer,
}

/// What a coupon takes off, in one line.
pub fn worth(look: &RenderContext, kind: &Kind) -> String {
    let lang = look.lang;
    let money = |money: Money| fmt::money(lang, money);
    let over = |over: Money| match over.minor {
        0 => String::new(),
        _ => {
            let over = money(over);
            say!(lang, "满 {over} ", "over {over}: ")
        }
    };
    match kind {
        Kind::Off { over: from, off } => {
            let (over, off) = (over(*from), money(*off));
            say!(lang, "{over}减 {off}", "{over}{off} off")
        }
        Kind::Percent { over: from, ppm, most } => {
            let share = fmt::decimal(*ppm as f64 / PERCENT as f64, if ppm % PERCENT == 0 { 0 } else { 2 });
            let cap = most.map(money).map(|most| say!(lang, "，最多减 {most}", ", at most {most}"));
            let (over, cap) = (over(*from), cap.unwrap_or_default());
            say!(lang, "{over}减 {share}%{cap}", "{over}{share}% off{cap}")
        }
        Kind::Freight { over: from, off } => {
            let (over, off) = (over(*from), money(*off));
            say!(lang, "{over}运费减 {off}", "{over}{off} off freight")
        }
        Kind::Deal { over: from, buy, get, ppm, most } => {
            let cap = most.map(money).map(|most| say!(lang, "，最多减 {most}", ", at most {most}"));
            let (over, cap) = (over(*from), cap.unwrap_or_default());
            let deal = deal_words(lang, *buy, *get, *ppm);
            format!("{over}{deal}{cap}")
        }
    }
}

/// What a coupon, or a way of delivery, counts for, in words.
pub fn scope(look: &RenderContext, tree: &Tree, scope: &Scope) -> Markup {
    match scope {
        Scope::All => html! { (look.t("全部商品", "All products")) },
        Scope::Category(code) => html! { (parts::category(look, tree, code)) },
        Scope::Products(some) => html! { (some.len()) (look.t(" 件商品", " products")) },
    }
}

/// The goods of a chosen category, or all.
pub fn scope_of(Chosen(category): Chosen) -> Scope {
    if category.is_empty() { Scope::All } else { Scope::Category(category) }
}

/// The category that a scope is, as its form has it; nothing for all goods.
pub fn scope_code(scope: &Scope) -> &str {
    match scope {
        Scope::Category(code) => code,
        Scope::All | Scope::Products(_) => "",
    }
}

/// The mark of a coupon's state.
pub fn mark(look: &RenderContext, state: &str) -> Markup {
    match state {
        "open" => ui::state(Mark::Kept, look.t("领取中", "Active")),
        "coming" => ui::state(Mark::Running, look.t("未开始", "Scheduled")),
        "gone" => ui::state(Mark::Warning, look.t("已领完", "Fully claimed")),
        "stopped" => ui::state(Mark::None, look.t("已停发", "Stopped")),
        _ => ui::state(Mark::None, look.t("已过期", "Expired")),
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
    let shown = rows.get(..PAGE).unwrap_or(rows);
    let next = shown.last().filter(|_| rows.len() > PAGE);
    let next = next.map(|row| parts::with(look, &[("after", &row.id.to_string())]));
    let first = asked.after.as_ref().map(|_| parts::with(look, &[]));
    let columns = [
        Column::wide("券", "Coupon"),
        Column::text("适用范围", "Applies to"),
        Column::text("时间", "When"),
        Column::text("已领取", "Claimed"),
        Column::text("状态", "State"),
        Column::acts(),
    ];
    let day = |at: Moment| fmt::date(look.lang, at.date(&market.zone));
    let cells = |row: &Coupon| {
        let of = state(row, now);
        [
            html! { b { (row.title) } small { (worth(look, &row.kind)) } @if let Some(code) = &row.code { small { (look.t("券码 ", "code ")) span.mono { (code) } } } },
            html! {
                (scope(look, desk.tree, &row.scope))
                @if let Some(segment) = row.segment { small { (segment_words(look.lang, row.issuer, segment)) } }
                @if row.exclusive { small { (look.t("不和别的券同用", "goes with no other")) } }
            },
            html! { (day(row.from)) " – " br; (day(row.until.plus_micros(-1))) },
            html! {
                (fmt::count(row.claimed)) " / " (fmt::count(row.total)) " "
                (ui::bar(row.claimed as f64 / row.total.max(1) as f64, "data-1"))
                small { (look.t("每人 ", "each ")) (row.each) (look.t(" 张", "")) }
                @if let Some(budget) = row.budget { small { (look.t("已减 ", "took off ")) (fmt::money(look.lang, row.used)) " / " (fmt::money(look.lang, budget)) } }
            },
            mark(look, of),
            html! { @if matches!(of, "open" | "coming" | "gone") {
                form.dk-press action=(desk.action) method="post" data-sure=(look.t("停发这张券？已领取的仍可使用。", "Stop this coupon? Claimed ones stay valid.")) {
                    input type="hidden" name="key" value=(format!("{}{}", desk.key, row.id));
                    input type="hidden" name="coupon" value=(row.id);
                    button.btn.dk-sm name="do" value="stop" { (look.t("停发", "Stop")) }
                }
            } },
        ]
    };
    html! {
        (ui::question(
            look.t("优惠券列表", "Coupons"),
            html! { (look.t("条是已领取的占比。", "The bar shows the share claimed.")) },
            html! {
                div.paper {
                    @if shown.is_empty() {
                        (parts::empty(look.t("还没有优惠券，在下面新建一张。", "No coupons yet. Create one below."), html! {}))
                    } @else {
                        (table::table(look, columns, shown, cells))
                        (parts::pager(look, first.as_deref(), next.as_deref(), html! { (look.t("新的在上", "Newest first")) }))
                    }
                }
            },
        ))
        (ui::question(
            look.t("新建优惠券", "Create coupon"),
            html! { (look.t("发布后不能修改面额，只能停发后新建。", "The discount cannot be changed later: stop it and create another.")) },
            html! { (form(look, market, desk, fields)) },
        ))
    }
}

/// The form of a new coupon.
pub fn form(look: &RenderContext, market: &Market, desk: &Desk<'_>, fields: &Fields) -> Markup {
    let look = &RenderContext { currency: Some(market.currency), ..look.clone() };
    let is_shop = desk.issuer != Issuer::Platform;
    let choices = |name: &str| match name {
        "kind" => {
            KINDS.choices(look.lang).into_iter().filter(|(word, _)| is_shop || word != "deal").collect()
        }
        "segment" => {
            let some =
                SEGMENTS.choices(look.lang).into_iter().filter(|(word, _)| is_shop || word != "followers");
            std::iter::once((String::new(), look.t("所有人", "Everybody").to_owned())).chain(some).collect()
        }
        _ => parts::categories(look, desk.tree),
    };
    html! {
        form.paper.dk-form.three action=(desk.action) method="post" {
            input type="hidden" name="key" value=(desk.key);
            (CouponForm::draw(look, fields, choices))
            (parts::beside(html! { button.btn.pri name="do" value="make" { (look.t("发布", "Offer")) } }))
        }
    }
}

/// A field's name, above its refusal.
pub fn field_name(look: &RenderContext, name: &str) -> String {
    let label = CouponForm::FIELDS.iter().find(|spec| spec.name == name);
    label.and_then(|spec| texts::word(look.lang.tag(), spec.label)).unwrap_or(name).to_owned()
}

/// A coupon as it was typed.
pub fn read(fields: &mut Fields, issuer: Issuer, market: &Market) -> Option<(NewCoupon, Guard)> {
    let typed = CouponForm::read(fields, market);
    let zero = Money::new(0, market.currency);
    let (percent, deal) = (fields.text("kind") == "percent", fields.text("kind") == "deal");
    if percent && !fields.has("percent") {
        fields.refuse("percent", "要填减多少。", "Say how much.");
    }
    for name in ["buy", "get"] {
        if deal && !fields.has(name) {
            fields.refuse(name, "要填几件。", "Say how many.");
        }
    }
    let regular = fields.text("segment") == "regular";
    if regular && !fields.has("orders") && !fields.has("spent") {
        fields.refuse("orders", "单数和金额至少填一个。", "Say how many orders, or how much.");
    }
    if regular && !fields.has("days") {
        fields.refuse("days", "要填最近几天。", "Say within how many days.");
    }
    if !percent && !deal && fields.money("off", market.currency).is_none_or(|off| off.minor <= 0) {
        fields.refuse("off", "要填减多少。", "Say how much.");
    }
    if let (Some(from), Some(until)) = (fields.date("from"), fields.date("until"))
        && until < from
    {
        fields.refuse("until", "要晚于开始。", "It has to come after the beginning.");
    }
    let typed = typed.filter(|_| fields.is_good())?;
    let (over, off) = (typed.over.unwrap_or(zero), typed.off.unwrap_or(zero));
    let kind = match &*typed.kind.0 {
        "percent" => Kind::Percent { over, ppm: typed.percent?.0, most: typed.most },
        "freight" => Kind::Freight { over, off },
        // Without a share the units that cost less are free.
        "deal" => Kind::Deal {
            over,
            buy: typed.buy?,
            get: typed.get?,
            ppm: typed.percent.map_or(1_000_000, |share| share.0),
            most: typed.most,
        },
        _ => Kind::Off { over, off },
    };
    let start = |day| Moment::day_start(day, &market.zone);
    let guard = Guard {
        budget: typed.budget,
        code: typed.code.map(|code| coupon::code_of(&code).unwrap_or(code)),
        confirmed: typed.confirm,
        exclusive: typed.exclusive,
        segment: match &*typed.segment.0 {
            "new" => Some(Segment::New),
            "followers" => Some(Segment::Followers),
            "regular" => {
                Some(Segment::Regular { orders: typed.orders, amount: typed.spent, days: typed.days? })
            }
            _ => None,
        },
    };
    let new = NewCoupon {
        issuer,
        title: typed.title,
        kind,
        total: typed.total,
        each: typed.each,
        from: start(typed.from)?,
        until: start(typed.until.tomorrow().ok()?)?,
        scope: scope_of(typed.category),
    };
    Some((new, guard))
}

/// Does what a button of these sections says; the word of what was done, or the refusal.
pub async fn done(
    site: &Site,
    act: &IdempotentRequest,
    issuer: Issuer,
    fields: &mut Fields,
) -> Result<Option<&'static str>, Failure> {
    if fields.text("do") == "stop" {
        let id = input::id::<CouponKey>(fields.text("coupon"))?;
        act.value(site, "coupon.stop", Keys::none(), move |tx, ctx| {
            coupon::stop(tx, ctx, issuer, id).map(drop)
        })
        .await?;
        return Ok(Some("stopped"));
    }
    let Some((new, guard)) = read(fields, issuer, &site.market) else { return Ok(None) };
    let services = site.services.clone();
    act.value(site, "coupon.create", Keys::none(), move |tx, ctx| {
        flows::coupon::create(tx, ctx, &services, &new, &guard).map(|coupon| coupon.id.to_string())
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
        let (new, _) = read(&mut of(&good), issuer, &market).unwrap();
        assert_eq!(
            new.kind,
            Kind::Off { over: Money::new(9_900, Currency::CNY), off: Money::new(1_000, Currency::CNY) }
        );
        // The last day counts to its end.
        assert_eq!(new.until.micros() - new.from.micros(), 18 * 24 * 3_600_000_000);
        // Buy two, get one: without a share that one is free. For who bought three times in ninety days, and alone.
        let more = [
            ("kind", "deal"),
            ("buy", "2"),
            ("get", "1"),
            ("segment", "regular"),
            ("orders", "3"),
            ("days", "90"),
            ("exclusive", "1"),
        ];
        let typed: Vec<(&str, &str)> = good
            .iter()
            .filter(|(n, _)| !matches!(*n, "kind" | "off" | "over"))
            .chain(&more)
            .copied()
            .collect();
        let (new, guard) = read(&mut of(&typed), issuer, &market).unwrap();
        let over = Money::new(0, Currency::CNY);
        assert_eq!(new.kind, Kind::Deal { over, buy: 2, get: 1, ppm: 1_000_000, most: None });
        assert_eq!(guard.segment, Some(Segment::Regular { orders: Some(3), amount: None, days: 90 }));
        assert!(guard.exclusive);
        let mut poor = of(&[("title", "x"), ("kind", "deal"), ("segment", "regular")]);
        assert_eq!(read(&mut poor, issuer, &market), None);
        for name in ["buy", "get", "orders", "days"] {
            assert!(poor.wrong(name).is_some(), "{name}");
        }
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
