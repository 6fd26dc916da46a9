//! `/console/shops/{id}/gates`: what a shop may do now and why not, and the forms that close and open its gates by hand.
//!
//! Invariants: who may not close or open sees no form; what is refused stays as it was typed.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use flows::gate::Reason;
use govern::gate::Standing;
use kernel::Id;
use kernel::id::Shop;
use maud::{Markup, html};
use people::merchant::ShopView;
use people::staff::Permission;
use serde::Deserialize;
use web_kit::admin::gate::{privilege, table};
use web_kit::admin::parts::{self, Field};
use web_kit::admin::{done_of, words};
use web_kit::form::Fields;
use web_kit::idempotency::{IdempotentForm, IdempotentRequest};
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Path, Query};
use web_kit::site::Site;
use web_kit::ui::{self, Area, Page, RenderContext};
use web_kit::view::gate::{NEED, gates, rule};

#[derive(Debug, Default, Deserialize)]
pub struct Params {
    done: Option<String>,
    #[serde(rename = "lang")]
    _lang: Option<String>,
    #[serde(rename = "theme")]
    _theme: Option<String>,
}

/// The page.
pub async fn page(
    State(site): State<Site>,
    look: RenderContext,
    who: Principal,
    Path(id): Path<String>,
    Query(asked): Query<Params>,
) -> Result<Page, Failure> {
    who.need(Permission::PlatformView)?;
    let found = gates(&site, web_kit::input::id(&id)?).await?;
    let said = [("closed", "关上了。", "It is closed."), ("opened", "打开了。", "It is open.")];
    let above = done_of(&look, asked.done.as_deref(), &said);
    Ok(drawn(&site, &look, &who, &found, &above, &Fields::default()))
}

fn drawn(
    site: &Site,
    look: &RenderContext,
    who: &Principal,
    (shop, standings): &(ShopView, Vec<Standing>),
    above: &Markup,
    fields: &Fields,
) -> Page {
    let closed = standings.iter().filter(|gate| !gate.is_open).count() as i64;
    let verdict = match closed {
        0 => look.t("什么都可以做", "It may do everything").to_owned(),
        n => words::many(look, n, "件事不可以做", "thing is not allowed", "things are not allowed"),
    };
    let here = format!("/console/shops/{}", shop.id);
    let title = look.t("权限", "Gates");
    let body = html! {
        (ui::head(html! { a href="/console/shops" { (look.t("店铺", "Shops")) } " / " a href=(here) { (shop.name) } " / " (title) }, html! { (verdict) }, false, html! {}, html! {}))
        (above)
        (parts::refusals(look, fields, |name| field_name(look, name)))
        (ui::question(
            look.t("这家店现在可以做什么？", "What may this shop do now?"),
            html! { (look.t("规则和人都能关上一道门；关得最久的那个算数。", "Rules and people close gates; what closes longest counts.")) },
            html! { div.paper { (table(look, &site.market, standings)) } },
        ))
        @if who.need(NEED).is_ok() {
            @for (open, zh, en, note) in [
                (false, "要关上哪一道？", "Which one is to be closed?", look.t("店铺会看到原因、到什么时候和怎么打开。", "The shop is told why, until when and how it opens again.")),
                (true, "要打开哪一道？", "Which one is to be opened?", look.t("规则关上的也会打开。", "It opens even if a rule closed it.")),
            ] {
                @let of: Vec<&Standing> = standings.iter().filter(|gate| gate.is_open != open).collect();
                @if !of.is_empty() { (ui::question(look.t(zh, en), html! { (note) }, form(look, &site.form_key(), &here, fields, open, &of))) }
            }
        }
    };
    ui::page(look, Area::Shops, title, body)
}

fn field_name(look: &RenderContext, name: &str) -> String {
    match name.split_once('.').map_or(name, |(_, name)| name) {
        "privilege" => look.t("做什么", "What"),
        "reason" => look.t("原因", "Reason"),
        "until" => look.t("到哪天", "Until"),
        name => name,
    }
    .to_owned()
}

