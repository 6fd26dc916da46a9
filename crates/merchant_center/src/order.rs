//! `/merchant/{shop}/orders/{order}`: one order of a shop, from what was bought to where its money goes. The platform's page
//! of an order is made of the same parts.

use axum::http::header;
use kernel::id::Order as OrderKey;
use people::staff::Permission;
use trade::order::{self, LONGEST_NOTE, LONGEST_NUMBER, OrderView, Side, Status};
use web_kit::admin::order::{
    Back, OrderModel, head, lines_section, money_section, notes_section, recipient_section, timeline_section,
};
use web_kit::admin::{held, words};
use web_kit::forms::Chosen;
use web_kit::prelude::*;
use web_kit::view::order::{Recipient, keys_to_ship, refunds_of, revealed, why};

/// By whom it goes, and under which number.
#[derive(Form)]
#[form("parcel")]
struct ParcelForm {
    carrier: Chosen,
    #[field(hint, most = LONGEST_NUMBER)]
    number: String,
}

/// What is to be remembered.
#[derive(Form)]
#[form("order_note")]
struct NoteForm {
    #[field(wide, most = LONGEST_NOTE, lines = 2)]
    text: String,
}

/// One order.
pub async fn page(at: ShopPage) -> Result<Page, Failure> {
    drawn(at, None).await
}

/// One order, with its recipient once revealed.
async fn drawn(at: ShopPage, recipient: Option<Recipient>) -> Result<Page, Failure> {
    let id = at.id::<OrderKey>("order")?;
    let (place, (view, notes, refunds)) = at
        .enter(move |q, shop| {
            let view = order::order_of_shop(q, shop, id)?;
            let refunds = refunds_of(q, &view)?;
            Ok((view, order::notes(q, Side::Shop(shop), id)?, refunds))
        })
        .await?;
    let (look, title) = (&at.look, id.to_string());
    let scene = OrderModel {
        market: &at.site.market,
        now: at.now(),
        key: &at.key(),
        fields: &at.fields,
        recipient: recipient.as_ref(),
        action: &place.at(&format!("/orders/{id}")),
        may_reveal: at.who().signed().is_some() && at.who().need_in(at.shop, Permission::ShopReveal).is_ok(),
    };
    let crumb = place.crumb(&[("/orders", at.t("订单", "Orders")), ("", at.t("订单", "Order"))]);
    let body = html! {
        (head(look, &scene, &view, crumb, html! {}))
        (at.banners(&[("shipped", "已发出。", "Shipped."), ("noted", "备注已留下。", "Noted.")]))
        (ship_section(&at, &scene, &view))
        (lines_section(look, &scene, &view, &|product| Some(place.at(&format!("/products/{product}")))))
        (money_section(look, &view, &Back { refunds: &refunds, whole: false }))
        (recipient_section(look, &scene, &view))
        (notes_section(look, &scene, &notes, false))
        (timeline_section(look, &scene, &view))
    };
    Ok(frame(look, &place, Tab::Orders, &title, body))
}

fn ship_section(at: &ShopPage, scene: &OrderModel<'_>, view: &OrderView) -> Markup {
    let order = &view.order;
    ui::question(
        at.t("发出了吗？", "Has it shipped?"),
        html! {
            (at.t("发出后 ", "Once shipped, "))
            (at.t("库存扣掉，买家看到运单号；到期没人确认，收货自己确认。", "stock is taken out and the buyer sees the number; receipt confirms itself if nobody does."))
        },
        html! {
            @match order.status {
                Status::Paid | Status::Unpaid if order.held => { (held::for_shop(&at.look)) }
                Status::Paid => {
                    form.paper.dk-form.three action=(scene.action) method="post" {
                        input type="hidden" name="key" value=(format!("{}s", scene.key));
                        (ParcelForm::draw(&at.look, &at.fields, |_| words::CARRIERS.choices(at.lang())))
                        (parts::beside(html! { button.btn.pri name="do" value="ship" { (at.t("标为已发出", "Mark as shipped")) } }))
                    }
                }
                _ => { div.paper { (parts::facts(&shipped_facts(at, view))) } }
            }
        },
    )
}

fn shipped_facts<'a>(at: &ShopPage, view: &'a OrderView) -> Vec<(&'a str, Markup)> {
    let (order, lang) = (&view.order, at.lang());
    let moment = |at_moment| fmt::moment(lang, &at.site.market, at_moment);
    let shipped = match order.shipped_at {
        Some(shipped) => html! { (moment(shipped)) },
        None => html! { (at.t("没有", "no")) " · " (named::of(lang, &order.status)) },
    };
    let mut rows = vec![(t(lang, "发出", "Shipped"), shipped)];
    if let Some(carrier) = &order.carrier {
        rows.push((t(lang, "承运商", "Carrier"), html! { (words::CARRIERS.say(lang, carrier)) }));
    }
    if let Some(number) = &order.number {
        rows.push((t(lang, "运单号", "Tracking number"), html! { span.mono { (number) } }));
    }
    if let Some(by) = order.confirm_by.filter(|_| order.status == Status::Shipped) {
        rows.push((t(lang, "自动确认收货", "Receipt confirms itself"), html! { (moment(by)) }));
    }
    rows
}

/// A press of one of the page's buttons.
pub async fn act(mut at: ShopPage) -> Result<Response, Failure> {
    let (shop, id) = (at.shop, at.id::<OrderKey>("order")?);
    let here = at.at(&format!("/orders/{id}"));
    match at.fields.text("do") {
        "ship" => {
            if let Some(ParcelForm { carrier: Chosen(carrier), number }) = at.typed() {
                let parcels = vec![flows::ship::Parcel { order: id, carrier: carrier.into(), number }];
                let keys = keys_to_ship(&at.site, shop, &parcels).await?;
                let services = at.site.services.clone();
                let about = [("order.bad_carrier", "carrier"), ("order.bad_number", "number")];
                at.write("order.ship", keys, &about, move |tx, ctx| {
                    flows::ship::ship_all(tx, ctx, &services, shop, &parcels).map(drop)
                })
                .await?;
            }
            at.answer(&format!("{here}?done=shipped"), page).await
        }
        "note" => {
            if let Some(NoteForm { text }) = at.typed() {
                at.write("order.note", Keys::none(), &[("order.bad_note", "text")], move |tx, ctx| {
                    order::note(tx, ctx, Some(shop), id, &text).map(drop)
                })
                .await?;
            }
            at.answer(&format!("{here}?done=noted"), page).await
        }
        "reveal" => {
            at.who().need_in(shop, Permission::ShopReveal)?;
            let why = why(at.fields.text("why"))?;
            let recipient = revealed(&at.site, at.who(), Side::Shop(shop), id, why).await?;
            at.look.here = here;
            let page = drawn(at, Some(recipient)).await?;
            // What was shown in the clear is kept nowhere.
            Ok(([(header::CACHE_CONTROL, "no-store")], page).into_response())
        }
        _ => at.no_button(),
    }
}
