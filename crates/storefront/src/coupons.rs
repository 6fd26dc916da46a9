//! `/coupons`: what may be claimed, and what was.
//!
//! Invariants: what is left is the true number; a coupon says what it takes off, from which sum on, for what, and until when.

use crate::prelude::*;
use crate::shelf::to_the_mall;
use kernel::id;
use trade::coupon::{self, ClaimView, Coupon, Issuer, Kind, Offered, Scope, Shelf, State as Held};
use web_kit::known::{self, Shops, Tree};
use web_kit::storefront::coupons::after;
use web_kit::view::coupon::{deal_short, segment_words};

/// How many coupons a page shows.
const PAGE: usize = 40;

/// How many of the platform's stand above them.
const PLATFORM: i64 = 12;

/// `/coupons`: the claim centre.
pub async fn page(at: PageContext) -> Result<Page, Failure> {
    let (now, member) = (at.now(), at.who().signed());
    let (tree, shops) = at.site.known().await?;
    let from = after(at.query.text("after"));
    let (platform, offered) = at
        .read(move |q| {
            let platform = match from {
                None => coupon::offered(q, Shelf::Of(Issuer::Platform), member, now, None, PLATFORM)?,
                Some(_) => Vec::new(),
            };
            Ok((platform, coupon::offered(q, Shelf::All, member, now, from, PAGE as i64 + 1)?))
        })
        .await?;
    let mut offered = Rows::of(offered, PAGE, |o| format!("{}.{}", o.coupon.until.micros(), o.coupon.id));
    // What stands above already does not stand below once more.
    offered.rows.retain(|o| !platform.iter().any(|p| p.coupon.id == o.coupon.id));
    let title = at.t("领券", "Coupons");
    let draw = |o: &Offered| offer(&at, &tree, &shops, o, "/coupons");
    let body = html! {
        div.fd { div { h1 { (title) } p { (at.t("结算时自动使用最优惠的组合，不用自己挑。", "The best combination is applied automatically at checkout.")) } } nav.chips { a href="/coupons" aria-current="true" { span { (at.t("可领取", "Available")) } } a href="/coupons/mine" { span { (at.t("我的", "Mine")) } } } }
        (parts::said(&at, "claimed", ("领取成功", "Coupon claimed"), ("结算时自动使用。", "It is applied automatically at checkout.")))
        @if !platform.is_empty() { section.blk { div.hd { h2 { (at.t("全平台可用", "For all shops")) } } div.cpns { @for o in &platform { (draw(o)) } } } }
        @if offered.is_empty() && platform.is_empty() { (empty(&icons::COUPON, at.t("现在没有可领的优惠券", "No coupons right now"), at.t("有活动时会显示在这里。", "New offers will appear here."), to_the_mall(&at))) }
        @else if !offered.is_empty() { section.blk { div.hd { h2 { (at.t("店铺优惠券", "Shop coupons")) } } div.cpns id="coupons" { @for o in &offered.rows { (draw(o)) } } } }
        (code_form(&at))
        (offered.more(&at, "#coupons"))
    };
    Ok(Frame::of(Tab::Coupons).page(&at.look, title, &body))
}

