//! `/account/addresses`: where parcels go.

use crate::parts::press;
use crate::prelude::*;
use kernel::Country;
use kernel::id::Address;
use people::member::{self, AddressView};
use people::vault::{self, Contact, Postal};
use web_kit::principal::own_path;

const LIST: &str = "/account/addresses";
const NEW: &str = "/account/addresses/new";

/// What is typed in.
#[derive(Form)]
#[form("address")]
struct AddressForm {
    #[field(most = 60, fill = "name")]
    recipient: String,
    #[field(most = 40, kind = "tel", fill = "tel")]
    phone: String,
    #[field(most = 60, fill = "address-level1")]
    province: String,
    #[field(most = 60, fill = "address-level2")]
    city: String,
    #[field(most = 60, fill = "address-level3")]
    district: Option<String>,
    #[field(most = 200, fill = "street-address")]
    street: String,
    #[field(most = 20, fill = "postal-code")]
    postcode: Option<String>,
}

impl AddressForm {
    fn of(postal: Postal, home: Option<Country>) -> Self {
        let Postal { recipient, phone, province, city, district, street, postcode } = postal;
        let phone = vault::phone_shown(&phone, home);
        Self { recipient, phone, province, city, district: Some(district), street, postcode: Some(postcode) }
    }
    fn postal(self) -> Postal {
        let Self { recipient, phone, province, city, district, street, postcode } = self;
        let (district, postcode) = (district.unwrap_or_default(), postcode.unwrap_or_default());
        Postal { recipient, phone, province, city, district, street, postcode }
    }
}

/// Where to go when it is kept: a checkout sends its own address.
fn back(at: &PageContext) -> Option<&str> {
    let said = if at.fields.has("back") { at.fields.text("back") } else { at.query.text("back") };
    Some(own_path(Some(said))).filter(|back| *back != "/")
}

/// The list.
pub async fn list(at: MemberPage) -> Result<Page, Failure> {
    let (member, vault) = (at.member, at.site.vault.clone());
    let all = at.read(move |q| Ok(member::addresses(q, &vault, member)?)).await?;
    let title = at.t("收货地址", "Addresses");
    let add = at.t("加一个地址", "Add an address");
    let said = [
        ("kept", "地址存好了", "The address is kept"),
        ("removed", "地址删掉了", "The address is removed"),
        ("default", "默认地址换好了", "The default is changed"),
    ];
    let body = html! {
        (at.banners(&said))
        @if all.is_empty() {
            (empty(&icons::PLACE, at.t("还没有地址", "No address yet"), at.t("存一个，结算时不用再写。", "Keep one and checkout does not ask."), html! { a.btn.pri href=(NEW) { (add) } }))
        } @else {
            @for one in &all { (card(&at, one)) }
            section.blk { a.btn.pri.wide href=(NEW) { (add) } }
        }
        p.note.under { (at.t("地址加密保存。店铺只看到省市和打了码的名字、电话；要寄包裹看全的，每次都留记录。", "Addresses are kept sealed. A shop sees province and city, name and number masked; who looks at the whole to ship a parcel leaves a record each time.")) }
    };
    Ok(Frame::of(Tab::Mine).back("/account").tabs().narrow().page(&at.look, title, &body))
}

fn card(at: &PageContext, one: &AddressView) -> Markup {
    let Postal { recipient, phone, province, city, district, street, postcode } = &one.postal;
    let href = format!("{LIST}/{}", one.id);
    html! {
        section.blk {
            div.hd.tight {
                h2 { (recipient) " " span.sub.nw { (fmt::phone(phone, at.site.market.country())) } }
                @if one.is_default { span { (ui::state(Mark::Kept, at.t("默认", "Default"))) } }
            }
            p { (fmt::place([province, city, district, street])) @if !postcode.is_empty() { " " (postcode) } }
            div.acts {
                a.btn href=(href) { (at.t("改", "Change")) }
                @if !one.is_default { (press(at, &format!("{href}/default"), "btn", at.t("设为默认", "Make it the default"))) }
                (press(at, &format!("{href}/remove"), "btn text", at.t("删除", "Remove")))
            }
        }
    }
}

