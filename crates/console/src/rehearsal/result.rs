//! The result of a rehearsal: a sentence with the verdict, four numbers, when, what it costs, who, and the facts behind.
//!
//! Invariants: every figure is read from the stored result and nothing is computed from anything else, except the
//! numerators and denominators behind a metric, which are asked from the same facts and shown only if they agree.

use crate::policy::clauses;
use crate::rehearsal::{days, life, seconds};
use govern::draft::Run;
use govern::policy::Policy;
use kernel::{Date, Moment, Money};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Map;
use std::collections::{BTreeMap, BTreeSet};
use web_kit::fmt;
use web_kit::lang::Lang;
use web_kit::problem::Failure;
use web_kit::site::Site;
use web_kit::ui::{self, Area, Chart, Page, RenderContext, State as Mark};

/// A stored result: the object that the command line prints.
#[derive(Debug, Clone, Deserialize)]
pub struct Outcome {
    policy: String,
    version: i64,
    from: Date,
    to: Date,
    shops_hit: i64,
    episodes: Vec<Episode>,
    restricted_shop_days: f64,
    orders_touched: i64,
    gmv_touched: Money,
    #[serde(default)]
    facts_read: Option<i64>,
    #[serde(default)]
    fingerprint: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
struct Episode {
    shop: String,
    external_id: String,
    start: jiff::Timestamp,
    end: jiff::Timestamp,
    inputs: Map<String, serde_json::Value>,
}

impl Episode {
    fn day(&self, site: &Site) -> Date {
        Moment::from_timestamp(self.start).date(&site.market.zone)
    }
    /// How many days of 24 h it lasts.
    fn days(&self) -> f64 {
        (Moment::from_timestamp(self.end).micros() - Moment::from_timestamp(self.start).micros()) as f64
            / 86_400e6
    }
}

impl Outcome {
    fn read(text: Option<&str>) -> Result<Option<Self>, Failure> {
        text.map(serde_json::from_str).transpose().map_err(Failure::internal)
    }
    fn shops(&self) -> BTreeSet<&str> {
        self.episodes.iter().map(|e| e.shop.as_str()).collect()
    }
    fn name(&self) -> String {
        format!("{} v{}", self.policy, self.version)
    }
}

/// Which shops of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    All,
    New,
    Both,
    Gone,
}

impl Who {
    pub(crate) fn of(word: Option<&str>) -> Self {
        match word {
            Some("new") => Self::New,
            Some("both") => Self::Both,
            Some("gone") => Self::Gone,
            _ => Self::All,
        }
    }
    const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::New => "new",
            Self::Both => "both",
            Self::Gone => "gone",
        }
    }
}

/// How many rows the list of shops has on one page.
const ROWS: usize = 50;

/// Names of the two sides: what is rehearsed, and what it is compared with.
struct Sides {
    this: String,
    other: String,
}

/// The text that was rehearsed, as numbered clauses.
pub fn draft_card(site: &Site, look: &RenderContext, run: &Run) -> Markup {
    html! {
        section.paper.ed aria-label=(look.t("预演的条文", "The text that was rehearsed")) {
            div.hd {
                h2 { @if run.head.draft.is_some() { (look.t("草案", "Draft")) } @else { (look.t("条文", "Text")) } }
                @if let Some((id, version)) = run.head.draft {
                    span.note { a href=(format!("/console/drafts/{id}")) { (look.t("第", "version ")) (version) (look.t(" 次保存", "")) } }
                }
            }
            @if let Some(policy) = web_kit::view::policy::checked(site, &run.text).0 { p.says { (clauses::sentence(look, &policy)) } }
            (clauses::folded(look, &run.text, run.against.as_deref(), look.t("那边", "there")))
        }
    }
}

/// What a metric's numerator and denominator were.
type Sums = BTreeMap<(String, i64), (i64, i64)>;

