//! `/account/addresses`: where parcels go.
//!
//! Invariants: in a market of China regions are chosen from a list, and a pasted address is read into the fields; both by
//! forms, so that they need no script, and neither is kept before it is saved. A region that is of no list stays as it is.

use crate::parts::press;
use crate::prelude::*;
use axum::http::header;
use kernel::id::Address;
use kernel::{Country, Currency};
use people::member::{self, AddressView};
use people::region;
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
    let add = at.t("新增收货地址", "Add an address");
    let said = [
        ("kept", "地址已保存", "Address saved"),
        ("removed", "地址已删除", "Address removed"),
        ("default", "已设为默认地址", "Default address updated"),
    ];
    let body = html! {
        (at.banners(&said))
        @if all.is_empty() {
            (empty(&icons::PLACE, at.t("还没有收货地址", "No addresses yet"), at.t("添加一个，结算时直接使用。", "Add one to use at checkout."), html! { a.btn.pri href=(NEW) { (add) } }))
        } @else {
            @for one in &all { (card(&at, one)) }
            section.blk { a.btn.pri.wide href=(NEW) { (add) } }
        }
        p.note.under { (at.t("地址加密保存。店铺只看到省市和打码的姓名、电话；为发货查看完整信息，每次都会留下记录。", "Addresses are encrypted. Shops see your province and city, with name and number masked. Each full view for shipping is logged.")) }
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
                a.btn href=(href) { (at.t("编辑", "Edit")) }
                @if !one.is_default { (press(at, &format!("{href}/default"), "btn", at.t("设为默认", "Set as default"))) }
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
                @if in_china(at) {
                    (paste(at, fields))
                    (AddressForm::draw_some(&at.look, fields, &["recipient", "phone"], |_| Vec::new()))
                    (regions(at, fields))
                    (AddressForm::draw_some(&at.look, fields, &["street", "postcode"], |_| Vec::new()))
                } @else {
                    (AddressForm::draw(&at.look, fields, |_| Vec::new()))
                }
                div.acts { button.btn.pri.wide { (at.t("保存", "Save")) } }
            }
        }
    };
    Frame::of(Tab::Mine).back(back.unwrap_or(LIST)).narrow().page(&at.look, title, &body)
}

/// Whether the market's addresses are those of the list of regions.
fn in_china(at: &PageContext) -> bool {
    at.site.market.currency == Currency::CNY
}

/// The button that reads a pasted text into the fields.
const PASTE: &str = "paste";
/// The button that lists the cities of a province, and the districts of a city, where no script does.
const LIST_REGIONS: &str = "regions";

/// Where a whole address is pasted. It is folded away once the form holds one.
fn paste(at: &PageContext, fields: &Fields) -> Markup {
    html! {
        details.fold.paste open[!fields.has("street")] {
            summary { (at.t("粘贴地址，自动识别", "Paste an address to fill in the form")) }
            label.field { span.vh { (at.t("粘贴整段地址", "Whole address")) }
                textarea name="whole" rows="3" maxlength="400" placeholder=(at.t("例如：张三 13800000000 浙江省杭州市西湖区文三路 1 号", "e.g. 张三 13800000000 浙江省杭州市西湖区文三路 1 号")) {}
            }
            div.acts { button.btn.out name="do" value=(PASTE) formnovalidate { (at.t("识别", "Fill in")) } }
        }
    }
}

