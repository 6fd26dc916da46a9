//! `/merchant/{shop}/orders/{order}`: one order of a shop, from what was bought to where its money goes. The platform's page
//! of an order is made of the same parts.

use crate::enter;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::Id;
use kernel::id::{Order as OrderKey, Shop};
use maud::{Markup, html};
use people::staff::Permission;
use serde::Deserialize;
use store::{Keys, Read};
use trade::order::{self, LONGEST_NOTE, LONGEST_NUMBER, Note, OrderView, Side, Status};
use web_kit::admin::frame::{ShopFrame, Tab, frame};
use web_kit::admin::order::{
    OrderModel, field_name, head, lines_section, money_section, notes_section, recipient_section,
    timeline_section,
};
use web_kit::admin::parts::{self, Field};
use web_kit::admin::{done_of, held, words};
use web_kit::fmt;
use web_kit::form::Fields;
use web_kit::idempotency::IdempotentForm;
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Path, Query};
use web_kit::site::Site;
use web_kit::ui::{self, Page, RenderContext};
use web_kit::view::order::{Recipient, keys_to_ship, revealed, why};

#[derive(Debug, Default, Deserialize)]
pub struct Params {
    done: Option<String>,
    #[serde(rename = "lang")]
    _lang: Option<String>,
    #[serde(rename = "theme")]
    _theme: Option<String>,
}

struct One {
    place: ShopFrame,
    view: OrderView,
    notes: Vec<Note>,
}

fn one(q: &mut Read<'_>, shop: Id<Shop>, many: bool, id: Id<OrderKey>) -> Result<One, Failure> {
    let view = order::order_of_shop(q, shop, id)?;
    Ok(One { place: enter(q, shop, many)?, view, notes: order::notes(q, Side::Shop(shop), id)? })
}

/// One order.
pub async fn page(
    State(site): State<Site>,
    look: RenderContext,
    who: Principal,
    Path((shop, id)): Path<(String, String)>,
    Query(asked): Query<Params>,
) -> Result<Page, Failure> {
    let shop = web_kit::input::id::<Shop>(&shop)?;
    let id = web_kit::input::id::<OrderKey>(&id)?;
    let many = who.shops().len() > 1;
    let found = site.read(move |q| one(q, shop, many, id)).await?;
    let done = done_of(
        &look,
        asked.done.as_deref(),
        &[("shipped", "已发出。", "Shipped."), ("noted", "备注已留下。", "Noted.")],
    );
    Ok(drawn(&site, &look, &who, &found, done, &Fields::default(), None))
}

fn drawn(
    site: &Site,
    look: &RenderContext,
    who: &Principal,
    found: &One,
    above: Markup,
    fields: &Fields,
    recipient: Option<&Recipient>,
) -> Page {
    let place = &found.place;
    let order = &found.view.order;
    let (now, key) = ((site.now)(), site.form_key());
    let scene = OrderModel {
        market: &site.market,
        now,
        key: &key,
        fields,
        recipient,
        action: &place.at(&format!("/orders/{}", order.id)),
        may_reveal: who.signed().is_some() && who.need_in(place.shop, Permission::ShopReveal).is_ok(),
    };
    let title = order.id.to_string();
    let crumb = place.crumb(&[("/orders", look.t("订单", "Orders")), ("", look.t("订单", "Order"))]);
    let body = html! {
        (head(look, &scene, &found.view, crumb, html! {}))
        (above)
        (ship_section(look, &scene, &found.view))
        (lines_section(look, &scene, &found.view, &|product| Some(place.at(&format!("/products/{product}")))))
        (money_section(look, &found.view))
        (recipient_section(look, &scene, &found.view))
        (notes_section(look, &scene, &found.notes, false))
        (timeline_section(look, &scene, &found.view))
    };
    frame(look, place, Tab::Orders, &title, body)
}

fn ship_section(look: &RenderContext, scene: &OrderModel<'_>, view: &OrderView) -> Markup {
    let order = &view.order;
    let carriers = words::CARRIERS.choices(look.lang);
    ui::question(
        look.t("发出了吗？", "Has it shipped?"),
        html! {
            (look.t("发出后 ", "Once shipped, "))
            (look.t("库存扣掉，买家看到运单号；到期没人确认，收货自己确认。", "stock is taken out and the buyer sees the number; receipt confirms itself if nobody does."))
        },
        html! {
            @match order.status {
                Status::Paid | Status::Unpaid if order.held => { (held::for_shop(look)) }
                Status::Paid => {
                    form.paper.dk-form.three action=(scene.action) method="post" {
                        input type="hidden" name="key" value=(format!("{}s", scene.key));
                        (parts::choice(look, scene.fields, Field { name: "carrier", label: look.t("承运商", "Carrier"), needed: true, ..Field::default() }, &carriers))
                        (parts::line(look, scene.fields, Field { name: "number", label: look.t("运单号", "Tracking number"), needed: true, hint: look.t("按面单抄", "as printed"), ..Field::default() }, LONGEST_NUMBER))
                        div.dk-f { span.dk-lab aria-hidden="true" { "\u{a0}" } button.btn.pri name="do" value="ship" { (look.t("标为已发出", "Mark as shipped")) } }
                    }
                }
                _ => {
                    div.paper { (parts::facts(&shipped_facts(look, scene, view))) }
                }
            }
        },
    )
}