/// The form that closes or opens one of these gates.
fn form(
    look: &RenderContext,
    key: &str,
    here: &str,
    fields: &Fields,
    opens: bool,
    of: &[&Standing],
) -> Markup {
    let step = if opens { "open" } else { "close" };
    let [name_privilege, name_reason, name_until] =
        ["privilege", "reason", "until"].map(|name| format!("{step}.{name}"));
    let gates: Vec<_> = of
        .iter()
        .map(|gate| (gate.gate.privilege.code.to_owned(), privilege(look, gate.gate.privilege)))
        .collect();
    let reasons: Vec<_> = Reason::ALL
        .iter()
        .filter(|reason| reason.opens() == opens)
        .map(|reason| (reason.as_str().to_owned(), look.t(reason.title().0, reason.title().1).to_owned()))
        .collect();
    let field = |name| Field { name, ..Field::default() };
    let label = |name: &str| field_name(look, name);
    html! {
        form.paper.dk-form.three action={ (here) "/gates" } method="post" {
            input type="hidden" name="key" value={ (key) (step) };
            (parts::choice(look, fields, Field { label: &label("privilege"), needed: true, ..field(&name_privilege) }, &gates))
            (parts::choice(look, fields, Field { label: &label("reason"), needed: true, ..field(&name_reason) }, &reasons))
            @if !opens {
                (parts::day(look, fields, Field { label: &label("until"), hint: look.t("那天零点打开；不填就一直关着", "It opens as that day begins; left empty it stays closed"), ..field(&name_until) }))
            }
            div.dk-wide.dk-row.end { button.btn.pri name="do" value=(step) { (if opens { look.t("打开", "Open it") } else { look.t("关上", "Close it") }) } }
        }
    }
}

/// A press of one of the buttons.
pub async fn act(
    State(site): State<Site>,
    look: RenderContext,
    Path(id): Path<String>,
    IdempotentForm { act, form }: IdempotentForm<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    act.who.need(NEED)?;
    let shop = web_kit::input::id::<Shop>(&id)?;
    let mut fields = Fields::of(form);
    let refused = match done(&site, &act, shop, &mut fields).await {
        Ok(Some(word)) => {
            return Ok(Redirect::to(&format!("/console/shops/{shop}/gates?done={word}")).into_response());
        }
        Ok(None) => None,
        Err(failure) if failure.status == 404 => return Err(failure),
        Err(failure) => fields.aside(failure, &[("gate.past", "close.until")]),
    };
    let above = refused.as_ref().map(|failure| parts::refused(&look, failure)).unwrap_or_default();
    let status = refused.as_ref().map_or(StatusCode::UNPROCESSABLE_ENTITY, Failure::status_code);
    let found = gates(&site, shop).await?;
    let look = RenderContext { here: format!("/console/shops/{shop}/gates"), ..look };
    Ok((status, drawn(&site, &look, &act.who, &found, &above, &fields)).into_response())
}

/// Does it; the word of what was done, or nothing if fields were refused.
async fn done(
    site: &Site,
    act: &IdempotentRequest,
    shop: Id<Shop>,
    fields: &mut Fields,
) -> Result<Option<&'static str>, Failure> {
    let opens = fields.text("do") == "open";
    let step = if opens { "open" } else { "close" };
    let privilege = fields.text(&format!("{step}.privilege")).to_owned();
    let name = format!("{step}.reason");
    let reason = Reason::parse(fields.text(&name));
    if reason.is_none() {
        fields.refuse(&name, "选一个原因。", "Choose a reason.");
    }
    let until = if opens { None } else { fields.day_start("close.until", &site.market) };
    let Some(reason) = reason.filter(|_| fields.is_good()) else { return Ok(None) };
    rule(site, act, (shop, privilege), opens, (reason, until)).await?;
    Ok(Some(if opens { "opened" } else { "closed" }))
}
