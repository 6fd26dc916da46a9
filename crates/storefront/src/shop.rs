//! `/shop/{id}`: a shop's front, and `/shop/{id}/score`: what its stars are made of.

use crate::prelude::*;
use crate::product;
use crate::shelf::{self, Kept};
use govern::scorecard::Points;
use kernel::id::{Product, Shop};
use offer::catalog::{self, Shelf};
use people::member;
use trade::coupon::{self, Issuer};
use trade::scene::Scene;
use web_kit::draw::{self, Segment};
use web_kit::known;
use web_kit::storefront::shelf::PAGE;
use web_kit::storefront::via;

/// `/shop/{id}`.
pub async fn page(at: PageContext) -> Result<Page, Failure> {
    let (id, now, member) = (at.id::<Shop>("id")?, at.now(), at.who().signed());
    let (tree, shops) = at.site.known().await?;
    let (order, from) = shelf::asked(&at)?;
    let within = shelf::compared(&at)?;
    let first = from.is_none();
    let text: String = at.query.text("q").chars().take(80).collect();
    let text = Some(text.into_boxed_str()).filter(|text| !text.is_empty());
    let wanted = Shelf { shop: Some(id), text, sort: order, ..Shelf::default() };
    let named = shops.clone();
    let (shop, cards, coupons, follows) = at
        .read(move |q| {
            let shop = known::shop(q, &named, id)?;
            let cards = catalog::cards(q, &wanted, from, PAGE as i64 + 1)?;
            let cards = web_kit::storefront::shelf::as_shown(q, cards, within)?;
            let coupons = match first {
                true => coupon::offered(q, coupon::Shelf::Of(Issuer::Shop(id)), member, now, None, 6)?,
                false => Vec::new(),
            };
            let follows = match member {
                Some(member) => member::is_following(q, member, id)?,
                None => false,
            };
            Ok((shop, cards, coupons, follows))
        })
        .await?;
    let cards = shelf::page(cards, order);
    let via = via::of(Scene::Shop, "shop", &id.to_string());
    let here = format!("/shop/{id}");
    let since = fmt::date(at.lang(), shop.opened_at.date(&at.site.market.zone));
    let since = at.pick(format!("{since} 开店"), format!("open since {since}"));
    let body = html! {
        @if !shop.open { (message(Mark::Warning, at.t("店铺暂停营业", "This shop is closed for now"), at.t("可以浏览商品，暂时不能购买。", "You can browse, but not buy right now."))) }
        (crate::promise::holiday(&at, shop.holiday_at(now)))
        section.blk {
            div.shop {
                (parts::sign(&shop.name, "lg"))
                div { h1 { (shop.name) } p { (product::shop_words(&at, &shop)) (at.t("，", ", ")) (since) } }
                form action="/following" method="post" {
                    input type="hidden" name="back" value=(here);
                    input type="hidden" name="shop" value=(id);
                    @if follows { button.btn.on name="do" value="remove" aria-pressed="true" { (at.t("已关注", "Following")) } }
                    @else { button.btn.out name="do" value="add" aria-pressed="false" { (at.t("关注", "Follow")) } }
                }
            }
            (product::dimensions(&at, &shop))
        }
        @if !coupons.is_empty() {
            section.blk { div.hd { h2 { (at.t("店铺优惠券", "Shop coupons")) } } div.cpns { @for offered in &coupons { (crate::coupons::offer(&at, &tree, &shops, offered, &here)) } } }
        }
        div.fd { div { div.hd { h2 { (at.t("全部商品", "All products")) } } } (shelf::orders(&at, order)) }
        @if cards.is_empty() { (empty(&icons::PARCEL, at.t("没有在售商品", "No products on sale"), at.t("过几天再来看看。", "Check back in a few days."), shelf::to_the_mall(&at))) }
        @else { (shelf::shelf(&at, &shops, &cards, &via)) }
    };
    Ok(Frame::of(Tab::Mall).page(&at.look, &shop.name, &body))
}

