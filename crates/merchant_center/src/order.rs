//! `/merchant/{shop}/orders/{order}`: one order of a shop, from what was bought to where its money goes. The platform's page
//! of an order is made of the same parts.

use axum::http::header;
use kernel::id::{Order as OrderKey, Sku};
use people::staff::Permission;
use report::sale::held;
use report::sale::page::{
    Back, CANCEL_ABOUT, CancelForm, OrderModel, cancel_section, head, lines_section, money_section,
    notes_section, recipient_section, timeline_section,
};
use trade::order::{self, Cancellation, LONGEST_NOTE, LONGEST_NUMBER, OrderView, Side, Status};
use web_kit::admin::words;
use web_kit::forms::Chosen;
use web_kit::prelude::*;
use web_kit::view::order::{FromSite, Recipient, keys_to_ship, refunds_of, revealed, sites, why};
use web_kit::view::staff::names_of;

/// By whom it goes, and under which number.
#[derive(Form)]
#[form("parcel")]
struct ParcelForm {
    carrier: Chosen,
    #[field(hint, most = LONGEST_NUMBER)]
    number: String,
}

/// Beside which field a refusal of a parcel stands.
const ABOUT_PARCEL: [(&str, &str); 5] = [
    ("carrier.unknown", "carrier"),
    ("carrier.bad_number", "number"),
    ("order.bad_carrier", "carrier"),
    ("order.bad_number", "number"),
    ("order.same_waybill", "number"),
];

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
    let (now, vault) = (at.now(), at.site.vault.clone());
    let (place, (view, notes, refunds, sites, paid, staff)) = at
        .enter(move |q, shop| {
            let view = order::order_of_shop(q, shop, id)?;
            let refunds = refunds_of(q, &view)?;
            let sites = sites(q, &view.order)?;
            let paid = flows::late_shipping::paid_for(q, &view.order, now)?;
            let notes = order::notes(q, Side::Shop(shop), id)?;
            let staff = names_of(q, &vault, notes.iter().map(|note| note.by))?;
            Ok((view, notes, refunds, sites, paid, staff))
        })
        .await?;
    let (look, title) = (&at.look, id.to_string());
    let scene = OrderModel {
        market: &at.site.market,
        carriers: at.site.services.carriers(),
        now: at.now(),
        key: &at.key(),
        fields: &at.fields,
        recipient: recipient.as_ref(),
        action: &place.at(&format!("/orders/{id}")),
        staff: &staff,
        may_cancel: true,
        may_reveal: at.who().signed().is_some() && at.who().need_in(at.shop, Permission::ShopReveal).is_ok(),
    };
    let crumb = place.crumb(&[("/orders", at.t("订单", "Orders")), ("", at.t("订单", "Order"))]);
    let body = html! {
        (head(look, &scene, &view, crumb, html! {}))
        (at.banners(&[("shipped", "已发出。", "Shipped."), ("cancelled", "已取消。付过的钱在退回的路上。", "Cancelled. What was paid is on its way back."), ("corrected", "运单号已改，买家看到的是新的。", "Corrected: the buyer sees the new number."), ("noted", "备注已留下。", "Noted.")]))
        (cancel_section(look, &scene, &view, at.query.text("ask") == "cancel", asked_line(&at)))
        (ship_section(&at, &scene, &view))
        (lines_section(look, &scene, &view, &|product| Some(place.at(&format!("/products/{product}")))))
        (sites_section(&at, &view, &sites))
        (money_section(look, &view, &Back { refunds: &refunds, whole: false, compensation: paid.as_ref() }))
        (recipient_section(look, &scene, &view))
        (notes_section(look, &scene, &notes, false))
        (timeline_section(look, &scene, &view))
    };
    Ok(frame(look, &place, Tab::Orders, &title, body))
}

fn ship_section(at: &ShopPage, scene: &OrderModel<'_>, view: &OrderView) -> Markup {
    let order = &view.order;
    ui::question(
        at.t("发货", "Shipping"),
        html! {
            (at.t("这里写的是店铺自己的话，页面上会注明。发出后", "This is the shop's own word, and named so. Once shipped, "))
            (at.t("库存扣掉，买家看到运单号；到期没人确认，收货自己确认。", "stock is taken out and the buyer sees the number; receipt confirms itself if nobody does."))
        },
        html! {
            @match order.status {
                Status::Paid | Status::Unpaid if order.held => { (held::for_shop(&at.look)) }
                Status::Paid => {
                    form.paper.dk-form.three action=(scene.action) method="post" {
                        input type="hidden" name="key" value=(format!("{}s", scene.key));
                        (ParcelForm::draw(&at.look, &at.fields, |_| crate::orders::carriers(at)))
                        (parts::beside(html! { button.btn.pri name="do" value="ship" { (at.t("标为已发出", "Mark as shipped")) } }))
                    }
                    p.dk-note { a href=(format!("{}?ask=cancel#ask", scene.action)) { (at.t("发不了货？取消订单并退款", "Cannot ship it? Cancel and refund")) } }
                }
                Status::Unpaid => {
                    div.paper { (parts::facts(&shipped_facts(at, view))) }
                    p.dk-note { a href=(format!("{}?ask=cancel#ask", scene.action)) { (at.t("卖不了？付款前就取消", "Cannot sell it? Cancel it before it is paid for")) } }
                }
                _ => {
                    div.paper { (parts::facts(&shipped_facts(at, view))) }
                    @if order.is_correctable() { (correction(at, scene, order)) }
                }
            }
        },
    )
}