/// What else the facts say about the shops that were hit.
#[derive(Default)]
struct Facts {
    sums: Sums,
    names: BTreeMap<String, String>,
}

/// The page of a finished rehearsal.
pub async fn page(site: &Site, look: RenderContext, run: Run, who: Who, at: usize) -> Result<Page, Failure> {
    let outcome =
        Outcome::read(run.result.as_deref())?.ok_or_else(|| Failure::internal("done without a result"))?;
    let other = Outcome::read(run.against_result.as_deref())?;
    let policy = web_kit::view::policy::checked(site, &run.text).0;
    let sides_all: Vec<&Outcome> = [Some(&outcome), other.as_ref()].into_iter().flatten().collect();
    let facts = facts(site, &sides_all, policy.as_ref()).await?;
    let title_of = |policy: Option<&Policy>, outcome: &Outcome| {
        policy.map_or_else(|| outcome.name(), |p| look.t(&p.title_zh, &p.title_en).to_owned())
    };
    let against = run.against.as_deref().and_then(|text| web_kit::view::policy::checked(site, text).0);
    let sides = match &other {
        Some(other) if other.policy == outcome.policy => Sides {
            this: look.t("草案", "The draft").to_owned(),
            other: format!("{} v{}", look.t("现行", "In force"), other.version),
        },
        Some(other) => {
            Sides { this: title_of(policy.as_ref(), &outcome), other: title_of(against.as_ref(), other) }
        }
        None => Sides { this: title_of(policy.as_ref(), &outcome), other: String::new() },
    };
    let head = &run.head;
    let title = policy.as_ref().map_or(head.policy.as_str(), |p| look.t(&p.title_zh, &p.title_en));
    let back = head.draft.map(|(id, _)| id);
    let body = html! {
        (ui::head(
            html! { a href="/console/rehearsals" { (look.t("预演", "Rehearsals")) } " / " span.mono { (head.id) } },
            html! { (title) },
            false,
            html! {
                span { (head.policy) " v" (head.version) }
                span { (days(&look, head)) }
                span { (fmt::moment(look.lang, &site.market, head.created_at)) }
                (life(&look, head.state))
            },
            html! {
                @if back.is_none() && web_kit::view::policy::find(&format!("{}@{}", head.policy, head.version)).is_ok() {
                    form action="/console/drafts" method="post" {
                        input type="hidden" name="policy" value=(format!("{}@{}", head.policy, head.version));
                        button.btn.pri { (look.t("复制成草案再改", "Copy to a draft")) }
                    }
                }
                @if let Some(id) = back { a.btn.pri href=(format!("/console/drafts/{id}?from={}&to={}", head.from, head.to)) { (look.t("改一行再预演", "Change a line, rehearse again")) } }
                a.btn href=(format!("/api/platform/rehearsals/{}/episodes.csv", head.id)) download { "CSV" }
                a.btn href=(format!("/api/platform/rehearsals/{}/episodes.json", head.id)) download { "JSON" }
            },
        ))
        div.two.res {
            (draft_card(site, &look, &run))
            div {
                (verdict(&look, &outcome, other.as_ref(), &sides))
                (numbers(&look, &outcome, other.as_ref(), &sides))
                (when(site, &look, &outcome, other.as_ref(), &sides))
                @if let Some(other) = &other { (cost(&look, &outcome, other, &sides)) }
                (shops(site, &look, &format!("/console/rehearsals/{}", head.id), &outcome, other.as_ref(), policy.as_ref(), &facts, who, at))
                (behind(&look, &outcome, head.took))
            }
        }
    };
    Ok(ui::page(&look, Area::Rehearsals, title, body))
}

