//! `/account`: one's own things.

use crate::prelude::*;
use maud::PreEscaped;
use people::member;
use people::vault::{mask_email, mask_phone};
use trade::order;

/// What is typed to change the name.
#[derive(Form)]
#[form("name")]
struct NameForm {
    #[field(most = 60, fill = "name")]
    name: String,
}

/// The page.
pub async fn page(at: MemberPage) -> Result<Page, Failure> {
    let (member, vault) = (at.member, at.site.vault.clone());
    let (own, waiting) = at
        .read(move |q| Ok((member::profile(q, &vault, member)?, order::waiting_of_member(q, member)?)))
        .await?;
    let title = at.t("我的", "Account");
    let name = own.name.as_deref().unwrap_or(at.t("未设置昵称", "No name yet"));
    let reached = [own.phone.as_deref().map(mask_phone), own.email.as_deref().map(mask_email)];
    let reached: Vec<String> = reached.into_iter().flatten().collect();
    let mut fields = at.fields.clone();
    if !at.is_refused() {
        fields.set("name", own.name.as_deref().unwrap_or_default());
    }
    let link = |href: &str, icon: &icons::Icon, zh, en| {
        html! { a href=(href) { (PreEscaped(icon.0)) (at.t(zh, en)) } }
    };
    // What waits is counted; what is over is not.
    let orders = |href: &str, icon: &icons::Icon, zh, en, count: i64| {
        html! {
            a href=(href) {
                span.ico { (PreEscaped(icon.0)) @if count > 0 { b { @if count > 99 { "99+" } @else { (count) } } } }
                (at.t(zh, en))
            }
        }
    };
    let said = [("name", "昵称已修改", "Name updated"), ("signed-up", "欢迎", "Welcome")];
    let (sells, rules) = (!at.who().shops().is_empty(), at.who().in_platform());
    let body = html! {
        @if !at.is_refused() { (at.banners(&said)) }
        section.blk {
            h1.vh { (title) }
            div.hd.tight { h2 { (name) } span { (reached.join(" · ")) } }
            details.fold open[at.is_refused()] {
                summary { (at.t("修改昵称", "Edit name")) }
                @if at.is_refused() { (at.banners(&[])) }
                form action="/account/name" method="post" {
                    input type="hidden" name="key" value=(at.key());
                    (NameForm::draw(&at.look, &fields, |_| Vec::new()))
                    div.acts { button.btn { (at.t("保存", "Save")) } }
                }
            }
        }
        section.blk {
            div.hd { h2 { (at.t("我的订单", "My orders")) } a href="/orders" { (at.t("全部", "All")) } }
            nav.four aria-label=(at.t("订单，按状态", "Orders, by state")) {
                (orders("/orders?status=unpaid", &icons::PURSE, "待付款", "To pay", waiting.unpaid))
                (orders("/orders?status=paid", &icons::PARCEL, "待发货", "To ship", waiting.paid))
                (orders("/orders?status=shipped", &icons::TRUCK, "待收货", "To receive", waiting.shipped))
                (orders("/orders?status=received", &icons::DONE, "已完成", "Completed", 0))
            }
        }
        nav.blk.menu aria-label=(at.t("我的服务", "My account")) {
            (link("/coupons/mine", &icons::COUPON, "我的优惠券", "My coupons"))
            (link("/account/addresses", &icons::PLACE, "收货地址", "Addresses"))
            (link("/wishes", &icons::HEART, "收藏夹", "Wishlist"))
            (link("/footprints", &icons::CLOCK, "浏览记录", "Recently viewed"))
            (link("/following", &icons::SHOP, "关注的店铺", "Followed shops"))
            (link("/account/security", &icons::PERSON, "登录与安全", "Login and security"))
            @if !sells { (link("/open-a-shop", &icons::SHOP, "我要开店", "Open a shop")) }
        }
        @if sells || rules {
            nav.blk.menu aria-label=(at.t("工作", "Work")) {
                @if sells { (link("/merchant", &icons::SHOP, "商家中心", "Merchant center")) }
                @if rules { (link("/console", &icons::RULES, "平台后台", "Console")) }
            }
        }
        section.blk {
            form action="/sign-out" method="post" { button.btn.wide { (at.t("退出登录", "Sign out")) } }
        }
    };
    Ok(Frame::of(Tab::Mine).narrow().page(&at.look, title, &body))
}

/// Changes the name.
pub async fn name(mut at: MemberPage) -> Result<Response, Failure> {
    let (member, vault) = (at.member, at.site.vault.clone());
    if let Some(NameForm { name }) = at.typed() {
        at.write("member.name", member::key(member), &super::ABOUT, move |tx, _| {
            member::set_name(tx, &vault, member, &name)
        })
        .await?;
    }
    at.answer("/account?done=name", page).await
}
