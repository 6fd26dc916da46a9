//! `/coupons`: what may be claimed, and what was.
//!
//! Invariants: what is left is the true number; a coupon says what it takes off, from which sum on, for what, and until when.

use crate::parts::{self, Mark};
use axum::extract::State;
use axum::response::Redirect;
use kernel::Moment;
use maud::{Markup, html};
use serde::Deserialize;
use trade::coupon::{self, ClaimView, Coupon, Issuer, Kind, Offered, Scope, Shelf, State as Held};
use web_kit::idempotency::IdempotentForm;
use web_kit::lang::{Lang, t};
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Query};
use web_kit::site::Site;
use web_kit::storefront::coupons::after;
use web_kit::storefront::frame::{Frame, Tab};
use web_kit::storefront::icons;
use web_kit::ui::{Page, RenderContext};
use web_kit::{fmt, known, when};

/// How many coupons a page shows.
const PAGE: i64 = 40;

/// How many of the platform's stand above them.
const PLATFORM: i64 = 12;

#[derive(Debug, Default, Deserialize)]
pub struct Params {
    after: Option<String>,
    say: Option<String>,
}

/// `/coupons`: the claim centre.
pub async fn page(
    State(site): State<Site>,
    who: Principal,
    look: RenderContext,
    Query(asked): Query<Params>,
) -> Result<Page, Failure> {
    let lang = look.lang;
    let (now, member) = ((site.now)(), who.signed());
    let (tree, shops) = site.known().await?;
    let from = asked.after.as_deref().and_then(after);
    let (platform, mut offered) = site
        .read(move |q| {
            let platform = match from {
                None => coupon::offered(q, Shelf::Of(Issuer::Platform), member, now, None, PLATFORM)?,
                Some(_) => Vec::new(),
            };
            Ok((platform, coupon::offered(q, Shelf::All, member, now, from, PAGE + 1)?))
        })
        .await?;
    let more = offered.len() as i64 > PAGE;
    offered.truncate(PAGE as usize);
    let next = offered
        .last()
        .filter(|_| more)
        .map(|o| format!("/coupons?after={}.{}", o.coupon.until.micros(), o.coupon.id));
    // What stands above already does not stand below once more.
    offered.retain(|o| !platform.iter().any(|p| p.coupon.id == o.coupon.id));
    let title = t(lang, "领券", "Coupons");
    let body = html! {
        div.fd { div { h1 { (title) } p { (t(lang, "领了的券在结算时自己算最省的一组，不用挑。", "At checkout the best set of what you claimed is found by itself.")) } } nav.chips { a href="/coupons" aria-current="true" { span { (t(lang, "可领的", "To claim")) } } a href="/coupons/mine" { span { (t(lang, "我领的", "Mine")) } } } }
        @if asked.say.as_deref() == Some("claimed") { (parts::message(Mark::Kept, t(lang, "领到了", "Claimed"), t(lang, "结算时自动用上。", "It is used by itself at checkout."))) }
        @if !platform.is_empty() { section.blk { div.hd { h2 { (t(lang, "哪些店都能用？", "Which count in every shop?")) } } div.cpns { @for o in &platform { (offer(&site, &look, now, &tree, &shops, o, "/coupons")) } } } }
        @if offered.is_empty() && platform.is_empty() { (parts::empty(&icons::COUPON, t(lang, "现在没有可领的券", "No coupons to claim now"), t(lang, "有活动时会放在这里。", "They will stand here when there are some."), &html! { a.btn href="/" { (t(lang, "回到商城", "To the mall")) } })) }
        @else if !offered.is_empty() { section.blk { div.hd { h2 { (t(lang, "哪些只在自己店里用？", "Which count in their own shop?")) } } div.cpns id="coupons" { @for o in &offered { (offer(&site, &look, now, &tree, &shops, o, "/coupons")) } } } }
        @if let Some(href) = &next { (parts::more(lang, href, "#coupons")) }
    };
    Ok(Frame::of(Tab::Coupons).page(&look, title, &body))
}

