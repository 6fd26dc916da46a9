//! `/account/addresses`: where parcels go.

use crate::account::{Line, done, refusal};
use crate::parts::{Mark, empty, message, state};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::id::Address;
use maud::{Markup, html};
use people::member::{self, AddressView};
use people::vault::{self, Postal};
use serde::Deserialize;
use web_kit::account::At;
use web_kit::idempotency::IdempotentForm;
use web_kit::input::id;
use web_kit::lang::Lang;
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Path};
use web_kit::site::Site;
use web_kit::storefront::frame::{Frame, Tab};
use web_kit::storefront::icons;
use web_kit::ui::{self, Page, RenderContext};

const LIST: &str = "/account/addresses";

/// What is typed in.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    recipient: String,
    phone: String,
    province: String,
    city: String,
    district: String,
    street: String,
    postcode: String,
    back: Option<String>,
}

impl Typed {
    fn of(postal: Postal, back: Option<String>) -> Self {
        let Postal { recipient, phone, province, city, district, street, postcode } = postal;
        let phone = phone.strip_prefix("+86").map(str::to_owned).unwrap_or(phone);
        Self { recipient, phone, province, city, district, street, postcode, back }
    }
    fn postal(&self) -> Postal {
        let Self { recipient, phone, province, city, district, street, postcode, .. } = self;
        let [recipient, phone, province, city, district, street, postcode] =
            [recipient, phone, province, city, district, street, postcode].map(Clone::clone);
        Postal { recipient, phone, province, city, district, street, postcode }
    }
    /// Where to go when it is kept: a checkout sends its own address.
    fn back(&self) -> Option<&str> {
        self.back.as_deref().map(|back| web_kit::principal::place(Some(back))).filter(|back| *back != "/")
    }
}

/// The list.
pub async fn list(
    State(site): State<Site>,
    look: RenderContext,
    who: Principal,
    At(asked): At,
) -> Result<Page, Failure> {
    let (member, vault) = (who.member()?, site.vault.clone());
    let all = site.read(move |q| Ok(member::addresses(q, &vault, member)?)).await?;
    let title = look.t("收货地址", "Addresses");
    let said = [
        ("kept", "地址存好了", "The address is kept"),
        ("removed", "地址删掉了", "The address is removed"),
        ("default", "默认地址换好了", "The default is changed"),
    ];
    let body = html! {
        (done(&look, asked.done.as_deref(), &said))
        @if all.is_empty() {
            (empty(&icons::PLACE, look.t("还没有地址", "No address yet"), look.t("存一个，结算时不用再写。", "Keep one and checkout does not ask."), &html! { a.btn.pri href="/account/addresses/new" { (look.t("加一个地址", "Add an address")) } }))
        } @else {
            @for one in &all { (card(&site, &look, one)) }
            section.blk { a.btn.pri.wide href="/account/addresses/new" { (look.t("加一个地址", "Add an address")) } }
        }
        p.note.under { (look.t("地址加密保存。店铺只看到省市和打了码的名字、电话；要寄包裹看全的，每次都留记录。", "Addresses are kept sealed. A shop sees province and city, name and number masked; who looks at the whole to ship a parcel leaves a record each time.")) }
    };
    Ok(Frame::of(Tab::Mine).back("/account").tabs().narrow().page(&look, title, &body))
}

fn card(site: &Site, look: &RenderContext, one: &AddressView) -> Markup {
    let Postal { recipient, phone, province, city, district, street, postcode } = &one.postal;
    let at = format!("{LIST}/{}", one.id);
    html! {
        section.blk {
            div.hd.tight {
                h2 { (recipient) " " span.sub.nw { (web_kit::fmt::phone(phone)) } }
                @if one.is_default { span { (state(Mark::Kept, look.t("默认", "Default"))) } }
            }
            p { (web_kit::fmt::place([province, city, district, street])) @if !postcode.is_empty() { " " (postcode) } }
            div.acts {
                a.btn href=(at) { (look.t("改", "Change")) }
                @if !one.is_default {
                    form action={ (at) "/default" } method="post" {
                        input type="hidden" name="key" value=(site.form_key());
                        button.btn { (look.t("设为默认", "Make it the default")) }
                    }
                }
                form action={ (at) "/remove" } method="post" {
                    input type="hidden" name="key" value=(site.form_key());
                    button.btn.text { (look.t("删除", "Remove")) }
                }
            }
        }
    }
}

