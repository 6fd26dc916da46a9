//! The holiday of a shop on its settings page: set, changed, ended.

use kernel::Date;
use people::merchant::{self, Holiday, HolidayOrders};
use web_kit::prelude::*;

/// What is typed to set it.
#[derive(Form)]
#[form("holiday")]
struct HolidayForm {
    from: Date,
    last: Date,
    orders: HolidayOrders,
}

/// The section: what is set, and the form.
pub fn section(at: &ShopPage, place: &ShopFrame, holiday: Option<Holiday>, may: bool) -> Markup {
    let (look, zone, action) = (&at.look, &at.site.market.zone, place.at("/holiday"));
    let form = |holiday: &Holiday| HolidayForm {
        from: holiday.from.date(zone),
        last: holiday.until.plus_micros(-1).date(zone),
        orders: holiday.orders,
    };
    let set = holiday.filter(|holiday| at.now() < holiday.until).map(|holiday| form(&holiday));
    let fields = set.as_ref().map_or_else(|| at.fields.clone(), |set| at.typed_or(set));
    ui::question(
        at.t("假期模式", "Holiday mode"),
        html! { (at.t("买家在店铺、商品、购物车和结算页都看得到。", "Buyers see it on the shop's pages, on its products, in cart and checkout.")) },
        html! {
            div.paper {
                @if let Some(set) = &set {
                    p.dk-note { b { (fmt::date(look.lang, set.from)) " – " (fmt::date(look.lang, set.last)) } " " (named::of(look.lang, &set.orders)) }
                    @if may { div.dk-row.pad { (parts::press(&action, &at.key(), &[("do", "end")], at.t("结束假期", "End holiday"), "btn")) } }
                } @else { p.dk-note { (at.t("没有开启假期模式。", "Holiday mode is off.")) } }
            }
            @if may { (HolidayForm::show(look, &fields, &action, &at.key(), at.t("保存假期", "Save holiday"))) }
        },
    )
}

/// Sets it, or ends it; says which.
pub async fn act(at: &mut ShopPage) -> Result<&'static str, Failure> {
    let shop = at.shop;
    if at.fields.text("do") == "end" {
        at.write("shop.end_holiday", merchant::key(shop), &[], move |tx, ctx| {
            merchant::end_holiday(tx, ctx, shop).map(drop)
        })
        .await?;
        return Ok("ended");
    }
    if let Some(typed) = at.typed::<HolidayForm>() {
        let start = |day| Moment::day_start(day, &at.site.market.zone);
        match (start(typed.from), typed.last.tomorrow().ok().and_then(start)) {
            (Some(from), Some(until)) => {
                let new = Holiday { from, until, orders: typed.orders };
                at.write(
                    "shop.set_holiday",
                    merchant::key(shop),
                    &[("shop.holiday", "last")],
                    move |tx, ctx| merchant::set_holiday(tx, ctx, shop, &new).map(drop),
                )
                .await?;
            }
            _ => at.fields.refuse("last", "没有这一天。", "There is no such day."),
        }
    }
    Ok("holiday")
}