#[derive(Debug, Default, Deserialize)]
pub struct Mine {
    state: Option<String>,
    after: Option<String>,
}

/// `/coupons/mine`: what the reader claimed.
pub async fn mine(
    State(site): State<Site>,
    who: Principal,
    look: RenderContext,
    Query(asked): Query<Mine>,
) -> Result<Page, Failure> {
    let lang = look.lang;
    let member = who.member()?;
    let now = (site.now)();
    let state = asked.state.as_deref().and_then(Held::parse).unwrap_or(Held::Held);
    let from = asked.after.as_deref().map(crate::shelf::id).transpose()?;
    let (tree, shops) = site.known().await?;
    let mut claims =
        site.read(move |q| Ok(coupon::claims(q, member, Some(state), now, from, PAGE + 1)?)).await?;
    let more = claims.len() as i64 > PAGE;
    claims.truncate(PAGE as usize);
    let next = claims
        .last()
        .filter(|_| more)
        .map(|c| format!("/coupons/mine?state={}&after={}", state.as_str(), c.id));
    let title = t(lang, "我领的券", "My coupons");
    let body = html! {
        div.fd {
            div { h1 { (title) } }
            nav.chips aria-label=(t(lang, "哪些", "Which")) {
                @for (of, zh, en) in [(Held::Held, "可用", "To use"), (Held::Spent, "用过", "Used"), (Held::Lost, "过期", "Over")] {
                    a href={ "/coupons/mine?state=" (of.as_str()) } aria-current=[(of == state).then_some("true")] { span { (t(lang, zh, en)) } }
                }
                a href="/coupons" { span { (t(lang, "去领券", "Claim more")) } }
            }
        }
        @if claims.is_empty() { (parts::empty(&icons::COUPON, t(lang, "这里还没有券", "No coupons here"), t(lang, "领了的券会列在这里。", "What you claim stands here."), &html! { a.btn.pri href="/coupons" { (t(lang, "去领券", "Claim some")) } })) }
        @else { section.blk { div.cpns id="coupons" { @for c in &claims { (claim(&site, lang, now, &tree, &shops, c)) } } } }
        @if let Some(href) = &next { (parts::more(lang, href, "#coupons")) }
    };
    Ok(Frame::of(Tab::Coupons).page(&look, title, &body))
}

/// Which coupon, and where to go then.
#[derive(Debug, Deserialize)]
pub struct Claim {
    coupon: String,
    back: Option<String>,
}

/// `POST /coupons/claim`.
pub async fn claim_one(
    State(site): State<Site>,
    IdempotentForm { act, form }: IdempotentForm<Claim>,
) -> Result<Redirect, Failure> {
    let member = act.who.member()?;
    let id = crate::shelf::id(&form.coupon)?;
    act.value(&site, "mall.coupon.claim", coupon::keys(id, member), move |tx, ctx| {
        coupon::claim(tx, ctx, member, id).map(|_| true)
    })
    .await?;
    let back = web_kit::principal::place(form.back.as_deref());
    let glue = if back.contains('?') { '&' } else { '?' };
    Ok(Redirect::to(&format!("{back}{glue}say=claimed")))
}

/// What a coupon takes off, as large figures and small words.
fn amount(lang: Lang, kind: &Kind) -> Markup {
    let over = |over: kernel::Money| match (over.minor, lang) {
        (0, _) => t(lang, "无门槛", "on anything").to_owned(),
        (_, Lang::Zh) => format!("满 {} 可用", when::money(over)),
        (_, Lang::En) => format!("from {}", when::money(over)),
    };
    html! {
        @match kind {
            Kind::Off { over: from, off } => { b { (short(*off)) } span { (over(*from)) } }
            Kind::Percent { over: from, ppm, .. } => { b { @match lang { Lang::Zh => { (tenths(1_000_000 - ppm)) small { " 折" } } Lang::En => { (parts::percent(*ppm)) small { " off" } } } } span { (over(*from)) } }
            Kind::Freight { over: from, off } => { b { (short(*off)) } span { (t(lang, "运费券，", "freight, ")) (over(*from)) } }
        }
    }
}