/// The page of two rehearsals side by side.
pub async fn compare(site: &Site, look: RenderContext, a: Run, b: Run) -> Result<Page, Failure> {
    let one = Outcome::read(a.result.as_deref())?.ok_or_else(|| web_kit::view::rehearsal::no_result(&a))?;
    let two = Outcome::read(b.result.as_deref())?.ok_or_else(|| web_kit::view::rehearsal::no_result(&b))?;
    if (one.from, one.to) != (two.from, two.to) {
        return Err(web_kit::view::rehearsal::other_days((one.from, one.to), (two.from, two.to)));
    }
    let policy = web_kit::view::policy::checked(site, &a.text).0;
    let facts = facts(site, &[&one, &two], policy.as_ref()).await?;
    let sides =
        Sides { this: look.t("这次", "This").to_owned(), other: look.t("那次", "That").to_owned() };
    let body = html! {
        (ui::head(
            html! { a href="/console/rehearsals" { (look.t("预演", "Rehearsals")) } " / " (look.t("对比", "Comparison")) },
            html! { (look.t("两次预演差在哪里？", "How do two rehearsals differ?")) },
            false,
            html! {
                span { (sides.this) ": " a href=(format!("/console/rehearsals/{}", a.head.id)) { (a.head.policy) " v" (a.head.version) ", " (told(&look, site, &a)) } }
                span { (sides.other) ": " a href=(format!("/console/rehearsals/{}", b.head.id)) { (b.head.policy) " v" (b.head.version) ", " (told(&look, site, &b)) } }
                span { (days(&look, &a.head)) }
            },
            html! {},
        ))
        div.two.res {
            section.paper.ed aria-label=(look.t("条文差在哪里", "How the texts differ")) {
                div.hd { h2 { (look.t("这次的条文", "This text")) } span.note { (look.t("右边是那次的值", "at the right, that one's value")) } }
                (clauses::folded(&look, &a.text, Some(&b.text), look.t("那次", "that")))
            }
            div {
                (verdict(&look, &one, Some(&two), &sides))
                (numbers(&look, &one, Some(&two), &sides))
                (when(site, &look, &one, Some(&two), &sides))
                (cost(&look, &one, &two, &sides))
                (shops(site, &look, "", &one, Some(&two), policy.as_ref(), &facts, Who::All, 1))
                (behind(&look, &one, a.head.took))
            }
        }
    };
    Ok(ui::page(&look, Area::Rehearsals, look.t("对比", "Comparison"), body))
}

/// What tells two rehearsals of one draft apart: when it was begun, to the second, and the end of its id.
fn told(look: &RenderContext, site: &Site, run: &Run) -> String {
    let at = run.head.created_at;
    let id = run.head.id.to_string();
    let tail = id.get(id.len().saturating_sub(6)..).unwrap_or_default();
    let second = at.zoned(&site.market.zone).second();
    format!("{}:{second:02} (…{tail})", fmt::moment(look.lang, &site.market, at))
}

/// What was behind the metric of every episode, asked from the same facts at the moment it hit.
async fn facts(site: &Site, all: &[&Outcome], policy: Option<&Policy>) -> Result<Facts, Failure> {
    let metric = policy.and_then(clauses::main_metric);
    let Some(first) = all.first() else { return Ok(Facts::default()) };
    let (from, to) = (first.from, first.to);
    let wanted: Vec<(String, i64)> = all
        .iter()
        .flat_map(|outcome| &outcome.episodes)
        .map(|e| (e.shop.clone(), Moment::from_timestamp(e.start).micros()))
        .collect();
    site.ask(move |site, ask| {
        let shops = web_kit::view::shops::all(site, ask)?;
        let ends = site.market.day_ends(from, to);
        let mut facts = Facts::default();
        let grid = match metric {
            Some(metric) => {
                let question = format!("rehearsal grid {} {from} {to}", metric.name);
                Some(site.remember(ask, question, || Ok(govern::metric::series(ask, metric, &ends, None)?))?)
            }
            None => None,
        };
        let by_id: BTreeMap<String, &govern::ShopName> =
            shops.iter().map(|s| (s.id.to_string(), s)).collect();
        for (shop, start) in wanted {
            let Some(name) = by_id.get(&shop) else { continue };
            facts.names.entry(shop.clone()).or_insert_with(|| name.name.clone());
            if let (Some(grid), Ok(day)) = (&grid, ends.binary_search_by_key(&start, |end| end.micros())) {
                facts.sums.insert((shop, start), grid.at(day, name.no));
            }
        }
        Ok(facts)
    })
    .await
}