/// The form, with what was typed, or what `fields` holds.
fn form(at: &PageContext, action: &str, title: &str, fields: &Fields) -> Page {
    let back = back(at);
    let body = html! {
        section.blk {
            (at.banners(&[]))
            form action=(action) method="post" {
                input type="hidden" name="key" value=(at.key());
                @if let Some(back) = back { input type="hidden" name="back" value=(back); }
                (AddressForm::draw(&at.look, fields, |_| Vec::new()))
                div.acts { button.btn.pri.wide { (at.t("保存", "Save")) } }
            }
        }
    };
    Frame::of(Tab::Mine).back(back.unwrap_or(LIST)).narrow().page(&at.look, title, &body)
}

/// The form for another one.
pub async fn blank(at: MemberPage) -> Result<Page, Failure> {
    Ok(form(&at, NEW, at.t("加一个地址", "Add an address"), &at.fields))
}

/// The form with one of them.
pub async fn one(at: MemberPage) -> Result<Page, Failure> {
    let (member, vault, address) = (at.member, at.site.vault.clone(), at.id::<Address>("address")?);
    let fields = match at.is_refused() {
        true => at.fields.clone(),
        false => {
            let one = at.read(move |q| Ok(member::address(q, &vault, member, address)?)).await?;
            AddressForm::of(one.postal, at.site.market.country()).fill(&at.site.market)
        }
    };
    Ok(form(&at, &format!("{LIST}/{address}"), at.t("改地址", "Change the address"), &fields))
}

/// What was typed, if all of it is good.
fn typed(at: &mut MemberPage) -> Result<Option<Postal>, Failure> {
    let form: Option<AddressForm> = at.typed();
    let home = at.site.market.country();
    if at.fields.has("phone") && Contact::read(at.fields.text("phone"), home).is_err() {
        at.refuse(vault::Error::Contact.into(), &[("vault.contact", "phone")])?;
    }
    Ok(form.filter(|_| !at.is_refused()).map(AddressForm::postal))
}

/// Where a kept address leads, with its id if a checkout waits for it.
fn kept(at: &PageContext, address: &str) -> String {
    match back(at) {
        None => format!("{LIST}?done=kept"),
        Some(back) => {
            let joint = if back.contains('?') { '&' } else { '?' };
            format!("{back}{joint}address={}", ui::encode(address))
        }
    }
}

/// Keeps another one.
pub async fn add(mut at: MemberPage) -> Result<Response, Failure> {
    let (member, vault, mut to) = (at.member, at.site.vault.clone(), NEW.to_owned());
    let home = at.site.market.country();
    if let Some(postal) = typed(&mut at)? {
        let about = [("vault.contact", "phone")];
        let made = at.write("address.add", member::key(member), &about, move |tx, ctx| {
            member::add_address(tx, ctx, &vault, member, &postal, home).map(|made| made.to_string())
        });
        if let Some(made) = made.await? {
            to = kept(&at, &made);
        }
    }
    at.answer(&to, blank).await
}

/// Changes one.
pub async fn change(mut at: MemberPage) -> Result<Response, Failure> {
    let (member, vault, address) = (at.member, at.site.vault.clone(), at.id::<Address>("address")?);
    let home = at.site.market.country();
    if let Some(postal) = typed(&mut at)? {
        at.write("address.change", member::key(member), &[("vault.contact", "phone")], move |tx, _| {
            member::change_address(tx, &vault, member, address, &postal, home).map(drop)
        })
        .await?;
    }
    let to = if at.is_refused() { format!("{LIST}/{address}") } else { kept(&at, &address.to_string()) };
    at.answer(&to, one).await
}

/// Removes one.
pub async fn remove(at: MemberPage) -> Result<Redirect, Failure> {
    let (member, address) = (at.member, at.id::<Address>("address")?);
    at.once("address.remove", member::key(member), move |tx, _| member::remove_address(tx, member, address))
        .await?;
    Ok(Redirect::to("/account/addresses?done=removed"))
}

/// Makes one the default.
pub async fn make_default(at: MemberPage) -> Result<Redirect, Failure> {
    let (member, address) = (at.member, at.id::<Address>("address")?);
    at.once("address.default", member::key(member), move |tx, _| member::make_default(tx, member, address))
        .await?;
    Ok(Redirect::to("/account/addresses?done=default"))
}
