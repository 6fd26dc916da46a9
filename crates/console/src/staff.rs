//! Who works in a shop (`/merchant/{shop}/staff`, `/merchant/{shop}/keys`) and for the platform (`/console/staff`,
//! `/console/keys`), who its members are (`/console/members`), and who looked at personal data (`/console/accesses`).

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use kernel::id::Member;
use maud::{Markup, html};
use people::member::Step;
use people::staff::Permission::{PlatformAudit, PlatformMembers, PlatformStaff};
use people::staff::Place;
use web_kit::account::At;
use web_kit::admin::parts;
use web_kit::admin::staff::{
    Here, ROWS, day, keys_get, keys_post, more, reached, staff_get, staff_post, table,
};
use web_kit::form::Fields;
use web_kit::idempotency::IdempotentForm;
use web_kit::input::id;
use web_kit::lang::Lang;
use web_kit::operation::{Needs, Pages};
use web_kit::problem::Failure;
use web_kit::site::Site;
use web_kit::ui::{self, Page, RenderContext};
use web_kit::view::staff::{AccessView, MemberView};

/// The addresses of the platform's staff, keys, members and looks at personal data.
pub(crate) fn pages() -> Pages {
    Pages::new()
        .get("/console/staff", Needs::Permission(PlatformStaff), staff)
        .post("/console/staff", Needs::Permission(PlatformStaff), staff_act)
        .get("/console/keys", Needs::Permission(PlatformStaff), keys)
        .post("/console/keys", Needs::Permission(PlatformStaff), keys_act)
        .get("/console/members", Needs::Permission(PlatformMembers), members)
        .post("/console/members", Needs::Permission(PlatformMembers), members_act)
        .get("/console/accesses", Needs::Permission(PlatformAudit), accesses)
}

async fn staff(State(site): State<Site>, look: RenderContext, At(asked): At) -> Result<Page, Failure> {
    staff_get(&site, &look, &Here::platform(), asked.after.as_deref()).await
}

async fn staff_act(
    State(site): State<Site>,
    look: RenderContext,
    headers: HeaderMap,
    IdempotentForm { act, form }: IdempotentForm<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let mut at = Here::platform();
    at.base = reached(&site, &headers);
    staff_post(&site, &look, &at, &act, Fields::of(form)).await
}

async fn keys(State(site): State<Site>, look: RenderContext, At(asked): At) -> Result<Page, Failure> {
    keys_get(&site, &look, &Here::platform(), asked.after.as_deref()).await
}

async fn keys_act(
    State(site): State<Site>,
    look: RenderContext,
    IdempotentForm { act, form }: IdempotentForm<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let at = Here::platform();
    keys_post(&site, &look, &at, &act, Fields::of(form)).await
}

fn members_page(
    site: &Site,
    look: &RenderContext,
    found: Option<&MemberView>,
    fields: &Fields,
    refused: Option<&Failure>,
) -> Page {
    let at = Here { place: Place::Platform, shop: None, base: String::new() };
    let title = look.t("会员", "Members");
    let here = "/console/members";
    let body = html! {
        (at.head(look, title, "/members"))
        @if let Some(refused) = refused { (parts::refused(look, refused)) }
        (ui::question(look.t("找谁？", "Whom?"),
            html! { (look.t("要写完整的手机号或邮箱，找不到一部分匹配的人。看到的都打了码。", "The whole phone number or e-mail address; nobody is found by a part of it. What is shown is masked.")) },
            html! {
                form.paper.dk-form action=(here) method="post" {
                    input type="hidden" name="step" value="find";
                    (parts::line(look, fields, parts::Field { name: "contact", label: look.t("手机号或邮箱", "Phone number or e-mail"), needed: true, ..parts::Field::default() }, 254))
                    div.dk-wide.dk-row.end { button.btn.pri { (look.t("找", "Find")) } }
                }
                @if let Some(one) = found {
                    div.paper {
                        (parts::facts(&[
                            (look.t("称呼", "Name"), html! { (one.name.as_deref().unwrap_or("—")) }),
                            (look.t("手机号", "Phone"), html! { (one.phone.as_deref().map_or_else(|| "—".to_owned(), web_kit::fmt::phone)) }),
                            (look.t("邮箱", "E-mail"), html! { (one.email.as_deref().unwrap_or("—")) }),
                            (look.t("注册于", "Joined"), html! { (day(&one.joined_at)) }),
                            (look.t("状态", "State"), html! { (match one.status { "active" => look.t("正常", "active"), "suspended" => look.t("已停用", "suspended"), _ => look.t("已注销", "closed") }) }),
                            (look.t("编号", "Id"), html! { span.mono { (one.member) } }),
                        ]))
                        div.dk-row.pad.end {
                            @if one.status == "active" { (parts::press(here, &site.form_key(), &[("step", "suspend"), ("member", &one.member)], look.t("停用：所有设备立即退出", "Suspend: every device is signed out at once"), "btn")) }
                            @if one.status == "suspended" { (parts::press(here, &site.form_key(), &[("step", "restore"), ("member", &one.member)], look.t("恢复", "Restore"), "btn pri")) }
                        }
                    }
                }
            }))
    };
    at.page(look, title, body)
}

