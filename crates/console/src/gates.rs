//! `/console/shops/{id}/gates`: what a shop may do now and why not, and the forms that close and open its gates by hand.
//!
//! Invariants: who may not close or open sees no form; what is refused stays as it was typed.

use flows::gate::Reason;
use govern::gate::Standing;
use kernel::id::Shop;
use web_kit::admin::gate::{privilege, table};
use web_kit::admin::parts::{self, Field};
use web_kit::admin::words;
use web_kit::prelude::*;
use web_kit::ui::Area;
use web_kit::view::gate::{NEED, gates, rule};

/// What the fields of the two forms are called.
const LABELS: [(&str, &str); 3] = [
    ("close.reason", "word-gate_field-reason"),
    ("open.reason", "word-gate_field-reason"),
    ("close.until", "word-gate_field-until"),
];

/// The page.
pub async fn page(at: PageContext) -> Result<Page, Failure> {
    let (shop, standings) = gates(&at.site, at.id("id")?).await?;
    let (look, here, title) = (&at.look, format!("/console/shops/{}", shop.id), at.t("权限", "Gates"));
    let verdict = match standings.iter().filter(|gate| !gate.is_open).count() as i64 {
        0 => at.t("什么都可以做", "It may do everything").to_owned(),
        n => words::many(look, n, "件事不可以做", "thing is not allowed", "things are not allowed"),
    };
    let body = html! {
        (ui::head(html! { a href="/console/shops" { (at.t("店铺", "Shops")) } " / " a href=(here) { (shop.name) } " / " (title) }, html! { (verdict) }, false, html! {}, html! {}))
        (at.banners(&[("closed", "关上了。", "It is closed."), ("opened", "打开了。", "It is open.")]))
        (ui::question(
            at.t("这家店现在可以做什么？", "What may this shop do now?"),
            html! { (at.t("规则和平台人员都能限制一项功能；以限制最久的为准。", "Policies and staff can restrict a feature; the longest restriction counts.")) },
            html! { div.paper { (table(look, &at.site.market, &standings)) } },
        ))
        @if at.who().need(NEED).is_ok() {
            @for (open, zh, en, note) in [
                (false, "要关上哪一道？", "Which one is to be closed?", at.t("店铺会看到原因、到什么时候和怎么打开。", "The shop is told why, until when and how it opens again.")),
                (true, "要打开哪一道？", "Which one is to be opened?", at.t("规则关上的也会打开。", "It opens even if a rule closed it.")),
            ] {
                @let of: Vec<&Standing> = standings.iter().filter(|gate| gate.is_open != open).collect();
                @if !of.is_empty() { (ui::question(at.t(zh, en), html! { (note) }, form(&at, &here, open, &of))) }
            }
        }
    };
    Ok(ui::page(look, Area::Shops, title, body))
}

/// The form that closes or opens one of these gates.
fn form(at: &PageContext, here: &str, opens: bool, of: &[&Standing]) -> Markup {
    let (look, fields) = (&at.look, &at.fields);
    let (step, button) =
        if opens { ("open", at.t("打开", "Open it")) } else { ("close", at.t("关上", "Close it")) };
    let gates: Vec<_> = of
        .iter()
        .map(|gate| (gate.gate.privilege.code.to_owned(), privilege(look, gate.gate.privilege)))
        .collect();
    let reasons: Vec<_> = Reason::ALL
        .iter()
        .filter(|reason| reason.opens() == opens)
        .map(|reason| (reason.as_str().to_owned(), at.t(reason.title().0, reason.title().1).to_owned()))
        .collect();
    let label = |name: &str| named::GATE_FIELD.say(look.lang, name);
    let choice = |name: &str, choices: &[_]| {
        let (label, name) = (label(name), format!("{step}.{name}"));
        let field = Field { name: &name, label: &label, needed: true, ..Field::default() };
        parts::choice(look, fields, field, choices)
    };
    html! {
        form.paper.dk-form.three action={ (here) "/gates" } method="post" {
            input type="hidden" name="key" value={ (at.key()) (step) };
            (choice("privilege", &gates))
            (choice("reason", &reasons))
            @if !opens {
                (parts::day(look, fields, Field { name: "close.until", label: &label("until"), hint: at.t("那天零点打开；不填就一直关着", "It opens as that day begins; left empty it stays closed"), ..Field::default() }))
            }
            div.dk-wide.dk-row.end { button.btn.pri name="do" value=(step) { (button) } }
        }
    }
}

/// A press of one of the buttons.
pub async fn act(mut at: PageContext) -> Result<Response, Failure> {
    let shop: Id<Shop> = at.id("id")?;
    let opens = at.fields.text("do") == "open";
    let (step, done) = if opens { ("open", "opened") } else { ("close", "closed") };
    for (name, id) in LABELS {
        at.fields.labelled(name, id);
    }
    let privilege = at.fields.text(&format!("{step}.privilege")).to_owned();
    let reason = Reason::parse(at.fields.text(&format!("{step}.reason")));
    if reason.is_none() {
        at.fields.refuse(&format!("{step}.reason"), "选一个原因。", "Choose a reason.");
    }
    let market = at.site.market.clone();
    let until = if opens { None } else { at.fields.day_start("close.until", &market) };
    if let Some(reason) = reason.filter(|_| at.fields.is_good()) {
        let ruled = rule(&at.site, &at.act, (shop, privilege), opens, (reason, until)).await;
        at.came(ruled, &[("gate.past", "close.until")])?;
    }
    at.answer(&format!("/console/shops/{shop}/gates?done={done}"), page).await
}