fn shops_word(look: &RenderContext, n: i64) -> String {
    match (look.lang, n) {
        (Lang::Zh, n) => format!("{} 家", fmt::count(n)),
        (Lang::En, 1) => "1 shop".to_owned(),
        (Lang::En, n) => format!("{} shops", fmt::count(n)),
    }
}

fn size(set: usize) -> i64 {
    i64::try_from(set).unwrap_or(i64::MAX)
}

/// The sentence with the verdict.
fn verdict(look: &RenderContext, this: &Outcome, other: Option<&Outcome>, sides: &Sides) -> Markup {
    let hit = this.shops_hit;
    let episodes = size(this.episodes.len());
    let mean = if hit > 0 { this.restricted_shop_days / hit as f64 } else { 0.0 };
    let mean_text = fmt::decimal(mean, 1);
    html! {
        div.verdict {
            @match other {
                Some(other) => {
                    @let (mine, theirs) = (this.shops(), other.shops());
                    @let new = size(mine.difference(&theirs).count());
                    @let gone = size(theirs.difference(&mine).count());
                    h2 {
                        @match look.lang {
                            Lang::Zh => { (sides.this) "会命中 " b { (fmt::count(hit)) " 家" } "店，" (sides.other) " " (fmt::count(other.shops_hit)) " 家。" br;
                                @match (new, gone) {
                                    (0, 0) => "两边命中的是同样的店。",
                                    (new, 0) => { "多出 " (fmt::count(new)) " 家，一家不少。" }
                                    (0, gone) => { "少了 " (fmt::count(gone)) " 家，没有多出来的。" }
                                    (new, gone) => { "多出 " (fmt::count(new)) " 家，少了 " (fmt::count(gone)) " 家。" }
                                } }
                            Lang::En => { (sides.this) " hits " b { (shops_word(look, hit)) } ", " (sides.other) " " (fmt::count(other.shops_hit)) "." br;
                                @match (new, gone) {
                                    (0, 0) => "Both hit the same shops.",
                                    (new, 0) => { (fmt::count(new)) " more, none fewer." }
                                    (0, gone) => { (fmt::count(gone)) " fewer, none more." }
                                    (new, gone) => { (fmt::count(new)) " more, " (fmt::count(gone)) " fewer." }
                                } }
                        }
                    }
                    @let before = if other.shops_hit > 0 { other.restricted_shop_days / other.shops_hit as f64 } else { 0.0 };
                    p {
                        @match look.lang {
                            Lang::Zh => { "命中的店平均每家被限 " (mean_text) " 天（" (sides.other) " " (fmt::decimal(before, 1)) " 天），受限期间下了 " (fmt::count(this.orders_touched)) " 单（" (sides.other) " " (fmt::count(other.orders_touched)) " 单）。" }
                            Lang::En => { "A shop that is hit is restricted for " (mean_text) " days on average (" (sides.other) " " (fmt::decimal(before, 1)) "); " (fmt::count(this.orders_touched)) " orders were placed meanwhile (" (sides.other) " " (fmt::count(other.orders_touched)) ")." }
                        }
                    }
                }
                None => {
                    h2 {
                        @match (look.lang, hit) {
                            (Lang::Zh, 0) => { "这段日子里不会命中任何店。" }
                            (Lang::En, 0) => { "It hits no shop in these days." }
                            (Lang::Zh, _) => { "会命中 " b { (fmt::count(hit)) " 家" } "店，共 " (fmt::count(episodes)) " 次。" }
                            (Lang::En, _) => { "It hits " b { (shops_word(look, hit)) } ", " (fmt::count(episodes)) (if episodes == 1 { " time" } else { " times" }) " in all." }
                        }
                    }
                    p {
                        @match (look.lang, hit) {
                            (Lang::Zh, 0) => { "放宽条件或换一段日子再试。" }
                            (Lang::En, 0) => { "Loosen the condition, or choose other days." }
                            (Lang::Zh, _) => { "平均每家被限 " (mean_text) " 天，受限期间下了 " (fmt::count(this.orders_touched)) " 单。" }
                            (Lang::En, _) => { "A shop that is hit is restricted for " (mean_text) " days on average; " (fmt::count(this.orders_touched)) " orders were placed meanwhile." }
                        }
                    }
                }
            }
        }
    }
}