/// 折, in tenths: 900000 is 9, 850000 is 8.5.
fn tenths(ppm: i64) -> String {
    fmt::decimal(ppm as f64 / 100_000.0, 2).trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// An amount without its idle cents.
fn short(amount: kernel::Money) -> String {
    let text = when::money(amount);
    text.strip_suffix(".00").map_or(text.clone(), str::to_owned)
}

fn what(
    site: &Site,
    lang: Lang,
    now: Moment,
    tree: &known::Tree,
    shops: &known::Shops,
    coupon: &Coupon,
) -> Markup {
    let from = match coupon.issuer {
        Issuer::Platform => t(lang, "平台券", "of the mall").to_owned(),
        Issuer::Shop(shop) => shops
            .get(&shop)
            .map_or_else(|| t(lang, "店铺券", "of a shop").to_owned(), |shop| shop.name.to_string()),
    };
    let scope = match &coupon.scope {
        Scope::All => t(lang, "全部商品", "all goods").to_owned(),
        Scope::Category(code) => {
            tree.get(code).map_or_else(|| code.to_string(), |c| known::name(lang, c).to_owned())
        }
        Scope::Products(some) => match lang {
            Lang::Zh => format!("指定的 {} 件商品", some.len()),
            Lang::En => format!("{} goods", some.len()),
        },
    };
    let most = match &coupon.kind {
        Kind::Percent { most: Some(most), .. } => match lang {
            Lang::Zh => format!("，最多减 {}", when::money(*most)),
            Lang::En => format!(", at most {} off", when::money(*most)),
        },
        _ => String::new(),
    };
    html! {
        div.what {
            b { (coupon.title) }
            p { (from) (t(lang, "，", ", ")) (scope) (most) }
            p { (t(lang, "到 ", "until ")) (when::moment(lang, &site.market, now, coupon.until)) }
        }
    }
}

/// A coupon that may be claimed, with its button.
pub fn offer(
    site: &Site,
    look: &RenderContext,
    now: Moment,
    tree: &known::Tree,
    shops: &known::Shops,
    offered: &Offered,
    back: &str,
) -> Markup {
    let (lang, coupon) = (look.lang, &offered.coupon);
    let (left, enough) = (coupon.left(), offered.mine >= coupon.each);
    html! {
        div.cpn.gone[left <= 0] {
            div.amt { (amount(lang, &coupon.kind)) }
            (what(site, lang, now, tree, shops, coupon))
            div.do {
                @if enough { (parts::state(Mark::Kept, t(lang, "已领", "Yours"))) }
                @else if left <= 0 { (parts::state(Mark::None, t(lang, "领完了", "All gone"))) }
                @else {
                    form action="/coupons/claim" method="post" {
                        input type="hidden" name="key" value=(site.form_key());
                        input type="hidden" name="back" value=(back);
                        button.btn.out name="coupon" value=(coupon.id) { (t(lang, "领", "Claim")) span.vh { " " (coupon.title) } }
                    }
                }
            }
        }
    }
}

fn claim(
    site: &Site,
    lang: Lang,
    now: Moment,
    tree: &known::Tree,
    shops: &known::Shops,
    claim: &ClaimView,
) -> Markup {
    html! {
        div.cpn.gone[claim.state != Held::Held] {
            div.amt { (amount(lang, &claim.coupon.kind)) }
            (what(site, lang, now, tree, shops, &claim.coupon))
            div.do {
                @match claim.state {
                    Held::Held => {
                        @match claim.coupon.issuer {
                            Issuer::Shop(shop) => { a.btn href={ "/shop/" (shop) } { (t(lang, "去用", "Use")) } }
                            Issuer::Platform => { a.btn href="/" { (t(lang, "去用", "Use")) } }
                        }
                    }
                    Held::Spent => { @if let Some(purchase) = claim.purchase { a href={ "/pay/" (purchase) "/result" } { (t(lang, "用在哪", "Where")) } } }
                    Held::Lost => { (parts::state(Mark::None, t(lang, "过期", "Over"))) }
                }
            }
        }
    }
}