/// Which line is asked about; none is the whole order.
fn asked_line(at: &ShopPage) -> &str {
    let sent = at.fields.text("line");
    if sent.is_empty() { at.query.text("line") } else { sent }
}

/// The form that corrects carrier and number, until the carrier has confirmed them.
fn correction(at: &ShopPage, scene: &OrderModel<'_>, order: &order::Order) -> Markup {
    let now = ParcelForm {
        carrier: Chosen(order.carrier.clone().unwrap_or_default()),
        number: order.number.clone().unwrap_or_default().into(),
    };
    html! {
        details.paper.dk-more open[at.is_refused() && at.fields.text("do") == "correct"] {
            summary { (at.t("修改物流：承运商或运单号写错了", "Edit tracking: the carrier or the number is wrong")) }
            p.dk-note { (at.t("承运商确认揽收前可以改；谁改的、改了什么会留在时间线上，买家看得到新的运单号。", "Possible until the carrier confirms the pick-up. Who changed what stays in the timeline, and the buyer sees the new number.")) }
            form.dk-form.three action=(scene.action) method="post" {
                input type="hidden" name="key" value=(format!("{}c", scene.key));
                (ParcelForm::draw(&at.look, &at.typed_or(&now), |_| crate::orders::carriers(at)))
                (parts::beside(html! { button.btn name="do" value="correct" { (at.t("保存运单号", "Save tracking number")) } }))
            }
        }
    }
}

/// From which warehouses it leaves, if they are several.
fn sites_section(at: &ShopPage, view: &OrderView, sites: &[FromSite]) -> Markup {
    let called = |sku: &str| {
        let line = view.order.lines.iter().find(|line| line.sku.to_string() == sku);
        line.map_or_else(|| sku.to_owned(), |line| format!("{} {}", line.title, line.variant))
    };
    html! {
        @if !sites.is_empty() {
            (ui::question(
                at.t("发货仓库", "Warehouses"),
                html! { (at.t("一个仓里不够，分开备的货。买家看得到会分开送。", "No one of them had all of it. The buyer reads that it comes in parts.")) },
                html! {
                    div.paper {
                        dl.dk-kv {
                            @for site in sites {
                                div { dt { (site.name) } dd { @for line in &site.lines { p { (called(&line.sku)) " × " (line.quantity) } } } }
                            }
                        }
                    }
                },
            ))
        }
    }
}

fn shipped_facts<'a>(at: &ShopPage, view: &'a OrderView) -> Vec<(&'a str, Markup)> {
    let (order, lang) = (&view.order, at.lang());
    let moment = |at_moment| fmt::moment(lang, &at.site.market, at_moment);
    let shipped = match order.shipped_at {
        Some(shipped) => html! { (moment(shipped)) },
        None => html! { (at.t("没有", "no")) " · " (named::of(lang, &order.status)) },
    };
    let mut rows = vec![(t(lang, "店铺标记发出", "Marked as shipped by the shop"), shipped)];
    if let Some(carrier) = &order.carrier {
        rows.push((
            t(lang, "承运商", "Carrier"),
            html! { (words::carrier(&at.look, at.site.services.carriers(), carrier)) },
        ));
    }
    if let Some(number) = &order.number {
        rows.push((t(lang, "运单号", "Tracking number"), html! { span.mono { (number) } }));
    }
    if let Some(told) = order.picked_up {
        let by = words::TOLD_BY.say(lang, told.by.as_str());
        rows.push((t(lang, "揽收", "Picked up"), html! { (moment(told.at)) " · " (by) }));
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
                at.write("order.ship", keys, &ABOUT_PARCEL, move |tx, ctx| {
                    flows::ship::ship_all(tx, ctx, &services, shop, &parcels).map(drop)
                })
                .await?;
            }
            at.answer(&format!("{here}?done=shipped"), page).await
        }
        "correct" => {
            if let Some(ParcelForm { carrier: Chosen(carrier), number }) = at.typed() {
                let services = at.site.services.clone();
                at.write("order.correct", order::key(id), &ABOUT_PARCEL, move |tx, ctx| {
                    flows::ship::correct(tx, ctx, &services, shop, id, (&carrier, &number)).map(drop)
                })
                .await?;
            }
            at.answer(&format!("{here}?done=corrected"), page).await
        }
        "cancel" => {
            let line = at.fields.text("line").to_owned();
            let sku = if line.is_empty() { None } else { Some(input::id::<Sku>(&line)?) };
            if let Some(CancelForm { reason: Chosen(reason), explanation: text }) = at.typed() {
                let why = Cancellation::read(&reason, text.as_deref().unwrap_or_default());
                let keys = at.read(move |q| Ok(flows::buy::keys_to_cancel(q, Side::Shop(shop), id)?)).await?;
                let services = at.site.services.clone();
                at.write("order.cancel_by_shop", keys, &CANCEL_ABOUT, move |tx, ctx| {
                    let why = why.clone()?;
                    flows::buy::cancel_by_shop(tx, ctx, &services, (shop, id), sku, &why).map(drop)
                })
                .await?;
                at.site.services.wake_worker();
            }
            at.answer(&format!("{here}?done=cancelled"), page).await
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
