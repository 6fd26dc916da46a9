//! `/shop/{id}`: a shop's front, and `/shop/{id}/score`: what its stars are made of.

use crate::parts::{self, Mark};
use crate::product;
use axum::extract::State;
use axum::response::Redirect;
use kernel::id::Shop;
use kernel::{Id, Moment};
use maud::{Markup, html};
use offer::catalog::{self, Shelf};
use people::member;
use serde::Deserialize;
use trade::coupon::{self, Issuer};
use trade::scene::Scene;
use web_kit::draw::{self, Segment};
use web_kit::lang::{Lang, t};
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Form, Path, Query};
use web_kit::site::Site;
use web_kit::storefront::frame::{Frame, Tab};
use web_kit::storefront::{icons, via};
use web_kit::ui::{Page, RenderContext};
use web_kit::{known, when};

/// `/shop/{id}`.
pub async fn page(
    State(site): State<Site>,
    who: Principal,
    look: RenderContext,
    Path(id): Path<String>,
    Query(asked): Query<crate::shelf::Params>,
) -> Result<Page, Failure> {
    let lang = look.lang;
    let id: Id<Shop> = crate::shelf::id(&id)?;
    let (now, member) = ((site.now)(), who.signed());
    let (tree, shops) = site.known().await?;
    let (order, from) = (
        web_kit::storefront::shelf::sort(asked.sort.as_deref())?,
        web_kit::storefront::shelf::after(asked.after.as_deref())?,
    );
    let first = from.is_none();
    let text: Option<Box<str>> = asked
        .q
        .as_deref()
        .map(str::trim)
        .filter(|q| !q.is_empty())
        .map(|q| q.chars().take(80).collect::<String>().into());
    let wanted = Shelf { shop: Some(id), text: text.clone(), sort: order, ..Shelf::default() };
    let named = shops.clone();
    let (shop, mut cards, coupons, follows) = site
        .read(move |q| {
            let shop = known::shop(q, &named, id)?;
            let cards = catalog::cards(q, &wanted, from, web_kit::storefront::shelf::PAGE as i64 + 1)?;
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
    let path = match &text {
        Some(text) => format!("/shop/{id}?q={}&", web_kit::ui::encode(text)),
        None => format!("/shop/{id}?"),
    };
    let more = crate::shelf::next(&path, order, &mut cards);
    let via = via::of(Scene::Shop, "shop", &id.to_string());
    let here = format!("/shop/{id}");
    let body = html! {
        @if !shop.open { (parts::message(Mark::Warning, t(lang, "店铺现在不营业", "This shop does not trade now"), t(lang, "商品可以看，暂时买不了。", "Its goods can be seen and not bought."))) }
        (crate::promise::holiday(lang, &site.market, shop.holiday_at(now)))
        section.blk {
            div.shop {
                (parts::sign(&shop.name, "lg"))
                div { h1 { (shop.name) } p { (product::shop_words(lang, &shop)) (t(lang, "，", ", ")) (since(lang, &site, shop.opened_at)) } }
                form action="/following" method="post" {
                    input type="hidden" name="back" value=(here);
                    input type="hidden" name="shop" value=(id);
                    @if follows { button.btn.on name="do" value="remove" aria-pressed="true" { (t(lang, "已关注", "Following")) } }
                    @else { button.btn.out name="do" value="add" aria-pressed="false" { (t(lang, "关注", "Follow")) } }
                }
            }
            (product::dimensions(lang, &shop))
        }
        @if !coupons.is_empty() {
            section.blk { div.hd { h2 { (t(lang, "这家店有什么券？", "Which coupons has it?")) } } div.cpns { @for offered in &coupons { (crate::coupons::offer(&site, &look, now, &tree, &shops, offered, &here)) } } }
        }
        div.fd { div { div.hd { h2 { (t(lang, "店里有什么？", "What does it sell?")) } } } (crate::shelf::orders(lang, &path, order)) }
        @if cards.is_empty() { (parts::empty(&icons::PARCEL, t(lang, "没有在卖的商品", "Nothing on sale"), t(lang, "过几天再来看看。", "Look again in some days."), &html! { a.btn href="/" { (t(lang, "回到商城", "To the mall")) } })) }
        @else { (crate::shelf::grid(&site, lang, now, &shops, &cards, &via, crate::shelf::Stand::Shelf { first: true })) }
        @if let Some(href) = &more { (parts::more(lang, href, "#shelf")) }
    };
    Ok(Frame::of(Tab::Mall).page(&look, &shop.name, &body))
}

fn since(lang: Lang, site: &Site, at: Moment) -> String {
    let date = at.date(&site.market.zone);
    match lang {
        Lang::Zh => format!("{} 开店", web_kit::fmt::date(lang, date)),
        Lang::En => format!("here since {}", web_kit::fmt::date(lang, date)),
    }
}

/// `/shop/{id}/score`: what the platform measured.
pub async fn score(
    State(site): State<Site>,
    look: RenderContext,
    Path(id): Path<String>,
) -> Result<Page, Failure> {
    let lang = look.lang;
    let id: Id<Shop> = crate::shelf::id(&id)?;
    let (_, shops) = site.known().await?;
    let shop = site.read(move |q| known::shop(q, &shops, id)).await?;
    let found = site.ask(move |site, ask| explained(site, ask, id)).await?;
    let title = match lang {
        Lang::Zh => format!("{}的分怎么来的？", shop.name),
        Lang::En => format!("How does {} come to its score?", shop.name),
    };
    let back = format!("/shop/{id}");
    let body = html! {
        section.blk { div.shop { (parts::sign(&shop.name, "lg")) div { b { (shop.name) } p { (product::shop_words(lang, &shop)) } } a.btn href=(back) { (t(lang, "进店", "Visit")) } } }
        @match &found {
            None => { (parts::empty(&icons::RULES, t(lang, "还没有分", "No score yet"), t(lang, "成交不够多的店先不打分：样本太小，分不可信。", "A shop with few orders is not scored: so small a sample says little."), &html! { a.btn href=(back) { (t(lang, "回到店铺", "Back to the shop")) } })) }
            Some((explained, day)) => {
                (sum(lang, explained))
                @for (i, dimension) in explained.dimensions.iter().enumerate() {
                    section.blk id={ "dim-" (i) } {
                        div.hd { h2 { (t(lang, &dimension.title.0, &dimension.title.1)) } span.mut { @if let Some(points) = dimension.points { (web_kit::fmt::decimal(points, 2)) } @else { (web_kit::fmt::nothing(lang)) } } }
                        div.ind {
                            @for row in &dimension.rows {
                                div {
                                    span { (t(lang, &row.title.0, &row.title.1)) small { (t(lang, &row.value.0, &row.value.1)) } }
                                    @match row.points { Some(points) => { (parts::score_bar(points, dimension.colour.1)) b { (web_kit::fmt::decimal(points, 1)) } } None => { span.mut.s12 { (web_kit::fmt::nothing(lang)) } b { "–" } } }
                                }
                            }
                        }
                        @if i + 1 == explained.dimensions.len() { p.note { (t(lang, "平台按真实订单量的，每天算一次，店铺改不了。这是 ", "Measured by the platform from real orders once a day; no shop can change it. As of ")) (web_kit::fmt::date(lang, *day)) (t(lang, " 的数。", ".")) } }
                    }
                }
            }
        }
    };
    Ok(Frame::of(Tab::Mall).back(&back).narrow().page(&look, &title, &body))
}

/// The score as the sum it is: a dial, and the same terms as rows.
fn sum(lang: Lang, explained: &Explained) -> Markup {
    let Some(raw) = explained.raw else { return html! {} };
    let two = |n: f64| web_kit::fmt::decimal(n, 2);
    if let Some((zh, en)) = &explained.fixed {
        return html! {
            section.blk {
                div.hd { h2 { (t(lang, "这个分怎么来的？", "Where does this score come from?")) } span.mut { (t(lang, zh, en)) } }
                p { (t(lang, "这个阶段的店成交还少，分先定在 ", "A shop in this stage has few orders yet, so its score is fixed at ")) b { (two(raw)) } (t(lang, "，不给星。下面是已经量到的，够多了才算进总分。", " and it has no stars. What was measured so far stands below and counts once there is enough of it.")) }
            }
        };
    }
    let segments: Vec<Segment> = explained
        .dimensions
        .iter()
        .enumerate()
        .filter_map(|(i, dimension)| {
            Some(Segment {
                points: dimension.part?,
                colour: dimension.colour.0,
                href: format!("#dim-{i}"),
                title: format!(
                    "{} {}",
                    t(lang, &dimension.title.0, &dimension.title.1),
                    two(dimension.part?)
                ),
            })
        })
        .chain((explained.bonus > 0.0).then(|| Segment {
            points: explained.bonus,
            colour: "data-6",
            href: "#main".to_owned(),
            title: format!("{} {}", t(lang, "加分", "Bonus"), two(explained.bonus)),
        }))
        .collect();
    let label = match lang {
        Lang::Zh => format!("体验分 {}，由下面几行相加", two(raw)),
        Lang::En => format!("Score {}, the sum of the rows beside it", two(raw)),
    };
    let below = explained.stars.map_or_else(String::new, |stars| {
        format!("{}.{} {}", stars / 10, stars % 10, t(lang, "星", "stars"))
    });
    let dial = draw::Dial {
        segments: &segments,
        lost: explained.lost,
        gates: &[],
        centre: &two(raw),
        below: &below,
        foot: "",
        label: &label,
    };
    html! {
        section.blk {
            div.hd { h2 { (t(lang, "这个分怎么来的？", "Where does this score come from?")) } }
            div.dialrow {
                (draw::dial(&dial))
                table.sum aria-label=(t(lang, "这个分的每一项", "The terms of this score")) { tbody {
                    @for (i, dimension) in explained.dimensions.iter().enumerate() {
                        tr {
                            th scope="row" { a href={ "#dim-" (i) } { (t(lang, &dimension.title.0, &dimension.title.1)) } @if let (Some(points), Some(weight)) = (dimension.points, &dimension.weight) { small { (two(points)) " × " (weight) } } }
                            td { @match dimension.part { Some(part) => (two(part)), None => span.mut { (web_kit::fmt::nothing(lang)) } } }
                        }
                    }
                    @if explained.bonus > 0.0 { tr { th scope="row" { (t(lang, "加分", "Bonus")) } td { "+" (two(explained.bonus)) } } }
                    @for (title, cost) in &explained.costs { tr { th scope="row" { (t(lang, "扣分：", "Deduction: ")) (t(lang, &title.0, &title.1)) } td { "−" (two(*cost)) } } }
                    tr.tot { th scope="row" { (t(lang, "体验分", "Score")) } td { (two(raw)) } }
                } }
            }
        }
    }
}

struct Explained {
    dimensions: Vec<Dimension>,
    /// The score; none in a stage without one.
    raw: Option<f64>,
    /// What the stage is called that fixes the score.
    fixed: Option<(String, String)>,
    /// Tenths of a star.
    stars: Option<i64>,
    bonus: f64,
    lost: f64,
    /// What was taken off, and for what.
    costs: Vec<((String, String), f64)>,
}

struct Dimension {
    title: (String, String),
    points: Option<f64>,
    /// What it brings to the score, and its weight of the whole.
    part: Option<f64>,
    weight: Option<String>,
    /// Its colour in a dial and in a bar.
    colour: (&'static str, u8),
    rows: Vec<Row>,
}

struct Row {
    title: (String, String),
    value: (String, String),
    points: Option<f64>,
}

fn explained(
    site: &Site,
    ask: &dyn kernel::Ask,
    id: Id<Shop>,
) -> Result<Option<(Explained, kernel::Date)>, Failure> {
    let history = web_kit::history::history(site, ask)?;
    let Some(known) = history.as_ref() else { return Ok(None) };
    let Some(end) = Moment::day_end(known.shown, &site.market.zone) else { return Ok(None) };
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
    let pair = |title: &govern::policy::Words| {
        (web_kit::words::title(Lang::Zh, title), web_kit::words::title(Lang::En, title))
    };
    let mut dimensions = Vec::with_capacity(card.dimensions.len());
    for (d, (of, points)) in card.dimensions.iter().zip(&found.scored.dimensions).enumerate() {
        let mut rows = Vec::new();
        let shown = found.indicators.iter().filter(|indicator| indicator.dimension == d);
        for (indicator, shown) in of.indicators.iter().zip(shown) {
            let metric = card.need(indicator).metric;
            let unit = web_kit::fmt::Unit::of(&metric.unit);
            let value = |lang| {
                shown
                    .value
                    .map_or_else(|| web_kit::fmt::nothing(lang).to_owned(), |value| unit.text(lang, value))
            };
            rows.push(Row {
                title: (metric.zh.clone(), metric.en.clone()),
                value: (value(Lang::Zh), value(Lang::En)),
                points: shown.points.map(govern::scorecard::Points::number),
            });
        }
        let weight = composed.as_ref().and_then(|c| Some((c.weights.get(d).copied().flatten()?, c.weight)));
        dimensions.push(Dimension {
            title: pair(&of.title),
            points: points.map(govern::scorecard::Points::number),
            part: points
                .zip(weight)
                .map(|(points, (of, all))| points.number() * of as f64 / all.max(1) as f64),
            weight: weight.map(|(of, all)| {
                format!("{}%", web_kit::fmt::decimal(of as f64 * 100.0 / all.max(1) as f64, 0))
            }),
            colour: report::colours(card, d),
            rows,
        });
    }
    let stage = scored.stage.and_then(|stage| card.stages.get(stage));
    let costs = card.deductions.iter().zip(&scored.deductions).filter(|(_, cost)| cost.0 > 0);
    let explained = Explained {
        dimensions,
        raw: scored.raw.map(govern::scorecard::Points::number),
        fixed: stage.filter(|stage| stage.score.is_some()).map(|stage| pair(&stage.title)),
        stars: scored.stars(card),
        bonus: scored.bonus.number(),
        lost: scored.deduction.number(),
        costs: costs.map(|(of, cost)| (pair(&of.title), cost.number())).collect(),
    };
    Ok(Some((explained, known.shown)))
}

/// What is to be done with a shop or a product, and where to go then.
#[derive(Debug, Deserialize)]
pub struct Like {
    shop: Option<String>,
    product: Option<String>,
    #[serde(rename = "do")]
    what: String,
    back: Option<String>,
}

/// `POST /following`.
pub async fn follow(
    State(site): State<Site>,
    who: Principal,
    Form(form): Form<Like>,
) -> Result<Redirect, Failure> {
    let member = who.member()?;
    let id: Id<Shop> = crate::shelf::id(form.shop.as_deref().unwrap_or_default())?;
    site.read(move |q| Ok(people::merchant::shop(q, id)?)).await?;
    let (ctx, add) = (site.ctx(&who), form.what == "add");
    let keys = member::key(member).into();
    site.db
        .write("mall.follow", keys, move |tx| match add {
            true => member::follow(tx, &ctx, member, id),
            false => member::unfollow(tx, &ctx, member, id),
        })
        .await
        .map_err(store::WriteError::flatten)?;
    Ok(Redirect::to(web_kit::principal::place(form.back.as_deref())))
}

/// `POST /wishes`.
pub async fn wish(
    State(site): State<Site>,
    who: Principal,
    Form(form): Form<Like>,
) -> Result<Redirect, Failure> {
    let member = who.member()?;
    let id = crate::shelf::id(form.product.as_deref().unwrap_or_default())?;
    let product = site.read(move |q| Ok(catalog::product(q, id)?)).await?;
    let (ctx, add, shop) = (site.ctx(&who), form.what == "add", product.shop);
    let keys = member::key(member).into();
    site.db
        .write("mall.wish", keys, move |tx| match add {
            true => member::wish(tx, &ctx, member, shop, id),
            false => member::unwish(tx, &ctx, member, id),
        })
        .await
        .map_err(store::WriteError::flatten)?;
    Ok(Redirect::to(web_kit::principal::place(form.back.as_deref())))
}

#[derive(Debug, Default, Deserialize)]
pub struct Paged {
    after: Option<String>,
}

/// `/wishes`: what the reader wishes for.
pub async fn wishes(
    State(site): State<Site>,
    who: Principal,
    look: RenderContext,
    Query(asked): Query<Paged>,
) -> Result<Page, Failure> {
    let lang = look.lang;
    let member = who.member()?;
    let now = (site.now)();
    let from = asked.after.as_deref().map(crate::shelf::id).transpose()?;
    let (_, shops) = site.known().await?;
    let limit = web_kit::storefront::shelf::PAGE;
    let (wishes, cards, more) = site
        .read(move |q| {
            let mut wishes = member::wishes(q, member, from, limit as i64 + 1)?;
            let more = wishes.len() > limit;
            wishes.truncate(limit);
            let products: Vec<_> = wishes.iter().map(|wish| wish.product).collect();
            let cards = if products.is_empty() { Vec::new() } else { catalog::cards_of(q, &products)? };
            Ok((wishes, cards, more))
        })
        .await?;
    let next = wishes.last().filter(|_| more).map(|wish| format!("/wishes?after={}", wish.id));
    let gone = wishes.len() - cards.len().min(wishes.len());
    let title = t(lang, "收藏", "Wishes");
    let body = html! {
        @if wishes.is_empty() { (parts::empty(&icons::HEART, t(lang, "还没有收藏", "No wishes yet"), t(lang, "商品页下面的心，点一下就在这里。", "Press the heart of a product, and it stands here."), &html! { a.btn.pri href="/" { (t(lang, "去逛逛", "Look around")) } })) }
        @else {
            (crate::shelf::grid(&site, lang, now, &shops, &cards, &trade::scene::Via::mall(), crate::shelf::Stand::Shelf { first: true }))
            @if gone > 0 { p.note.pad-x { @match lang { Lang::Zh => { "有 " (gone) " 件已下架，没有列出。" } Lang::En => { (gone) " of them are off sale and left out." } } } }
        }
        @if let Some(href) = &next { (parts::more(lang, href, "#shelf")) }
    };
    Ok(Frame::of(Tab::Mine).back("/account").tabs().page(&look, title, &body))
}

/// `/following`: the shops the reader follows.
pub async fn following(
    State(site): State<Site>,
    who: Principal,
    look: RenderContext,
    Query(asked): Query<Paged>,
) -> Result<Page, Failure> {
    let lang = look.lang;
    let member = who.member()?;
    let now = (site.now)();
    let from = asked.after.as_deref().map(crate::shelf::id).transpose()?;
    let (_, shops) = site.known().await?;
    let named = shops.clone();
    let (follows, more) = site
        .read(move |q| {
            let mut follows = member::follows(q, member, from, 25)?;
            let more = follows.len() > 24;
            follows.truncate(24);
            let cards = follows
                .iter()
                .map(|follow| Ok((follow.clone(), known::shop(q, &named, follow.shop)?)))
                .collect::<Result<Vec<_>, Failure>>()?;
            Ok((cards, more))
        })
        .await?;
    let next = follows.last().filter(|_| more).map(|(follow, _)| format!("/following?after={}", follow.id));
    let title = t(lang, "关注的店", "Shops I follow");
    let body = html! {
        @if follows.is_empty() { (parts::empty(&icons::SHOP, t(lang, "还没有关注店铺", "You follow no shop yet"), t(lang, "在店铺页点「关注」，就会在这里。", "Press Follow on a shop's page."), &html! { a.btn.pri href="/" { (t(lang, "去逛逛", "Look around")) } })) }
        @else {
            section.blk { ul.shops id="shops" {
                @for (follow, shop) in &follows {
                    li {
                        (parts::sign(&shop.name, "lg"))
                        div { a href={ "/shop/" (shop.id) } { b { (shop.name) } } p { (product::shop_words(lang, shop)) (t(lang, "，", ", followed ")) (when::moment(lang, &site.market, now, follow.at)) (t(lang, "关注", "")) } }
                        form action="/following" method="post" { input type="hidden" name="back" value="/following"; input type="hidden" name="shop" value=(shop.id); button.btn name="do" value="remove" { (t(lang, "不关注了", "Unfollow")) } }
                    }
                }
            } }
        }
        @if let Some(href) = &next { (parts::more(lang, href, "#shops")) }
    };
    Ok(Frame::of(Tab::Mine).back("/account").tabs().page(&look, title, &body))
}
