//! `/account`: one's own things.

use crate::account::{Line, beside, done, refusal};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{PreEscaped, html};
use people::member::{self, Profile};
use people::vault::{mask_email, mask_phone};
use serde::Deserialize;
use web_kit::account::At;
use web_kit::idempotency::IdempotentForm;
use web_kit::principal::Principal;
use web_kit::problem::Failure;
use web_kit::site::Site;
use web_kit::storefront::frame::{Frame, Tab};
use web_kit::storefront::icons;
use web_kit::ui::{Page, RenderContext};

async fn profile(site: &Site, who: &Principal) -> Result<Profile, Failure> {
    let (member, vault) = (who.member()?, site.vault.clone());
    site.read(move |q| Ok(member::profile(q, &vault, member)?)).await
}

/// The page.
pub async fn page(
    State(site): State<Site>,
    look: RenderContext,
    who: Principal,
    At(asked): At,
) -> Result<Page, Failure> {
    let own = profile(&site, &who).await?;
    Ok(shown(&site, &look, &who, &own, asked.done.as_deref(), None))
}

fn shown(
    site: &Site,
    look: &RenderContext,
    who: &Principal,
    own: &Profile,
    word: Option<&str>,
    failure: Option<&Failure>,
) -> Page {
    let title = look.t("我的", "Mine");
    let name = own.name.as_deref().unwrap_or(look.t("还没有名字", "No name yet"));
    let reached = [own.phone.as_deref().map(mask_phone), own.email.as_deref().map(mask_email)];
    let reached: Vec<String> = reached.into_iter().flatten().collect();
    let link = |href: &str, icon: &icons::Icon, text: &str| {
        html! { a href=(href) { (PreEscaped(icon.0)) (text) } }
    };
    let body = html! {
        (done(look, word, &[("name", "名字改好了", "The name is changed"), ("signed-up", "欢迎", "Welcome")]))
        section.blk {
            h1.vh { (title) }
            div.hd.tight { h2 { (name) } span { (reached.join(" · ")) } }
            details.fold open[failure.is_some()] {
                summary { (look.t("改名字", "Change the name")) }
                (refusal(look, failure))
                form action="/account/name" method="post" {
                    input type="hidden" name="key" value=(site.form_key());
                    (Line { name: "name", label: look.t("怎么称呼你", "What to call you"), fill: "name", value: own.name.as_deref().unwrap_or_default(), wrong: beside(look, failure, "name"), ..Line::default() }.show())
                    div.acts { button.btn { (look.t("保存", "Save")) } }
                }
            }
        }
        section.blk {
            div.hd { h2 { (look.t("我的订单", "My orders")) } a href="/orders" { (look.t("全部", "All")) } }
            nav.four aria-label=(look.t("订单，按状态", "Orders, by state")) {
                (link("/orders?status=unpaid", &icons::COUPON, look.t("待付款", "To pay")))
                (link("/orders?status=paid", &icons::PARCEL, look.t("待发货", "To ship")))
                (link("/orders?status=shipped", &icons::SHOP, look.t("待收货", "On the way")))
                (link("/orders?status=received", &icons::LIST, look.t("已完成", "Received")))
            }
        }
        nav.blk.menu aria-label=(look.t("我的东西", "My things")) {
            (link("/coupons", &icons::COUPON, look.t("优惠券", "Coupons")))
            (link("/account/addresses", &icons::PLACE, look.t("收货地址", "Addresses")))
            (link("/wishes", &icons::HEART, look.t("收藏", "Wishes")))
            (link("/footprints", &icons::CLOCK, look.t("看过的", "Looked at")))
            (link("/following", &icons::SHOP, look.t("关注的店", "Shops I follow")))
            (link("/account/security", &icons::PERSON, look.t("登录与密码", "Sign-in and password")))
        }
        @if !who.shops().is_empty() || who.in_platform() {
            nav.blk.menu aria-label=(look.t("工作", "Work")) {
                @if !who.shops().is_empty() { (link("/merchant", &icons::SHOP, look.t("商家中心", "Merchant center"))) }
                @if who.in_platform() { (link("/console", &icons::RULES, look.t("平台后台", "Console"))) }
            }
        }
        section.blk {
            form action="/sign-out" method="post" { button.btn.wide { (look.t("退出登录", "Sign out")) } }
        }
    };
    Frame::of(Tab::Mine).narrow().page(look, title, &body)
}

#[derive(Deserialize)]
pub struct Named {
    #[serde(default)]
    name: String,
}

/// Changes the name.
pub async fn name(
    State(site): State<Site>,
    look: RenderContext,
    IdempotentForm { act, form }: IdempotentForm<Named>,
) -> Result<Response, Failure> {
    let (member, vault) = (act.who.member()?, site.vault.clone());
    let write = act.value(&site, "member.name", member::key(member).into(), move |tx, _| {
        member::set_name(tx, &vault, member, &form.name)
    });
    match write.await {
        Ok(()) => Ok(Redirect::to("/account?done=name").into_response()),
        Err(failure) if failure.status >= 500 => Err(failure),
        Err(failure) => {
            let own = profile(&site, &act.who).await?;
            let page = shown(&site, &look, &act.who, &own, None, Some(&failure));
            Ok((failure.status_code(), page).into_response())
        }
    }
}
