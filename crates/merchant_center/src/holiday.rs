//! The holiday of a shop on its settings page: set, changed, ended.

use axum::extract::State;
use axum::response::Redirect;
use kernel::Moment;
use maud::{Markup, html};
use people::merchant::{self, Holiday, HolidayOrders};
use store::Keys;
use web_kit::admin::frame::ShopFrame;
use web_kit::admin::parts::{self, Field};
use web_kit::fmt;
use web_kit::form::Fields;
use web_kit::idempotency::IdempotentForm;
use web_kit::problem::{Failure, Path};
use web_kit::site::Site;
use web_kit::ui::{self, RenderContext};

/// The section: what is set, and the form.
pub fn section(
    look: &RenderContext,
    site: &Site,
    place: &ShopFrame,
    holiday: Option<Holiday>,
    may: bool,
) -> Markup {
    let (now, zone) = ((site.now)(), &site.market.zone);
    let holiday = holiday.filter(|holiday| now < holiday.until);
    let last = |holiday: Holiday| holiday.until.plus_micros(-1).date(zone);
    let word = |orders| match orders {
        HolidayOrders::Later => look.t("照常接单，发货时间从假期结束起算", "Take orders, ship after it"),
        HolidayOrders::Refused => look.t("不接单", "Take no orders"),
    };
    let mut fields = Fields::default();
    if let Some(holiday) = holiday {
        fields.set("from", holiday.from.date(zone).to_string());
        fields.set("last", last(holiday).to_string());
        fields.set("orders", holiday.orders.as_str());
    }
    let choice = |orders: &HolidayOrders| (orders.as_str().to_owned(), word(*orders).to_owned());
    let choices: Vec<_> = HolidayOrders::ALL.iter().map(choice).collect();
    ui::question(
        look.t("假期模式", "Holiday mode"),
        html! { (look.t("买家在店铺、商品、购物车和结算页都看得到。", "Buyers see it on the shop's pages, on its products, in cart and checkout.")) },
        html! {
            div.paper {
                @if let Some(holiday) = holiday {
                    p.dk-note { b { (fmt::date(look.lang, holiday.from.date(zone))) " – " (fmt::date(look.lang, last(holiday))) } " " (word(holiday.orders)) }
                    @if may { div.dk-row.pad { (parts::press(&place.at("/holiday"), &site.form_key(), &[("do", "end")], look.t("结束假期", "End the holiday"), "btn")) } }
                } @else { p.dk-note { (look.t("没有假期。", "No holiday is set.")) } }
            }
            @if may {
                form.paper.dk-form action=(place.at("/holiday")) method="post" {
                    input type="hidden" name="key" value=(site.form_key());
                    (parts::day(look, &fields, Field { name: "from", label: look.t("第一天", "First day"), needed: true, ..Field::default() }))
                    (parts::day(look, &fields, Field { name: "last", label: look.t("最后一天", "Last day"), needed: true, ..Field::default() }))
                    (parts::choice(look, &fields, Field { name: "orders", label: look.t("假期里的订单", "Orders meanwhile"), ..Field::default() }, &choices))
                    div.dk-wide.dk-row.end { button.btn.pri { (look.t("设好假期", "Set the holiday")) } }
                }
            }
        },
    )
}

/// Sets it, or ends it.
pub async fn act(
    State(site): State<Site>,
    Path(shop): Path<String>,
    IdempotentForm { act, form }: IdempotentForm<Vec<(String, String)>>,
) -> Result<Redirect, Failure> {
    let shop = web_kit::input::id::<kernel::id::Shop>(&shop)?;
    let (fields, keys) = (Fields::of(form), Keys::of([merchant::key(shop)]));
    let done = if fields.text("do") == "end" {
        act.value(&site, "shop.end_holiday", keys, move |tx, ctx| {
            merchant::end_holiday(tx, ctx, shop).map(drop)
        })
        .await?;
        "ended"
    } else {
        let day = |name| web_kit::input::date(name, fields.text(name));
        let (from, last) = (day("from")?, day("last")?);
        let orders = HolidayOrders::parse(fields.text("orders"))
            .ok_or_else(|| Failure::invalid("orders: write refused or later"))?;
        let start = |day| Moment::day_start(day, &site.market.zone);
        let (Some(from), Some(until)) = (start(from), last.tomorrow().ok().and_then(start)) else {
            return Err(Failure::invalid("last: there is no such day"));
        };
        let new = Holiday { from, until, orders };
        act.value(&site, "shop.set_holiday", keys, move |tx, ctx| {
            merchant::set_holiday(tx, ctx, shop, &new).map(drop)
        })
        .await?;
        "holiday"
    };
    Ok(Redirect::to(&format!("/merchant/{shop}/settings?done={done}")))
}