/// `/coupons/mine`: what the reader claimed.
pub async fn mine(at: MemberPage) -> Result<Page, Failure> {
    let (member, now) = (at.member, at.now());
    let state = Held::parse(at.query.text("state")).unwrap_or(Held::Held);
    let from = at.after()?;
    let (tree, shops) = at.site.known().await?;
    let claims =
        at.read(move |q| Ok(coupon::claims(q, member, Some(state), now, from, PAGE as i64 + 1)?)).await?;
    let claims = Rows::of(claims, PAGE, |claim| claim.id.to_string());
    let title = at.t("我的优惠券", "My coupons");
    let body = html! {
        div.fd {
            div { h1 { (title) } }
            nav.chips aria-label=(at.t("哪些", "Which")) {
                @for (of, zh, en) in [(Held::Held, "未使用", "Available"), (Held::Spent, "已使用", "Used"), (Held::Lost, "已过期", "Expired")] {
                    a href={ "/coupons/mine?state=" (of.as_str()) } aria-current=[(of == state).then_some("true")] { span { (at.t(zh, en)) } }
                }
                a href="/coupons" { span { (at.t("去领券", "Get more")) } }
            }
        }
        (parts::said(&at, "claimed", ("领取成功", "Coupon claimed"), ("结算时自动使用。", "It is applied automatically at checkout.")))
        @if claims.is_empty() { (empty(&icons::COUPON, at.t("暂无优惠券", "No coupons here"), at.t("领取的优惠券会显示在这里。", "Coupons you claim appear here."), html! { a.btn.pri href="/coupons" { (at.t("去领券", "Get coupons")) } })) }
        @else { section.blk { div.cpns id="coupons" { @for c in &claims.rows { (claim(&at, &tree, &shops, c)) } } } }
        (code_form(&at))
        (claims.more(&at, "#coupons"))
    };
    Ok(Frame::of(Tab::Coupons).page(&at.look, title, &body))
}

/// `POST /coupons/claim`.
pub async fn claim_one(at: MemberPage) -> Result<Redirect, Failure> {
    let (member, id) = (at.member, input::id::<id::Coupon>(at.fields.text("coupon"))?);
    at.once("mall.coupon.claim", coupon::keys(id, member), move |tx, ctx| {
        flows::coupon::claim(tx, ctx, member, id, None).map(|_| true)
    })
    .await?;
    let back = web_kit::principal::own_path(Some(at.fields.text("back")));
    let glue = if back.contains('?') { '&' } else { '?' };
    Ok(Redirect::to(&format!("{back}{glue}say=claimed")))
}

/// `POST /coupons/code`.
pub async fn claim_by_code(at: MemberPage) -> Result<Redirect, Failure> {
    let (member, code) = (at.member, at.fields.text("code").to_owned());
    let typed = code.clone();
    let id = at.site.read_apart(move |q| Ok(coupon::of_code(q, &typed)?)).await?;
    at.once("mall.coupon.code", coupon::keys(id, member), move |tx, ctx| {
        flows::coupon::claim(tx, ctx, member, id, Some(&code)).map(|_| true)
    })
    .await?;
    Ok(Redirect::to("/coupons/mine?say=claimed"))
}

/// The form in which a code is typed.
fn code_form(at: &PageContext) -> Markup {
    html! {
        form.blk action="/coupons/code" method="post" {
            input type="hidden" name="key" value=(at.key());
            label for="coupon-code" { (at.t("有兑换码？", "Have a coupon code?")) }
            div.acts {
                input id="coupon-code" name="code" maxlength="40" autocomplete="off" autocapitalize="characters" required;
                button.btn.out { (at.t("兑换", "Redeem")) }
            }
        }
    }
}

/// What a coupon takes off, as large figures and small words.
fn amount(at: &PageContext, kind: &Kind) -> Markup {
    let over = |over: Money| match over.minor {
        0 => at.t("无门槛", "no minimum").to_owned(),
        _ => at.pick(format!("满 {} 可用", when::money(over)), format!("orders over {}", when::money(over))),
    };
    html! {
        @match kind {
            Kind::Off { over: from, off } => { b { (short(*off)) } span { (over(*from)) } }
            Kind::Percent { over: from, ppm, .. } => { b { @match at.lang() { Lang::Zh => { (tenths(1_000_000 - ppm)) small { " 折" } } Lang::En => { (parts::percent(*ppm)) small { " off" } } } } span { (over(*from)) } }
            Kind::Freight { over: from, off } => { b { (short(*off)) } span { (at.t("运费券，", "shipping, ")) (over(*from)) } }
            Kind::Deal { over: from, buy, get, ppm, .. } => { b { (deal_short(at.lang(), *buy, *get, *ppm)) } span { (over(*from)) } }
        }
    }
}