fn shipped_facts<'a>(
    look: &RenderContext,
    scene: &OrderModel<'_>,
    view: &'a OrderView,
) -> Vec<(&'a str, Markup)> {
    let order = &view.order;
    let l = |zh: &'static str, en: &'static str| web_kit::lang::t(look.lang, zh, en);
    let mut rows: Vec<(&str, Markup)> = Vec::new();
    match order.shipped_at {
        Some(at) => rows.push((l("发出", "Shipped"), html! { (fmt::moment(look.lang, scene.market, at)) })),
        None => rows.push((
            l("发出", "Shipped"),
            html! { (l("没有", "no")) " · " (web_kit::words::named::of(look.lang, &order.status)) },
        )),
    }
    if let Some(carrier) = &order.carrier {
        rows.push((l("承运商", "Carrier"), html! { (words::CARRIERS.say(look.lang, carrier)) }));
    }
    if let Some(number) = &order.number {
        rows.push((l("运单号", "Tracking number"), html! { span.mono { (number) } }));
    }
    if let Some(at) = order.confirm_by.filter(|_| order.status == Status::Shipped) {
        let text = fmt::moment(look.lang, scene.market, at);
        rows.push((l("自动确认收货", "Receipt confirms itself"), html! { (text) }));
    }
    rows
}

/// A press of one of the page's buttons.
pub async fn act(
    State(site): State<Site>,
    look: RenderContext,
    Path((shop, id)): Path<(String, String)>,
    IdempotentForm { act, form }: IdempotentForm<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let shop = web_kit::input::id::<Shop>(&shop)?;
    let id = web_kit::input::id::<OrderKey>(&id)?;
    let mut fields = Fields::of(form);
    let back =
        |done: &str| Redirect::to(&format!("/merchant/{shop}/orders/{id}?done={done}")).into_response();
    let mut recipient = None;
    let mut refused = None;
    match fields.text("do") {
        "ship" => {
            let number = fields.needed("number", LONGEST_NUMBER);
            if fields.is_good() {
                let parcels = vec![flows::ship::Parcel {
                    order: id,
                    carrier: fields.text("carrier").to_owned(),
                    number,
                }];
                let keys = keys_to_ship(&site, shop, &parcels).await?;
                let services = site.services.clone();
                let write = act.value(&site, "order.ship", keys, move |tx, ctx| {
                    flows::ship::ship_all(tx, ctx, &services, shop, &parcels).map(drop)
                });
                match write.await {
                    Ok(()) => return Ok(back("shipped")),
                    Err(failure) => {
                        refused = fields.aside(
                            failure,
                            &[
                                ("order.bad_carrier", "carrier"),
                                ("order.bad_number", "number"),
                                ("order.bad_note", "text"),
                            ],
                        )
                    }
                }
            }
        }
        "note" => {
            let text = fields.needed("text", LONGEST_NOTE);
            if fields.is_good() {
                let write = act.value(&site, "order.note", Keys::none(), move |tx, ctx| {
                    order::note(tx, ctx, Some(shop), id, &text).map(drop)
                });
                match write.await {
                    Ok(()) => return Ok(back("noted")),
                    Err(failure) => {
                        refused = fields.aside(
                            failure,
                            &[
                                ("order.bad_carrier", "carrier"),
                                ("order.bad_number", "number"),
                                ("order.bad_note", "text"),
                            ],
                        )
                    }
                }
            }
        }
        "reveal" => {
            act.who.need_in(shop, Permission::ShopReveal)?;
            let why = why(fields.text("why"))?;
            recipient = Some(revealed(&site, &act.who, Side::Shop(shop), id, why).await?);
        }
        _ => return Err(Failure::invalid("there is no such button").zh("没有这个按钮。")),
    }
    if let Some(failure) = refused.take_if(|failure| failure.status == 404) {
        return Err(failure);
    }
    let many = act.who.shops().len() > 1;
    let found = site.read(move |q| one(q, shop, many, id)).await?;
    let look = RenderContext { here: found.place.at(&format!("/orders/{id}")), ..look };
    let above = html! {
        @if let Some(refused) = &refused { (parts::refused(&look, refused)) }
        (parts::refusals(&look, &fields, |name| field_name(&look, name)))
    };
    let status = match (&recipient, &refused) {
        (Some(_), _) => StatusCode::OK,
        (None, Some(failure)) => failure.status_code(),
        (None, None) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = drawn(&site, &look, &act.who, &found, above, &fields, recipient.as_ref());
    // What was shown in the clear is kept nowhere.
    let mut response = (status, page).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    Ok(response)
}