/// Four numbers, each with the value of the other side.
fn numbers(look: &RenderContext, this: &Outcome, other: Option<&Outcome>, sides: &Sides) -> Markup {
    let against = |value: &dyn Fn(&Outcome) -> String| -> Markup {
        html! { @if let Some(other) = other { small { (sides.other) " " (value(other)) } } }
    };
    let days = |o: &Outcome| {
        fmt::decimal(o.restricted_shop_days, usize::from(o.restricted_shop_days.fract() != 0.0))
    };
    html! {
        dl.cmp {
            div { dt { (look.t("被命中店铺", "Shops hit")) } dd { (fmt::count(this.shops_hit)) (against(&|o| fmt::count(o.shops_hit))) } }
            div { dt { (look.t("受限店·天", "Shop-days restricted")) } dd { (days(this)) (against(&days)) } }
            div { dt { (look.t("受限期间订单", "Orders touched")) } dd { (fmt::count(this.orders_touched)) (against(&|o| fmt::count(o.orders_touched))) } }
            div { dt { (look.t("受限期间成交额", "GMV touched")) } dd { (fmt::money_rough(look.lang, this.gmv_touched)) (against(&|o| fmt::money_rough(look.lang, o.gmv_touched))) } }
        }
    }
}

/// How many episodes begin in every stretch of days; at most about 62 stretches.
fn stretches(site: &Site, this: &Outcome, other: Option<&Outcome>) -> (i32, Vec<(Date, i64, i64)>) {
    let length = this.from.until(this.to).map_or(0, |span| span.get_days()) + 1;
    let width = [1, 7, 14, 28].into_iter().find(|w| length <= w * 75).unwrap_or(56);
    let count = usize::try_from((length + width - 1) / width).unwrap_or(0);
    let mut rows: Vec<(Date, i64, i64)> = (0..count)
        .map(|i| {
            let days = i64::try_from(i).unwrap_or(0) * i64::from(width);
            (this.from.saturating_add(jiff::Span::new().days(days)), 0, 0)
        })
        .collect();
    let mut add = |outcome: &Outcome, second: bool| {
        for episode in &outcome.episodes {
            let day = this.from.until(episode.day(site)).map_or(-1, |span| span.get_days());
            if let Some(row) =
                usize::try_from(day / width).ok().filter(|_| day >= 0).and_then(|i| rows.get_mut(i))
            {
                if second { row.2 += 1 } else { row.1 += 1 }
            }
        }
    };
    add(this, false);
    if let Some(other) = other {
        add(other, true);
    }
    (width, rows)
}