/// 折, in tenths: 900000 is 9, 850000 is 8.5.
fn tenths(ppm: i64) -> String {
    fmt::decimal(ppm as f64 / 100_000.0, 2).trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// An amount without its idle cents.
fn short(amount: Money) -> String {
    let text = when::money(amount);
    text.strip_suffix(".00").map_or(text.clone(), str::to_owned)
}

fn what(at: &PageContext, tree: &Tree, shops: &Shops, coupon: &Coupon) -> Markup {
    let from = match coupon.issuer {
        Issuer::Platform => at.t("平台券", "All shops"),
        Issuer::Shop(shop) => shops.get(&shop).map_or(at.t("店铺券", "Shop coupon"), |shop| &shop.name),
    };
    let scope = match &coupon.scope {
        Scope::All => at.t("全部商品", "all products").to_owned(),
        Scope::Category(code) => {
            tree.get(code).map_or_else(|| code.to_string(), |c| known::name(at.lang(), c).to_owned())
        }
        Scope::Products(some) => {
            at.pick(format!("指定 {} 件商品", some.len()), format!("{} selected products", some.len()))
        }
    };
    let most = match &coupon.kind {
        Kind::Percent { most: Some(most), .. } | Kind::Deal { most: Some(most), .. } => {
            let most = when::money(*most);
            at.pick(format!("，最多减 {most}"), format!(", up to {most} off"))
        }
        _ => String::new(),
    };
    html! {
        div.what {
            b { (coupon.title) }
            p { (from) (at.t("，", ", ")) (scope) (most) }
            @if let Some(segment) = coupon.segment { p { (segment_words(at.lang(), coupon.issuer, segment)) } }
            @if coupon.exclusive { p { (at.t("不和别的券同用", "goes with no other coupon")) } }
            p { (at.t("有效期至 ", "valid until ")) (at.moment(coupon.until)) }
        }
    }
}

/// A coupon: what it takes off, what it is, and what can be done with it.
fn shown(at: &PageContext, tree: &Tree, shops: &Shops, coupon: &Coupon, gone: bool, act: &Markup) -> Markup {
    html! {
        div.cpn.gone[gone] {
            div.amt { (amount(at, &coupon.kind)) }
            (what(at, tree, shops, coupon))
            div.do { (act) }
        }
    }
}

/// A coupon that may be claimed, with its button.
pub fn offer(at: &PageContext, tree: &Tree, shops: &Shops, offered: &Offered, back: &str) -> Markup {
    let coupon = &offered.coupon;
    let (left, enough) = (coupon.left(), offered.mine >= coupon.each);
    let act = html! {
        @if enough { (ui::state(Mark::Kept, at.t("已领取", "Claimed"))) }
        @else if left <= 0 { (ui::state(Mark::None, at.t("已领完", "Fully claimed"))) }
        @else {
            form action="/coupons/claim" method="post" {
                input type="hidden" name="key" value=(at.key());
                input type="hidden" name="back" value=(back);
                button.btn.out name="coupon" value=(coupon.id) { (at.t("领取", "Claim")) span.vh { " " (coupon.title) } }
            }
        }
    };
    shown(at, tree, shops, coupon, left <= 0, &act)
}

fn claim(at: &PageContext, tree: &Tree, shops: &Shops, claim: &ClaimView) -> Markup {
    let coupon = &claim.coupon;
    let place = match coupon.issuer {
        Issuer::Shop(shop) => format!("/shop/{shop}"),
        Issuer::Platform => "/".to_owned(),
    };
    let act = html! {
        @match claim.state {
            Held::Held => { a.btn href=(place) { (at.t("去使用", "Use now")) } }
            Held::Spent => { (ui::state(Mark::Kept, at.t("已使用", "Used"))) @if let Some(purchase) = claim.purchase { a href={ "/pay/" (purchase) "/result" } { (at.t("查看订单", "View order")) } } }
            Held::Lost => { (ui::state(Mark::None, at.t("已过期", "Expired"))) }
        }
    };
    shown(at, tree, shops, coupon, claim.state != Held::Held, &act)
}
