//! Who works in a shop (`/merchant/{shop}/staff`, `/merchant/{shop}/keys`) and for the platform (`/console/staff`,
//! `/console/keys`), who its members are (`/console/members`), and who looked at personal data (`/console/accesses`).

use axum::http::HeaderMap;
use kernel::id::Member;
use people::member::Step;
use people::staff::Permission::{PlatformAudit, PlatformMembers, PlatformStaff};
use web_kit::admin::parts;
use web_kit::admin::staff::{
    Here, ROWS, day, keys_get, keys_post, more, reached, staff_get, staff_post, table,
};
use web_kit::operation::{Needs, Pages};
use web_kit::prelude::*;
use web_kit::view::staff::{AccessView, MemberView, found, looks_of, member_of, stepped};

const MEMBERS: &str = "/console/members";

/// The addresses of the platform's staff, keys, members and looks at personal data.
pub(crate) fn pages() -> Pages {
    Pages::new()
        .get("/console/staff", Needs::Permission(PlatformStaff), staff)
        .post("/console/staff", Needs::Permission(PlatformStaff), staff_act)
        .get("/console/keys", Needs::Permission(PlatformStaff), keys)
        .post("/console/keys", Needs::Permission(PlatformStaff), keys_act)
        .get(MEMBERS, Needs::Permission(PlatformMembers), members)
        .post(MEMBERS, Needs::Permission(PlatformMembers), members_act)
        .get("/console/accesses", Needs::Permission(PlatformAudit), accesses)
}

async fn staff(at: PageContext) -> Result<Page, Failure> {
    staff_get(&at.site, &at.look, &Here::platform(), at.query.raw("after")).await
}

async fn staff_act(headers: HeaderMap, at: PageContext) -> Result<Response, Failure> {
    let here = Here { base: reached(&at.site, &headers), ..Here::platform() };
    staff_post(&at.site, &at.look, &here, &at.act, at.fields).await
}

async fn keys(at: PageContext) -> Result<Page, Failure> {
    keys_get(&at.site, &at.look, &Here::platform(), at.query.raw("after")).await
}

async fn keys_act(at: PageContext) -> Result<Response, Failure> {
    keys_post(&at.site, &at.look, &Here::platform(), &at.act, at.fields).await
}

/// Whom to look for.
#[derive(Form)]
#[form("member_search")]
struct SearchForm {
    #[field(most = 254)]
    contact: String,
}

fn members_page(at: &PageContext, found: Option<&MemberView>) -> Page {
    let (look, here, title) = (&at.look, Here::platform(), at.t("会员", "Customers"));
    let press = |step: &str, member: &str, label: &str, class: &str| {
        parts::press(MEMBERS, &at.key(), &[("step", step), ("member", member)], label, class)
    };
    let or_none = |text: &Option<String>| text.as_deref().unwrap_or("—").to_owned();
    let body = html! {
        (here.head(look, title, "/members"))
        @if let Some(refused) = &at.refused { (parts::refused(look, refused)) }
        (ui::question(at.t("查找会员", "Find a customer"),
            html! { (at.t("要写完整的手机号或邮箱，找不到一部分匹配的人。看到的都打了码。", "The whole phone number or e-mail address; nobody is found by a part of it. What is shown is masked.")) },
            html! {
                form.paper.dk-form action=(MEMBERS) method="post" {
                    input type="hidden" name="step" value="find";
                    (SearchForm::draw(look, &at.fields, |_| Vec::new()))
                    div.dk-wide.dk-row.end { button.btn.pri { (at.t("查找", "Find")) } }
                }
                @if let Some(one) = found {
                    div.paper {
                        (parts::facts(&[
                            (at.t("称呼", "Name"), html! { (or_none(&one.name)) }),
                            (at.t("手机号", "Phone"), html! { (or_none(&one.phone)) }),
                            (at.t("邮箱", "E-mail"), html! { (or_none(&one.email)) }),
                            (at.t("注册于", "Joined"), html! { (day(&one.joined_at)) }),
                            (at.t("状态", "State"), html! { (named::MEMBER_STATE.say(look.lang, one.status)) }),
                            (at.t("编号", "Id"), html! { span.mono { (one.member) } }),
                        ]))
                        div.dk-row.pad.end {
                            @if one.status == "active" { (press("suspend", &one.member, at.t("停用：所有设备立即退出", "Suspend: every device is signed out at once"), "btn")) }
                            @if one.status == "suspended" { (press("restore", &one.member, at.t("恢复", "Restore"), "btn pri")) }
                        }
                    }
                }
            }))
    };
    here.page(look, title, body)
}

async fn members(at: PageContext) -> Result<Page, Failure> {
    Ok(members_page(&at, None))
}

async fn members_act(mut at: PageContext) -> Result<Response, Failure> {
    let step = match at.fields.text("step") {
        "suspend" => Some(Step::Suspend),
        "restore" => Some(Step::Restore),
        _ => None,
    };
    let came = match step {
        None => found(&at.site, at.fields.text("contact")).await,
        Some(step) => {
            let member = at.fields.text("member");
            at.refused = stepped(&at.site, &at.act, member, step).await.err();
            Ok(member_of(&at.site, input::id::<Member>(member)?).await?)
        }
    };
    let found = match came {
        Ok(found) => Some(found),
        Err(failure) if failure.status >= 500 => return Err(failure),
        Err(failure) => {
            at.fields.refuse("contact", failure.text(Lang::Zh), failure.text(Lang::En));
            at.refused = Some(failure);
            None
        }
    };
    at.look.here = MEMBERS.to_owned();
    let status = at.refused.as_ref().map_or(StatusCode::OK, |failure| failure.status_code());
    Ok((status, members_page(&at, found.as_ref())).into_response())
}

async fn accesses(at: PageContext) -> Result<Page, Failure> {
    let found = looks_of(&at.site, at.query.raw("after").map(input::id).transpose()?, ROWS).await?;
    let (look, here) = (&at.look, Here::platform());
    let title = at.t("访问记录", "Access log");
    let rows: Vec<Vec<Markup>> = found.items.iter().map(|one| access(look.lang, one)).collect();
    let heads = [
        at.t("谁看的", "Who"),
        at.t("看了什么", "What"),
        at.t("谁的", "Of whom"),
        at.t("为什么", "Why"),
        at.t("时间", "When"),
    ];
    let body = html! {
        (here.head(look, title, "/accesses"))
        (ui::question(at.t("谁在什么时候、为什么看过？", "Who looked, when and why?"),
            html! { (at.t("每次看全文，都在同一笔写入里留下这一行。", "Every look in the clear leaves this line, in the same transaction.")) },
            html! {
                (table(look, &heads, &rows, at.t("还没有人看过。", "Nobody has looked.")))
                (more(look, "/console/accesses", found.next.as_deref()))
            }))
    };
    Ok(here.page(look, title, body))
}

fn access(lang: Lang, one: &AccessView) -> Vec<Markup> {
    vec![
        html! { span.mono { (one.by) } },
        html! { (named::ACCESS_FIELD.say(lang, one.field)) },
        html! { span.mono { (one.subject) } },
        html! { (named::ACCESS_WHY.say(lang, one.why)) @if let Some(about) = &one.about { " " span.mono.s12 { (about) } } },
        html! { (one.at.replace('T', " ").chars().take(16).collect::<String>()) },
    ]
}
