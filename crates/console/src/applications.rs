//! `/console/applications`: who wants to open a shop, longest waiting first; yes opens the shop, no needs a reason.
//!
//! Invariants: how an applicant is reached is shown masked; what is decided leaves the list.

use kernel::id::Application as ApplicationKey;
use people::application::{self, LONGEST_NOTE, Waiting};
use web_kit::admin::parts;
use web_kit::admin::staff::Here;
use web_kit::prelude::*;

const HERE: &str = "/console/applications";

/// Applications of one page.
const PAGE: usize = 30;

/// Why an application is declined.
#[derive(Form)]
#[form("decline")]
struct DeclineForm {
    #[field(wide, hint, lines = 3, most = LONGEST_NOTE)]
    reason: String,
}

/// The queue.
pub async fn page(at: PageContext) -> Result<Page, Failure> {
    let (after, vault) = (at.after::<ApplicationKey>()?, at.site.vault.clone());
    let found = at.read(move |q| Ok(application::queue(q, &vault, after, PAGE as i64 + 1)?)).await?;
    let rows = Rows::of(found, PAGE, |row| row.application.id.to_string());
    let (look, here, title) = (&at.look, Here::platform(), at.t("开店申请", "Shop applications"));
    let body = html! {
        (here.head(look, title, "/applications"))
        (at.banners(&[
            ("approved", "已通过，店铺开通了。", "Approved; the shop is open."),
            ("declined", "未通过，申请人看得到原因。", "Declined; the applicant sees why."),
        ]))
        (ui::question(at.t("谁想开店？", "Who wants to open a shop?"),
            html! { (at.t("等得最久的在上。通过后店铺马上开通，申请人就是店主。", "Longest first. A yes opens the shop at once, with the applicant as its owner.")) },
            html! {
                @if rows.is_empty() { div.paper { (parts::empty(at.t("没有等着处理的申请。", "No application waits."), html! {})) } }
                @for row in &rows.rows { (card(&at, row)) }
                (rows.more(&at, ""))
            }))
    };
    Ok(here.page(look, title, body))
}

fn card(at: &PageContext, row: &Waiting) -> Markup {
    let (look, one, key) = (&at.look, &row.application, at.key());
    let refused = at.is_refused() && at.fields.text("application") == one.id.to_string();
    let none = Fields::default();
    let fields = if refused { &at.fields } else { &none };
    let or_none = |text: Option<&str>| text.filter(|text| !text.is_empty()).unwrap_or("—").to_owned();
    html! {
        div.paper {
            div.dk-hd { h3 { (one.name) } span { (at.t("等了 ", "waiting ")) (fmt::duration(look.lang, at.now().micros() - one.sent_at.micros())) } }
            (parts::facts(&[
                (at.t("主体类型", "Business type"), html! { (named::of(look.lang, &one.kind)) }),
                (at.t("主营类目", "Main category"), html! { (or_none(one.industry.as_ref().map(|word| named::of(look.lang, word)))) }),
                (at.t("营业执照号", "Business licence"), html! { span.mono { (or_none(one.licence.as_deref())) } }),
                (at.t("联系方式", "Contact"), html! { (or_none(row.contact.as_deref())) }),
                (at.t("说明", "Note"), html! { (or_none(Some(&*one.note))) }),
                (at.t("会员", "Customer"), html! { span.mono { (one.member) } }),
            ]))
            div.dk-two {
                form action=(HERE) method="post" {
                    input type="hidden" name="key" value=(format!("{key}y"));
                    input type="hidden" name="application" value=(one.id);
                    div.dk-row.pad { button.btn.pri name="do" value="approve" { (at.t("通过，开通店铺", "Approve and open the shop")) } }
                }
                form action=(HERE) method="post" {
                    input type="hidden" name="key" value=(format!("{key}n"));
                    input type="hidden" name="application" value=(one.id);
                    details open[refused] {
                        summary.btn { (at.t("不通过", "Decline")) }
                        div.dk-form {
                            (DeclineForm::draw(look, fields, |_| Vec::new()))
                            div.dk-wide.dk-row.end { button.btn name="do" value="decline" { (at.t("不通过", "Decline")) } }
                        }
                    }
                }
            }
        }
    }
}

/// Yes or no.
pub async fn act(mut at: PageContext) -> Result<Response, Failure> {
    let id = input::id::<ApplicationKey>(at.fields.text("application"))?;
    let done = match at.fields.text("do") {
        "approve" => {
            at.write("application.approve", Keys::none(), &[], move |tx, ctx| {
                application::approve(tx, ctx, id).map(|now| now.id.to_string())
            })
            .await?;
            "approved"
        }
        "decline" => {
            if let Some(DeclineForm { reason }) = at.typed() {
                let about = [("application.no_reason", "reason"), ("application.note", "reason")];
                at.write("application.decline", Keys::none(), &about, move |tx, ctx| {
                    application::decline(tx, ctx, id, &reason).map(|now| now.id.to_string())
                })
                .await?;
            }
            "declined"
        }
        _ => return at.no_button(),
    };
    at.answer(&format!("{HERE}?done={done}"), page).await
}