/// `/shop/{id}/score`: what the platform measured.
pub async fn score(at: OpenPage) -> Result<Page, Failure> {
    let (lang, id) = (at.lang(), at.id::<Shop>("id")?);
    let (_, shops) = at.site.known().await?;
    let shop = at.read(move |q| known::shop(q, &shops, id)).await?;
    let found = at.site.ask(move |site, ask| explained(site, ask, id, lang)).await?;
    let title = at.pick(format!("{}的评分说明", shop.name), format!("How {} is scored", shop.name));
    let back = format!("/shop/{id}");
    let two = |n: Option<f64>| n.map_or(fmt::nothing(lang).to_owned(), |n| fmt::decimal(n, 2));
    let body = html! {
        (product::shop_block(&at, &shop, &html! {}))
        @match &found {
            None => { (empty(&icons::RULES, at.t("暂无评分", "No score yet"), at.t("订单太少时不评分，样本小不可靠。", "Shops with few orders aren't scored yet: too small a sample."), html! { a.btn href=(back) { (at.t("返回店铺", "Back to shop")) } })) }
            Some((explained, day)) => {
                (sum(&at, explained))
                @for (i, dimension) in explained.dimensions.iter().enumerate() {
                    section.blk id={ "dim-" (i) } {
                        div.hd { h2 { (dimension.title) } span.mut { (two(dimension.points)) } }
                        div.ind {
                            @for row in &dimension.rows {
                                div {
                                    span { (row.title) small { (row.value) } }
                                    (parts::points(&at, row.points, dimension.colour.1))
                                }
                            }
                        }
                        @if i + 1 == explained.dimensions.len() { p.note { (at.t("平台按真实订单量的，每天算一次，店铺改不了。这是 ", "Measured by the platform from real orders once a day; no shop can change it. As of ")) (fmt::date(lang, *day)) (at.t(" 的数。", ".")) } }
                    }
                }
            }
        }
    };
    Ok(Frame::of(Tab::Mall).back(&back).narrow().page(&at.look, &title, &body))
}

/// The score as the sum it is: a dial, and the same terms as rows.
fn sum(at: &PageContext, explained: &Explained) -> Markup {
    let Some(raw) = explained.raw else { return html! {} };
    let two = |n: f64| fmt::decimal(n, 2);
    let question = at.t("评分明细", "Score breakdown");
    if let Some(stage) = &explained.fixed {
        return html! {
            section.blk {
                div.hd { h2 { (question) } span.mut { (stage) } }
                p { (at.t("这个阶段的店成交还少，分先定在 ", "A shop in this stage has few orders yet, so its score is fixed at ")) b { (two(raw)) } (at.t("，不给星。下面是已经量到的，够多了才算进总分。", " and it has no stars. What was measured so far stands below and counts once there is enough of it.")) }
            }
        };
    }
    let segment = |(i, dimension): (usize, &Dimension)| {
        let points = dimension.part?;
        let title = format!("{} {}", dimension.title, two(points));
        Some(Segment { points, colour: dimension.colour.0, href: format!("#dim-{i}"), title })
    };
    let bonus = (explained.bonus > 0.0).then(|| Segment {
        points: explained.bonus,
        colour: "data-6",
        href: "#main".to_owned(),
        title: format!("{} {}", at.t("加分", "Bonus"), two(explained.bonus)),
    });
    let segments: Vec<Segment> =
        explained.dimensions.iter().enumerate().filter_map(segment).chain(bonus).collect();
    let raw = two(raw);
    let label = at
        .pick(format!("体验分 {raw}，由下面几行相加"), format!("Score {raw}, the sum of the rows beside it"));
    let below = explained
        .stars
        .map_or_else(String::new, |stars| format!("{}.{} {}", stars / 10, stars % 10, at.t("星", "stars")));
    let dial = draw::Dial {
        segments: &segments,
        lost: explained.lost,
        gates: &[],
        centre: &raw,
        below: &below,
        foot: "",
        label: &label,
    };
    html! {
        section.blk {
            div.hd { h2 { (question) } }
            div.dialrow {
                (draw::dial(&dial))
                table.sum aria-label=(at.t("这个分的每一项", "The terms of this score")) { tbody {
                    @for (i, dimension) in explained.dimensions.iter().enumerate() {
                        tr {
                            th scope="row" { a href={ "#dim-" (i) } { (dimension.title) } @if let (Some(points), Some(weight)) = (dimension.points, &dimension.weight) { small { (two(points)) " × " (weight) } } }
                            td { @match dimension.part { Some(part) => (two(part)), None => span.mut { (fmt::nothing(at.lang())) } } }
                        }
                    }
                    @if explained.bonus > 0.0 { tr { th scope="row" { (at.t("加分", "Bonus")) } td { "+" (two(explained.bonus)) } } }
                    @for (title, cost) in &explained.costs { tr { th scope="row" { (at.t("扣分：", "Deduction: ")) (title) } td { "−" (two(*cost)) } } }
                    tr.tot { th scope="row" { (at.t("体验分", "Score")) } td { (raw) } }
                } }
            }
        }
    }
}