/// Province, city and district as choices, each of the one before.
fn regions(at: &PageContext, fields: &Fields) -> Markup {
    let [province, city, district] = ["province", "city", "district"].map(|name| fields.text(name));
    let of = region::china().iter().find(|one| one.name == province);
    let within = of.and_then(|one| one.cities.iter().find(|one| one.name == city));
    let provinces = region::china().iter().map(|one| one.name).collect::<Vec<_>>();
    let cities = of.map_or_else(Vec::new, |one| one.cities.iter().map(|city| city.name).collect());
    let districts = within.map_or_else(Vec::new, |one| one.districts.clone());
    let choose = at.t("请选择", "Choose");
    let choice = |name: &str, label: &str, now: &str, all: &[&str], needed: bool| {
        let wrong = fields.wrong(name);
        let id = format!("{name}-note");
        html! {
            label.field {
                span { (label) }
                select name=(name) data-region=(name) required[needed] aria-describedby=[wrong.map(|_| &id)] aria-invalid=[wrong.map(|_| "true")] {
                    option value="" { (choose) }
                    @if !now.is_empty() && !all.contains(&now) { option value=(now) selected { (now) } }
                    @for one in all { option value=(one) selected[*one == now] { (one) } }
                }
                @if let Some(wrong) = wrong { span.said id=(id) { small.no { (ui::state(Mark::Broken, wrong.text(at.lang()))) } } }
            }
        }
    };
    html! {
        div.regions data-regions="/account/addresses/regions" {
            (choice("province", at.t("省 / 直辖市", "Province"), province, &provinces, true))
            (choice("city", at.t("市", "City"), city, &cities, true))
            (choice("district", at.t("区 / 县", "District"), district, &districts, false))
        }
        noscript { div.acts { button.btn name="do" value=(LIST_REGIONS) formnovalidate { (at.t("更新城市和区县", "Update cities and districts")) } } }
    }
}

/// `GET /account/addresses/regions`: the list for the page's script, `[[province, [[city, [district]]]]]`.
pub async fn list_of_regions(_at: OpenPage) -> Response {
    let all: Vec<_> = region::china()
        .iter()
        .map(|one| (one.name, one.cities.iter().map(|city| (city.name, &city.districts)).collect::<Vec<_>>()))
        .collect();
    ([(header::CACHE_CONTROL, "public, max-age=86400")], axum::Json(all)).into_response()
}

/// Whether a button was pressed that only fills the form; a pasted address is read into its fields then.
fn is_filled(at: &mut MemberPage) -> bool {
    match at.fields.text("do") {
        PASTE => {
            let Postal { recipient, phone, province, city, district, street, postcode } =
                region::read(at.fields.text("whole"));
            let read = [
                ("recipient", recipient),
                ("phone", phone),
                ("province", province),
                ("city", city),
                ("district", district),
                ("street", street),
                ("postcode", postcode),
            ];
            for (name, value) in read.into_iter().filter(|(_, value)| !value.is_empty()) {
                at.fields.set(name, value);
            }
            true
        }
        LIST_REGIONS => {
            // What belongs to another province, or to another city, is chosen anew.
            let of = region::china().iter().find(|one| one.name == at.fields.text("province"));
            let city = of.and_then(|one| one.cities.iter().find(|city| city.name == at.fields.text("city")));
            let has = city.is_some_and(|city| city.districts.contains(&at.fields.text("district")));
            if of.is_some() && city.is_none() {
                at.fields.set("city", "");
            }
            if !has {
                at.fields.set("district", "");
            }
            true
        }
        _ => false,
    }
}

/// The form for another one.
pub async fn blank(at: MemberPage) -> Result<Page, Failure> {
    Ok(form(&at, NEW, at.t("新增收货地址", "Add an address"), &at.fields))
}

/// The form with one of them.
pub async fn one(at: MemberPage) -> Result<Page, Failure> {
    let (member, vault, address) = (at.member, at.site.vault.clone(), at.id::<Address>("address")?);
    let fields = match at.is_refused() || at.fields.has("do") {
        true => at.fields.clone(),
        false => {
            let one = at.read(move |q| Ok(member::address(q, &vault, member, address)?)).await?;
            AddressForm::of(one.postal, at.site.market.country()).fill(&at.site.market)
        }
    };
    Ok(form(&at, &format!("{LIST}/{address}"), at.t("编辑收货地址", "Edit address"), &fields))
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
    if is_filled(&mut at) {
        return Ok(blank(at).await?.into_response());
    }
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
    if is_filled(&mut at) {
        return Ok(one(at).await?.into_response());
    }
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