/// When it would have hit: mirrored bars.
fn when(site: &Site, look: &RenderContext, this: &Outcome, other: Option<&Outcome>, sides: &Sides) -> Markup {
    let (width, rows) = stretches(site, this, other);
    let peak = rows.iter().max_by_key(|r| r.1).filter(|r| r.1 > 0);
    let per = match (look.lang, width) {
        (Lang::Zh, 1) => "家/天".to_owned(),
        (Lang::Zh, w) => format!("次/{w} 天"),
        (Lang::En, 1) => "shops a day".to_owned(),
        (Lang::En, w) => format!("hits in {w} days"),
    };
    let label = match (look.lang, peak) {
        (Lang::Zh, Some(p)) => {
            format!("每 {width} 天命中次数，最多的是从 {} 起的 {} 次。", fmt::date(look.lang, p.0), p.1)
        }
        (Lang::En, Some(p)) => {
            format!("Hits in every {width} days; most, {}, from {}.", p.1, fmt::date(look.lang, p.0))
        }
        (Lang::Zh, None) => "这段日子里没有命中。".to_owned(),
        (Lang::En, None) => "No hits in these days.".to_owned(),
    };
    let spec = serde_json::json!({
        "kind": "mirror",
        "days": rows.iter().map(|r| r.0.to_string()).collect::<Vec<_>>(),
        "up": rows.iter().map(|r| r.1).collect::<Vec<_>>(),
        "down": rows.iter().map(|r| r.2).collect::<Vec<_>>(),
        "upName": sides.this,
        "downName": sides.other,
        "unit": look.t("次", "hits"),
    });
    let table = html! {
        table {
            thead { tr { th { (look.t("从哪天起", "From")) } th.r { (sides.this) } @if other.is_some() { th.r { (sides.other) } } } }
            tbody { @for row in rows.iter().filter(|r| r.1 + r.2 > 0) {
                tr { td { (fmt::date(look.lang, row.0)) } td.r { (row.1) } @if other.is_some() { td.r { (row.2) } } }
            } }
        }
    };
    html! {
        section.paper.sec {
            div.hd { h2 { (look.t("什么时候会命中？", "When would it have hit?")) } span.note { (per) } }
            @if rows.iter().all(|r| r.1 + r.2 == 0) {
                p.empty { (label) }
            } @else {
                div.in {
                    p.way { span.up { "↑ " (sides.this) } @if other.is_some() { span { "↓ " (sides.other) } } }
                    (ui::chart(look.lang, &Chart { id: "when", label: &label, size: "h-260", spec, table }))
                }
            }
        }
    }
}

/// What it costs on either side.
fn cost(look: &RenderContext, this: &Outcome, other: &Outcome, sides: &Sides) -> Markup {
    let by = |a: i64, b: i64| fmt::signed((a - b) as f64, 0);
    let gmv = |m: Money| fmt::money_rough(look.lang, m);
    let change = this.gmv_touched.minor - other.gmv_touched.minor;
    let sign = if change > 0 { "+" } else { "" };
    html! {
        section.paper.sec {
            div.hd { h2 { (look.t("花多少、省多少？", "What does it cost, what does it save?")) } span.note { (fmt::date(look.lang, this.from)) " – " (fmt::date(look.lang, this.to)) } }
            table.cost {
                thead { tr { th { (look.t("什么", "What")) } th.r { (sides.other) } th.r { (sides.this) } th.r { (look.t("差", "Difference")) } } }
                tbody {
                    tr { th scope="row" { (look.t("命中次数", "Hits")) } td.r { (fmt::count(size(other.episodes.len()))) } td.r { (fmt::count(size(this.episodes.len()))) } td.r { (by(size(this.episodes.len()), size(other.episodes.len()))) } }
                    tr { th scope="row" { (look.t("受限店·天", "Shop-days restricted")) small { (look.t("动作天数 × 次数", "days of the action × hits")) } }
                        td.r { (fmt::decimal(other.restricted_shop_days, 0)) } td.r { (fmt::decimal(this.restricted_shop_days, 0)) } td.r { (fmt::signed(this.restricted_shop_days - other.restricted_shop_days, 0)) } }
                    tr { th scope="row" { (look.t("受限期间订单", "Orders touched")) small { (look.t("在受限的店、受限的时候下的单", "placed in a restricted shop meanwhile")) } }
                        td.r { (fmt::count(other.orders_touched)) } td.r { (fmt::count(this.orders_touched)) } td.r { (by(this.orders_touched, other.orders_touched)) } }
                    tr { th scope="row" { (look.t("受限期间成交额", "GMV touched")) small { (look.t("这些订单的货款加运费", "price and freight of those orders")) } }
                        td.r { (gmv(other.gmv_touched)) } td.r { (gmv(this.gmv_touched)) } td.r { (sign) (gmv(Money::new(change, this.gmv_touched.currency))) } }
                }
            }
        }
    }
}