/// A shop's score as its shoppers read it, in the language of one of them.
struct Explained {
    dimensions: Vec<Dimension>,
    /// The score; none in a stage without one.
    raw: Option<f64>,
    /// What the stage is called that fixes the score.
    fixed: Option<String>,
    /// Tenths of a star.
    stars: Option<i64>,
    bonus: f64,
    lost: f64,
    /// What was taken off, and for what.
    costs: Vec<(String, f64)>,
}

struct Dimension {
    title: String,
    points: Option<f64>,
    /// What it brings to the score, and its weight of the whole.
    part: Option<f64>,
    weight: Option<String>,
    /// Its colour in a dial and in a bar.
    colour: (&'static str, u8),
    rows: Vec<Row>,
}

struct Row {
    title: String,
    value: String,
    points: Option<f64>,
}

fn explained(
    site: &Site,
    ask: &dyn kernel::Ask,
    id: Id<Shop>,
    lang: Lang,
) -> Result<Option<(Explained, kernel::Date)>, Failure> {
    let history = web_kit::history::history(site, ask)?;
    let Some(known) = history.as_ref() else { return Ok(None) };
    let end = web_kit::history::end_of(site, known.shown)?;
    let Ok(card) = web_kit::score::card(site, ask, None, end) else { return Ok(None) };
    let shops = web_kit::view::shops::all(site, ask)?;
    let Some(shop) = shops.iter().find(|shop| shop.id == id) else { return Ok(None) };
    let day = web_kit::score::day(site, ask, card, end)?;
    if day.line(shop.no).is_none_or(|line| line.raw.is_none()) {
        return Ok(None);
    }
    let Some(own) = day.row(shop.no) else { return Ok(None) };
    let found = web_kit::score::explained(site, ask, card, shop.no, end)?;
    let scored = &found.scored;
    let composed = scored.composed(card, &own);
    let said = |title: &govern::policy::Words| web_kit::words::title(lang, title);
    let mut dimensions = Vec::with_capacity(card.dimensions.len());
    for (d, (of, points)) in card.dimensions.iter().zip(&found.scored.dimensions).enumerate() {
        let mut rows = Vec::new();
        let shown = found.indicators.iter().filter(|indicator| indicator.dimension == d);
        for (indicator, shown) in of.indicators.iter().zip(shown) {
            let metric = card.need(indicator).metric;
            let unit = fmt::Unit::of(&metric.unit);
            let value = shown.value.map(|value| unit.text(lang, value));
            rows.push(Row {
                title: lang.pick(&metric.zh, &metric.en).clone(),
                value: value.unwrap_or_else(|| fmt::nothing(lang).to_owned()),
                points: shown.points.map(Points::number),
            });
        }
        let weight = composed.as_ref().and_then(|c| Some((c.weights.get(d).copied().flatten()?, c.weight)));
        dimensions.push(Dimension {
            title: said(&of.title),
            points: points.map(Points::number),
            part: points
                .zip(weight)
                .map(|(points, (of, all))| points.number() * of as f64 / all.max(1) as f64),
            weight: weight
                .map(|(of, all)| format!("{}%", fmt::decimal(of as f64 * 100.0 / all.max(1) as f64, 0))),
            colour: report::colours(card, d),
            rows,
        });
    }
    let stage = scored.stage.and_then(|stage| card.stages.get(stage));
    let costs = card.deductions.iter().zip(&scored.deductions).filter(|(_, cost)| cost.0 > 0);
    let explained = Explained {
        dimensions,
        raw: scored.raw.map(Points::number),
        fixed: stage.filter(|stage| stage.score.is_some()).map(|stage| said(&stage.title)),
        stars: scored.stars(card),
        bonus: scored.bonus.number(),
        lost: scored.deduction.number(),
        costs: costs.map(|(of, cost)| (said(&of.title), cost.number())).collect(),
    };
    Ok(Some((explained, known.shown)))
}

/// Where a button leads that was pressed on some page.
fn lead_back(at: &PageContext) -> Redirect {
    Redirect::to(web_kit::principal::own_path(Some(at.fields.text("back"))))
}

/// `POST /following`.
pub async fn follow(at: MemberPage) -> Result<Redirect, Failure> {
    let (member, id) = (at.member, input::id::<Shop>(at.fields.text("shop"))?);
    at.read(move |q| Ok(people::merchant::shop(q, id)?)).await?;
    let add = at.fields.text("do") == "add";
    at.once("mall.follow", member::key(member), move |tx, ctx| match add {
        true => member::follow(tx, ctx, member, id),
        false => member::unfollow(tx, ctx, member, id),
    })
    .await?;
    Ok(lead_back(&at))
}

/// `POST /wishes`.
pub async fn wish(at: MemberPage) -> Result<Redirect, Failure> {
    let (member, id) = (at.member, input::id::<Product>(at.fields.text("product"))?);
    let shop = at.read(move |q| Ok(catalog::product(q, id)?.shop)).await?;
    let add = at.fields.text("do") == "add";
    at.once("mall.wish", member::key(member), move |tx, ctx| match add {
        true => member::wish(tx, ctx, member, shop, id),
        false => member::unwish(tx, ctx, member, id),
    })
    .await?;
    Ok(lead_back(&at))
}

/// `/wishes`: what the reader wishes for.
pub async fn wishes(at: MemberPage) -> Result<Page, Failure> {
    let (member, from, within) = (at.member, at.after()?, shelf::compared(&at)?);
    let (_, shops) = at.site.known().await?;
    let wishes = at
        .read(move |q| {
            let wishes = member::wishes(q, member, from, PAGE as i64 + 1)?;
            let wishes = Rows::of(wishes, PAGE, |wish| wish.id.to_string());
            Kept::of(q, wishes, within, |wish| wish.product)
        })
        .await?;
    let title = at.t("收藏夹", "Wishlist");
    let body = html! {
        (wishes.show(&at, &shops, empty(&icons::HEART, at.t("还没有收藏", "Your wishlist is empty"), at.t("在商品页点心形图标，就会收藏到这里。", "Tap the heart on a product to save it here."), shelf::look_around(&at))))
    };
    Ok(Frame::of(Tab::Mine).back("/account").tabs().page(&at.look, title, &body))
}

/// `/following`: the shops the reader follows.
pub async fn following(at: MemberPage) -> Result<Page, Failure> {
    let (member, from) = (at.member, at.after()?);
    let (_, shops) = at.site.known().await?;
    let follows = at
        .read(move |q| {
            let follows = member::follows(q, member, from, PAGE as i64 + 1)?;
            Rows::of(follows, PAGE, |follow| follow.id.to_string()).named(|follow| {
                let shop = known::shop(q, &shops, follow.shop)?;
                Ok((follow, shop))
            })
        })
        .await?;
    let title = at.t("关注的店铺", "Followed shops");
    let body = html! {
        @if follows.is_empty() { (empty(&icons::SHOP, at.t("还没有关注店铺", "You don't follow any shops yet"), at.t("在店铺页点「关注」，就会显示在这里。", "Tap Follow on a shop's page."), shelf::look_around(&at))) }
        @else {
            section.blk { ul.shops id="shops" {
                @for (follow, shop) in &follows.rows {
                    li {
                        (parts::sign(&shop.name, "lg"))
                        div { a href={ "/shop/" (shop.id) } { b { (shop.name) } } p { (product::shop_words(&at, shop)) (at.t("，", ", followed ")) (at.moment(follow.at)) (at.t("关注", "")) } }
                        form action="/following" method="post" { input type="hidden" name="back" value="/following"; input type="hidden" name="shop" value=(shop.id); button.btn name="do" value="remove" { (at.t("取消关注", "Unfollow")) } }
                    }
                }
            } }
        }
        (follows.more(&at, "#shops"))
    };
    Ok(Frame::of(Tab::Mine).back("/account").tabs().page(&at.look, title, &body))
}