async fn members(State(site): State<Site>, look: RenderContext) -> Result<Page, Failure> {
    Ok(members_page(&site, &look, None, &Fields::default(), None))
}

async fn members_act(
    State(site): State<Site>,
    look: RenderContext,
    IdempotentForm { act, form }: IdempotentForm<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let mut fields = Fields::of(form);
    let member = fields.text("member").to_owned();
    let step = match fields.text("step") {
        "suspend" => Some(Step::Suspend),
        "restore" => Some(Step::Restore),
        _ => None,
    };
    let (found, refused) = match step {
        None => split(web_kit::view::staff::found(&site, fields.text("contact")).await)?,
        Some(step) => {
            let refused = web_kit::view::staff::stepped(&site, &act, &member, step).await.err();
            (Some(web_kit::view::staff::member_of(&site, id::<Member>(&member)?).await?), refused)
        }
    };
    let look = RenderContext { here: "/console/members".to_owned(), ..look };
    if let (None, Some(failure)) = (step, &refused) {
        fields.refuse("contact", failure.text(Lang::Zh), failure.text(Lang::En));
    }
    let status = refused.as_ref().map_or(StatusCode::OK, |failure| failure.status_code());
    let page = members_page(&site, &look, found.as_ref(), &fields, refused.as_ref());
    Ok((status, page).into_response())
}

fn split(came: Result<MemberView, Failure>) -> Result<(Option<MemberView>, Option<Failure>), Failure> {
    match came {
        Ok(found) => Ok((Some(found), None)),
        Err(failure) if failure.status >= 500 => Err(failure),
        Err(failure) => Ok((None, Some(failure))),
    }
}

async fn accesses(State(site): State<Site>, look: RenderContext, At(asked): At) -> Result<Page, Failure> {
    let found =
        web_kit::view::staff::looks_of(&site, asked.after.as_deref().map(id).transpose()?, ROWS).await?;
    let at = Here { place: Place::Platform, shop: None, base: String::new() };
    let title = look.t("谁看过个人信息", "Who looked at personal data");
    let rows: Vec<Vec<Markup>> = found.items.iter().map(|one| access(&look, one)).collect();
    let heads = [
        look.t("谁看的", "Who"),
        look.t("看了什么", "What"),
        look.t("谁的", "Of whom"),
        look.t("为什么", "Why"),
        look.t("时间", "When"),
    ];
    let body = html! {
        (at.head(&look, title, "/accesses"))
        (ui::question(look.t("谁在什么时候、为什么看过？", "Who looked, when and why?"),
            html! { (look.t("每次看全文，都在同一笔写入里留下这一行。", "Every look in the clear leaves this line, in the same transaction.")) },
            html! {
                (table(&look, &heads, &rows, look.t("还没有人看过。", "Nobody has looked.")))
                (more(&look, "/console/accesses", found.next.as_deref()))
            }))
    };
    Ok(at.page(&look, title, body))
}

fn access(look: &RenderContext, one: &AccessView) -> Vec<Markup> {
    let field = match one.field {
        "phone" => look.t("手机号", "phone"),
        "email" => look.t("邮箱", "e-mail"),
        "name" => look.t("姓名", "name"),
        _ => look.t("地址", "address"),
    };
    let why = match one.why {
        "delivery" => look.t("寄包裹", "delivery"),
        "service" => look.t("服务", "service"),
        "dispute" => look.t("纠纷", "dispute"),
        "risk" => look.t("风控", "risk"),
        _ => look.t("法律要求", "law"),
    };
    vec![
        html! { span.mono { (one.by) } },
        html! { (field) },
        html! { span.mono { (one.subject) } },
        html! { (why) @if let Some(about) = &one.about { " " span.mono.s12 { (about) } } },
        html! { (one.at.replace('T', " ").chars().take(16).collect::<String>()) },
    ]
}