/// Everything that is wrong with an address, part by part, as the vault says it.
fn wrong(look: &RenderContext, typed: &Typed) -> Vec<(&'static str, String)> {
    let (mut postal, mut found) = (typed.postal(), Vec::new());
    loop {
        let (part, text) = match postal.checked() {
            Err(vault::Error::Contact) => {
                ("phone", Failure::from(vault::Error::Contact).text(look.lang).to_owned())
            }
            Err(vault::Error::Postal { part, most }) => (
                part,
                match look.lang {
                    Lang::Zh => format!("要填，最多 {most} 个字。"),
                    Lang::En => format!("Needed, at most {most} characters."),
                },
            ),
            Ok(_) | Err(_) => return found,
        };
        // Put right what was found, and look for the next.
        let field = match part {
            "recipient" => &mut postal.recipient,
            "phone" => &mut postal.phone,
            "province" => &mut postal.province,
            "city" => &mut postal.city,
            "district" => &mut postal.district,
            "street" => &mut postal.street,
            "postcode" => &mut postal.postcode,
            _ => return found,
        };
        if found.iter().any(|(one, _)| *one == part) {
            return found;
        }
        *field = if part == "phone" { "13800000000".to_owned() } else { "-".to_owned() };
        found.push((part, text));
    }
}

fn form(site: &Site, look: &RenderContext, at: &str, typed: &Typed, failure: Option<&Failure>) -> Page {
    let bad = if failure.is_some() { wrong(look, typed) } else { Vec::new() };
    let about = |name: &str| bad.iter().find(|(part, _)| *part == name).map_or("", |(_, text)| text.as_str());
    let title = if at.ends_with("/new") {
        look.t("加一个地址", "Add an address")
    } else {
        look.t("改地址", "Change the address")
    };
    let line = |name, label, fill, value: &str, most, needed| {
        Line { name, label, fill, value, most, needed, wrong: about(name), ..Line::default() }.show()
    };
    let tel = Line {
        name: "phone",
        label: look.t("手机号", "Phone number"),
        kind: "tel",
        fill: "tel",
        value: &typed.phone,
        wrong: about("phone"),
        most: 24,
        ..Line::default()
    };
    let body = html! {
        section.blk {
            @if bad.is_empty() { (refusal(look, failure)) }
            @else { div role="alert" { (message(Mark::Broken, look.t("没有保存，下面标出的要改", "Not saved: what is marked below needs a change"), "")) } }
            form action=(at) method="post" {
                input type="hidden" name="key" value=(site.form_key());
                @if let Some(back) = typed.back() { input type="hidden" name="back" value=(back); }
                (line("recipient", look.t("收件人", "Recipient"), "name", &typed.recipient, 60, true))
                (tel.show())
                (line("province", look.t("省 / 直辖市", "Province or state"), "address-level1", &typed.province, 60, true))
                (line("city", look.t("市", "City"), "address-level2", &typed.city, 60, true))
                (line("district", look.t("区 / 县（可不填）", "District (optional)"), "address-level3", &typed.district, 60, false))
                (line("street", look.t("街道、门牌、楼层房号", "Street, house, room"), "street-address", &typed.street, 200, true))
                (line("postcode", look.t("邮编（可不填）", "Postcode (optional)"), "postal-code", &typed.postcode, 20, false))
                div.acts { button.btn.pri.wide { (look.t("保存", "Save")) } }
            }
        }
    };
    let back = typed.back().unwrap_or(LIST);
    Frame::of(Tab::Mine).back(back).narrow().page(look, title, &body)
}

