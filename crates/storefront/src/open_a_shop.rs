//! `/open-a-shop`: a member applies to open a shop, sees how the application stands, and may take it back while it waits.
//!
//! Invariants: a member sees its own applications alone; what is refused stays as it was typed.

use crate::parts::press;
use crate::prelude::*;
use kernel::id::Application as ApplicationKey;
use people::application::{self, Application, Apply, LONGEST_NOTE, State};
use people::merchant::{Industry, Kind};
use people::vault::Contact;

const HERE: &str = "/open-a-shop";

/// Applications that the page shows.
const MOST: i64 = 20;

/// What is typed to apply.
#[derive(Form)]
#[form("open_a_shop")]
struct ApplicationForm {
    #[field(most = 60)]
    name: String,
    kind: Kind,
    industry: Option<Industry>,
    #[field(hint, most = 40)]
    licence: Option<String>,
    #[field(hint, most = 254, fill = "tel")]
    contact: String,
    #[field(lines = 3, most = LONGEST_NOTE)]
    note: Option<String>,
}

/// The fields that refusals are about.
const ABOUT: [(&str, &str); 5] = [
    ("shop.name", "name"),
    ("application.no_licence", "licence"),
    ("application.licence", "licence"),
    ("application.note", "note"),
    ("vault.contact", "contact"),
];

/// The page.
pub async fn page(at: MemberPage) -> Result<Page, Failure> {
    let member = at.member;
    let all = at.read(move |q| Ok(application::of_member(q, member, None, MOST)?)).await?;
    let title = at.t("我要开店", "Open a shop");
    let pending = all.iter().any(|one| one.state == State::Pending);
    let said = [
        ("sent", "申请已提交，审核结果会显示在这里", "Application sent. The decision will appear here"),
        ("withdrawn", "申请已撤回", "Application withdrawn"),
    ];
    let body = html! {
        (at.banners(&said))
        @for one in &all { (card(&at, one)) }
        @if !pending {
            section.blk {
                div.hd { h2 { (at.t("填写开店申请", "Apply to open a shop")) } }
                p.sub { (at.t("平台审核通过后店铺马上开通，你就是店主。", "Once approved, your shop opens right away and you are its owner.")) }
                form action=(HERE) method="post" {
                    input type="hidden" name="key" value=(at.key());
                    (ApplicationForm::draw(&at.look, &at.fields, |_| Vec::new()))
                    div.acts { button.btn.pri.wide { (at.t("提交申请", "Submit application")) } }
                }
                p.note { (at.t("联系方式加密保存，平台员工只看到打码信息。", "Your contact details are encrypted. Staff see them masked.")) }
            }
        }
    };
    Ok(Frame::of(Tab::Mine).back("/account").tabs().narrow().page(&at.look, title, &body))
}

/// One application, and what can be done about it.
fn card(at: &PageContext, one: &Application) -> Markup {
    let mark = match one.state {
        State::Pending => Mark::Running,
        State::Approved => Mark::Kept,
        State::Declined => Mark::Broken,
        State::Withdrawn => Mark::None,
    };
    let row = |name: &str, value: &str| html! { dt { (name) } dd { (value) } };
    html! {
        section.blk {
            div.hd { h2 { (one.name) } (ui::state(mark, named::of(at.lang(), &one.state))) }
            @if let Some(reason) = &one.reason { (message(Mark::Warning, at.t("未通过的原因", "Why it was declined"), reason)) }
            dl.meta {
                (row(at.t("主体类型", "Business type"), named::of(at.lang(), &one.kind)))
                @if let Some(licence) = &one.licence { (row(at.t("营业执照号", "Business licence number"), licence)) }
                (row(at.t("提交时间", "Sent"), &at.moment(one.sent_at)))
                @if let Some(decided) = one.decided_at { (row(at.t("处理时间", "Decided"), &at.moment(decided))) }
            }
            @match (one.state, one.shop) {
                (State::Pending, _) => { div.acts { (press(at, &format!("{HERE}/{}/withdraw", one.id), "btn", at.t("撤回申请", "Withdraw"))) } }
                (State::Approved, Some(shop)) => { div.acts { a.btn.pri href={ "/merchant/" (shop) } { (at.t("进入商家中心", "Go to merchant center")) } } }
                _ => {}
            }
        }
    }
}

/// Applies.
pub async fn apply(mut at: MemberPage) -> Result<Response, Failure> {
    let (member, vault) = (at.member, at.site.vault.clone());
    if let Some(ApplicationForm { name, kind, industry, licence, contact, note }) = at.typed() {
        match Contact::read(&contact, at.site.market.country()) {
            Err(err) => at.refuse(err.into(), &ABOUT)?,
            Ok(contact) => {
                let licence = licence.map(Into::into);
                let note = note.unwrap_or_default().into();
                let cmd = Apply { name: name.into(), kind, industry, licence, contact, note };
                at.write("application.send", application::key(member), &ABOUT, move |tx, ctx| {
                    application::apply(tx, ctx, &vault, member, &cmd).map(|made| made.id.to_string())
                })
                .await?;
            }
        }
    }
    at.answer("/open-a-shop?done=sent", page).await
}

/// Takes it back.
pub async fn withdraw(at: MemberPage) -> Result<Redirect, Failure> {
    let (member, id) = (at.member, at.id::<ApplicationKey>("application")?);
    at.once("application.withdraw", application::key(member), move |tx, ctx| {
        application::withdraw(tx, ctx, member, id).map(|_| true)
    })
    .await?;
    Ok(Redirect::to("/open-a-shop?done=withdrawn"))
}