/// One row of the list of shops.
struct Hit<'a> {
    episode: &'a Episode,
    side: Who,
}

/// Who would have been hit, when, with which numbers, for how long.
#[allow(clippy::too_many_arguments)]
fn shops(
    site: &Site,
    look: &RenderContext,
    here: &str,
    this: &Outcome,
    other: Option<&Outcome>,
    policy: Option<&Policy>,
    facts: &Facts,
    who: Who,
    at: usize,
) -> Markup {
    let (mine, theirs) = (this.shops(), other.map(Outcome::shops).unwrap_or_default());
    let mut hits: Vec<Hit<'_>> = this
        .episodes
        .iter()
        .map(|episode| Hit {
            episode,
            side: if theirs.contains(episode.shop.as_str()) { Who::Both } else { Who::New },
        })
        .collect();
    if let Some(other) = other {
        let gone = other.episodes.iter().filter(|e| !mine.contains(e.shop.as_str()));
        hits.extend(gone.map(|episode| Hit { episode, side: Who::Gone }));
    }
    let total = |side| {
        let set: BTreeSet<&str> =
            hits.iter().filter(|h| h.side == side).map(|h| h.episode.shop.as_str()).collect();
        size(set.len())
    };
    let (new, both, gone) = (total(Who::New), total(Who::Both), total(Who::Gone));
    let mut rows: Vec<&Hit<'_>> = hits.iter().filter(|h| who == Who::All || h.side == who).collect();
    rows.sort_by(|a, b| {
        b.episode.start.cmp(&a.episode.start).then_with(|| a.episode.external_id.cmp(&b.episode.external_id))
    });
    let pages = rows.len().div_ceil(ROWS).max(1);
    let at = at.min(pages);
    let shown = rows.iter().skip((at - 1) * ROWS).take(ROWS);
    let metric = policy.and_then(clauses::main_metric);
    let tab = |side: Who, label: &str, n: i64| {
        html! { a href=(format!("{here}?who={}#who", side.as_str())) aria-current=[(who == side).then_some("true")] { (label) " " (fmt::count(n)) } }
    };
    let mut names = input_names(this);
    names.retain(|name| !metric.is_some_and(|m| clauses::part_of(policy, name, m)));
    html! {
        section.paper.sec id="who" {
            div.hd {
                h2 { (look.t("会轮到谁？", "Who would it have been?")) }
                @if other.is_some() && !here.is_empty() {
                    div.tabs {
                        (tab(Who::All, look.t("全部", "All"), new + both + gone))
                        (tab(Who::New, look.t("新命中", "New"), new))
                        (tab(Who::Both, look.t("都命中", "Both"), both))
                        (tab(Who::Gone, look.t("不再命中", "No more"), gone))
                    }
                } @else {
                    @let alone = size(rows.iter().filter(|h| h.side == Who::Gone).count());
                    span.note {
                        (fmt::count(size(rows.len()))) (look.t(" 次命中", " hits"))
                        @if alone > 0 {
                            (look.t("：这次 ", ": ")) (fmt::count(size(rows.len()) - alone)) (look.t(" 次，加上只在那次命中的店 ", " of this one, and ")) (fmt::count(alone)) (look.t(" 次", " of shops that only that one hits"))
                        }
                    }
                }
            }
            @if rows.is_empty() {
                p.empty { (look.t("没有店铺。", "No shops.")) }
            } @else {
                div.scroll { table.cards.who {
                    thead { tr {
                        th { (look.t("店铺", "Shop")) }
                        th { (look.t("日期", "Day")) }
                        @if let Some(m) = metric { th.r { (look.t(&m.num_zh, &m.num_en)) " ÷ " (look.t(&m.den_zh, &m.den_en)) } }
                        @for name in &names { th.r { (clauses::input_title(look, policy, name)) } }
                        th.r { (look.t("受限", "For")) }
                        @if other.is_some() { th { (look.t("结论", "Verdict")) } }
                    } }
                    tbody { @for hit in shown {
                        @let e = hit.episode;
                        @let day = e.day(site);
                        tr {
                            @let name = facts.names.get(&e.shop).filter(|name| **name != e.external_id);
                            td { a href=(format!("/console/shops/{}?as_of={day}", e.shop)) { (name.unwrap_or(&e.external_id)) } @if name.is_some() { br; span.mono.mut { (e.external_id) } } }
                            td.nw.mut data-l=(look.t("日期", "Day")) { (fmt::date(look.lang, day)) }
                            @if let Some(m) = metric {
                                td.r.nw.mono data-l=(format!("{} ÷ {}", look.t(&m.num_zh, &m.num_en), look.t(&m.den_zh, &m.den_en))) {
                                    @match facts.sums.get(&(e.shop.clone(), Moment::from_timestamp(e.start).micros())) {
                                        Some((num, den)) => { (fmt::decimal(m.scaled(*num), usize::from(m.scale != 1))) " / " (fmt::count(*den)) }
                                        _ => "—",
                                    }
                                }
                            }
                            @for name in &names {
                                td.r.nw data-l=(clauses::input_title(look, policy, name)) { (clauses::input_value(look, policy, name, e.inputs.get(*name))) }
                            }
                            td.r.nw data-l=(look.t("受限", "For")) { (fmt::decimal(e.days(), 0)) (look.t(" 天", " d")) }
                            @if other.is_some() {
                                td.mark {
                                    @match hit.side {
                                        Who::New => (ui::state(Mark::Warning, look.t("新命中", "New"))),
                                        Who::Gone => (ui::state(Mark::Kept, look.t("不再命中", "No more"))),
                                        _ => (ui::state(Mark::None, look.t("都命中", "Both"))),
                                    }
                                }
                            }
                        }
                    } }
                } }
                @if pages > 1 && !here.is_empty() {
                    div.foot {
                        span { (look.t("第", "Page ")) " " (at) " / " (pages) (look.t(" 页", "")) }
                        span {
                            @if at > 1 { a href=(format!("{here}?who={}&page={}#who", who.as_str(), at - 1)) { (look.t("上一页", "Back")) } " " }
                            @if at < pages { a href=(format!("{here}?who={}&page={}#who", who.as_str(), at + 1)) { (look.t("下一页", "Next")) } }
                        }
                    }
                }
            }
        }
    }
}

/// What the policy read, in the order of the text.
fn input_names(this: &Outcome) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for name in this.episodes.iter().take(200).flat_map(|e| e.inputs.keys()) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    names.truncate(4);
    names
}

/// What the result stands on.
fn behind(look: &RenderContext, this: &Outcome, took: Option<i64>) -> Markup {
    html! {
        section.paper.sec {
            div.hd { h2 { (look.t("凭什么这样说？", "What does this stand on?")) } }
            div.foot {
                span {
                    @if let Some(facts) = this.facts_read { (look.t("读了 ", "")) (fmt::count(facts)) (look.t(" 条事实", " facts read")) (look.t("，", ", ")) }
                    @if let Some(took) = took { (look.t("用时 ", "took ")) (seconds(look.lang, took)) }
                }
                span.mono {
                    (look.t("同样的事实，同样的结果", "The same facts, the same result"))
                    @if let Some(print) = &this.fingerprint { " · " (print) }
                }
            }
        }
    }
}