/// The form for another one.
pub async fn blank(State(site): State<Site>, look: RenderContext, At(asked): At) -> Result<Page, Failure> {
    let typed = Typed { back: asked.back, ..Typed::default() };
    Ok(form(&site, &look, "/account/addresses/new", &typed, None))
}

/// The form with one of them.
pub async fn one(
    State(site): State<Site>,
    look: RenderContext,
    who: Principal,
    Path(address): Path<String>,
    At(asked): At,
) -> Result<Page, Failure> {
    let (member, vault, address) = (who.member()?, site.vault.clone(), id::<Address>(&address)?);
    let one = site.read(move |q| Ok(member::address(q, &vault, member, address)?)).await?;
    let typed = Typed::of(one.postal, asked.back);
    Ok(form(&site, &look, &format!("{LIST}/{address}"), &typed, None))
}

/// Where a kept address leads, or the form again.
fn kept(
    site: &Site,
    look: &RenderContext,
    at: &str,
    typed: &Typed,
    came: Result<String, Failure>,
) -> Result<Response, Failure> {
    match came {
        Ok(address) => Ok(match typed.back() {
            None => Redirect::to("/account/addresses?done=kept").into_response(),
            Some(back) => {
                let joint = if back.contains('?') { '&' } else { '?' };
                Redirect::to(&format!("{back}{joint}address={}", ui::encode(&address))).into_response()
            }
        }),
        Err(failure) if failure.status >= 500 => Err(failure),
        Err(failure) => {
            Ok((failure.status_code(), form(site, look, at, typed, Some(&failure))).into_response())
        }
    }
}

/// Keeps another one.
pub async fn add(
    State(site): State<Site>,
    look: RenderContext,
    IdempotentForm { act, form: typed }: IdempotentForm<Typed>,
) -> Result<Response, Failure> {
    let (member, vault, postal) = (act.who.member()?, site.vault.clone(), typed.postal());
    let write = act.value(&site, "address.add", member::key(member).into(), move |tx, ctx| {
        let made = member::add_address(tx, ctx, &vault, member, &postal)?;
        Ok::<_, member::Error>(made.to_string())
    });
    kept(&site, &look, "/account/addresses/new", &typed, write.await)
}

/// Changes one.
pub async fn change(
    State(site): State<Site>,
    look: RenderContext,
    Path(address): Path<String>,
    IdempotentForm { act, form: typed }: IdempotentForm<Typed>,
) -> Result<Response, Failure> {
    let (member, vault, postal) = (act.who.member()?, site.vault.clone(), typed.postal());
    let address = id::<Address>(&address)?;
    let write = act.value(&site, "address.change", member::key(member).into(), move |tx, _| {
        member::change_address(tx, &vault, member, address, &postal)?;
        Ok::<_, member::Error>(address.to_string())
    });
    kept(&site, &look, &format!("{LIST}/{address}"), &typed, write.await)
}

#[derive(Deserialize)]
pub struct Nothing {}

/// Removes one.
pub async fn remove(
    State(site): State<Site>,
    Path(address): Path<String>,
    IdempotentForm { act, form: Nothing {} }: IdempotentForm<Nothing>,
) -> Result<Redirect, Failure> {
    let (member, address) = (act.who.member()?, id::<Address>(&address)?);
    act.value(&site, "address.remove", member::key(member).into(), move |tx, _| {
        member::remove_address(tx, member, address)
    })
    .await?;
    Ok(Redirect::to("/account/addresses?done=removed"))
}

/// Makes one the default.
pub async fn make_default(
    State(site): State<Site>,
    Path(address): Path<String>,
    IdempotentForm { act, form: Nothing {} }: IdempotentForm<Nothing>,
) -> Result<Redirect, Failure> {
    let (member, address) = (act.who.member()?, id::<Address>(&address)?);
    act.value(&site, "address.default", member::key(member).into(), move |tx, _| {
        member::make_default(tx, member, address)
    })
    .await?;
    Ok(Redirect::to("/account/addresses?done=default"))
}
