//! The result of a rehearsal: a sentence with the verdict, four numbers, when, what it costs, who, and the facts behind.
//!
//! Invariants: every figure is read from the stored result and nothing is computed from anything else, except the
//! numerators and denominators behind a metric, which are asked from the same facts and shown only if they agree.

use crate::policy::clauses;
use crate::policy::words::copied;
use crate::rehearsal::words::{days, life, seconds};
use govern::draft::Run;
use govern::metric::Metric;
use govern::policy::Policy;
use kernel::Date;
use serde_json::Map;
use std::collections::{BTreeMap, BTreeSet};
use web_kit::prelude::*;
use web_kit::table::{Cell, cell, lead, sheet};
use web_kit::ui::{Area, Chart, State as Mark};
use web_kit::view::{policy, rehearsal};

/// A stored result: the object that the command line prints.
#[derive(Debug, Clone, Deserialize)]
struct Outcome {
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
    fn at(&self) -> Moment {
        Moment::from_timestamp(self.start)
    }
    fn day(&self, site: &Site) -> Date {
        self.at().date(&site.market.zone)
    }
    /// How many days of 24 h it lasts.
    fn days(&self) -> f64 {
        (Moment::from_timestamp(self.end).micros() - self.at().micros()) as f64 / 86_400e6
    }
}

impl Outcome {
    fn read(text: Option<&str>) -> Result<Option<Self>, Failure> {
        text.map(serde_json::from_str).transpose().map_err(Failure::internal)
    }
    fn shops(&self) -> BTreeSet<&str> {
        self.episodes.iter().map(|e| e.shop.as_str()).collect()
    }
    /// What its policy is called; while its text is no policy, the id it gives itself.
    fn title(&self, look: &RenderContext, policy: Option<&Policy>) -> String {
        let version = || format!("{} v{}", self.policy, self.version);
        policy.map_or_else(version, |p| look.t(&p.title_zh, &p.title_en).to_owned())
    }
    fn hits(&self) -> i64 {
        size(self.episodes.len())
    }
    /// How many days a shop that is hit is restricted, in the mean.
    fn mean(&self) -> String {
        let mean = self.restricted_shop_days / self.shops_hit.max(1) as f64;
        fmt::decimal(if self.shops_hit > 0 { mean } else { 0.0 }, 1)
    }
}

/// Which shops of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    All,
    New,
    Both,
    Gone,
}

impl Who {
    const ALL: [Self; 4] = [Self::All, Self::New, Self::Both, Self::Gone];

    /// Its word in the address, and what it is called.
    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::All => ("all", "全部", "All"),
            Self::New => ("new", "新命中", "New"),
            Self::Both => ("both", "都命中", "Both"),
            Self::Gone => ("gone", "不再命中", "No more"),
        }
    }
    fn name(self, look: &RenderContext) -> &'static str {
        let (_, zh, en) = self.words();
        look.t(zh, en)
    }
}

/// How many rows the list of shops has on one page.
const ROWS: usize = 50;

/// The text that was rehearsed, as numbered clauses.
pub fn draft_card(at: &PageContext, run: &Run) -> Markup {
    let look = &at.look;
    html! {
        section.paper.ed aria-label=(look.t("预演的条文", "The text that was rehearsed")) {
            div.hd {
                h2 { @if run.head.draft.is_some() { (look.t("草案", "Draft")) } @else { (look.t("条文", "Text")) } }
                @if let Some((id, version)) = run.head.draft {
                    span.note { a href=(format!("/console/drafts/{id}")) { (look.t("第", "version ")) (version) (look.t(" 次保存", "")) } }
                }
            }
            @if let Some(policy) = policy::checked(&at.site, &run.text).0 { p.says { (clauses::sentence(look, &policy)) } }
            (clauses::folded(look, &run.text, run.against.as_deref(), look.t("那边", "there")))
        }
    }
}

/// What else the facts say about the shops that were hit: what a metric's numerator and denominator were, and names.
#[derive(Default)]
struct Facts {
    sums: BTreeMap<(String, i64), (i64, i64)>,
    names: BTreeMap<String, String>,
}

/// A result, beside the one it is compared with.
struct Shown<'a> {
    at: &'a PageContext,
    this: Outcome,
    other: Option<Outcome>,
    /// What the two sides are called.
    sides: (String, String),
    policy: Option<Policy>,
    took: Option<i64>,
}

/// The page of a finished rehearsal.
pub async fn page(at: &PageContext, run: Run) -> Result<Page, Failure> {
    let (look, head) = (&at.look, &run.head);
    let this =
        Outcome::read(run.result.as_deref())?.ok_or_else(|| Failure::internal("done without a result"))?;
    let other = Outcome::read(run.against_result.as_deref())?;
    let policy = policy::checked(&at.site, &run.text).0;
    let against = run.against.as_deref().and_then(|text| policy::checked(&at.site, text).0);
    let sides = match &other {
        Some(other) if other.policy == this.policy => {
            let before = format!("{} v{}", look.t("现行", "In force"), other.version);
            (look.t("草案", "The draft").to_owned(), before)
        }
        other => {
            let other = other.as_ref().map(|other| other.title(look, against.as_ref()));
            (this.title(look, policy.as_ref()), other.unwrap_or_default())
        }
    };
    let title = policy.as_ref().map_or(head.policy.clone(), |p| look.t(&p.title_zh, &p.title_en).to_owned());
    let shown = Shown { at, this, other, sides, policy, took: head.took };
    let asked = at.query.text("who");
    let who = Who::ALL.into_iter().find(|who| who.words().0 == asked).unwrap_or(Who::All);
    let page = at.query.text("page").parse::<usize>().unwrap_or(1).max(1);
    let here = format!("/console/rehearsals/{}", head.id);
    let answer = shown.answer(Some(&here), who, page).await?;
    let kept = policy::find(&format!("{}@{}", head.policy, head.version)).is_ok();
    let body = html! {
        (ui::head(
            html! { a href="/console/rehearsals" { (look.t("预演", "Rehearsals")) } " / " span.mono { (head.id) } },
            html! { (title) },
            false,
            html! {
                span { (head.policy) " v" (head.version) }
                span { (days(look, head)) }
                span { (fmt::moment(look.lang, &at.site.market, head.created_at)) }
                (life(look, head.state))
            },
            html! {
                @match head.draft {
                    Some((id, _)) => a.btn.pri href=(format!("/console/drafts/{id}?from={}&to={}", head.from, head.to)) { (look.t("修改后再预演", "Edit and rehearse again")) },
                    None => @if kept { (copied(&head.policy, head.version, look.t("复制成草案再改", "Copy to a draft"), "btn pri")) },
                }
                @for (form, name) in [("csv", "CSV"), ("json", "JSON")] {
                    a.btn href=(format!("/api/platform/rehearsals/{}/episodes.{form}", head.id)) download { (name) }
                }
            },
        ))
        div.two.res {
            (draft_card(at, &run))
            div { (answer) }
        }
    };
    Ok(ui::page(look, Area::Rehearsals, &title, body))
}

/// The page of two rehearsals side by side.
pub async fn compare(at: &PageContext, a: Run, b: Run) -> Result<Page, Failure> {
    let look = &at.look;
    let read = |run: &Run| Outcome::read(run.result.as_deref())?.ok_or_else(|| rehearsal::no_result(run));
    let (one, two) = (read(&a)?, read(&b)?);
    if (one.from, one.to) != (two.from, two.to) {
        return Err(rehearsal::other_days((one.from, one.to), (two.from, two.to)));
    }
    let sides = (look.t("这次", "This").to_owned(), look.t("那次", "That").to_owned());
    let policy = policy::checked(&at.site, &a.text).0;
    let named = [(sides.0.clone(), &a), (sides.1.clone(), &b)];
    let shown = Shown { at, this: one, other: Some(two), sides, policy, took: a.head.took };
    let answer = shown.answer(None, Who::All, 1).await?;
    let body = html! {
        (ui::head(
            html! { a href="/console/rehearsals" { (look.t("预演", "Rehearsals")) } " / " (look.t("对比", "Comparison")) },
            html! { (look.t("两次预演差在哪里？", "How do two rehearsals differ?")) },
            false,
            html! {
                @for (side, run) in named {
                    span { (side) ": " a href=(format!("/console/rehearsals/{}", run.head.id)) { (run.head.policy) " v" (run.head.version) ", " (told(at, run)) } }
                }
                span { (days(look, &a.head)) }
            },
            html! {},
        ))
        div.two.res {
            section.paper.ed aria-label=(look.t("条文差在哪里", "How the texts differ")) {
                div.hd { h2 { (look.t("这次的条文", "This text")) } span.note { (look.t("右边是那次的值", "at the right, that one's value")) } }
                (clauses::folded(look, &a.text, Some(&b.text), look.t("那次", "that")))
            }
            div { (answer) }
        }
    };
    Ok(ui::page(look, Area::Rehearsals, look.t("对比", "Comparison"), body))
}

/// What tells two rehearsals of one draft apart: when it was begun, to the second, and the end of its id.
fn told(at: &PageContext, run: &Run) -> String {
    let (begun, id) = (run.head.created_at, run.head.id.to_string());
    let tail = id.get(id.len().saturating_sub(6)..).unwrap_or_default();
    let second = begun.zoned(&at.site.market.zone).second();
    format!("{}:{second:02} (…{tail})", fmt::moment(at.lang(), &at.site.market, begun))
}

fn size(set: usize) -> i64 {
    i64::try_from(set).unwrap_or(i64::MAX)
}

/// One row of the list of shops.
struct Hit<'a> {
    episode: &'a Episode,
    side: Who,
}

impl Shown<'_> {
    fn look(&self) -> &RenderContext {
        &self.at.look
    }

    /// The whole of it. Without an address of its own the list of shops is its first page, and nothing is chosen in it.
    async fn answer(&self, here: Option<&str>, who: Who, page: usize) -> Result<Markup, Failure> {
        let facts = self.facts().await?;
        Ok(html! {
            (self.verdict())
            (self.numbers())
            (self.when())
            @if let Some(other) = &self.other { (self.cost(other)) }
            (self.shops(here, &facts, who, page))
            (self.behind())
        })
    }

    fn metric(&self) -> Option<&'static Metric> {
        self.policy.as_ref().and_then(clauses::main_metric)
    }

    /// What was behind the metric of every episode, asked from the same facts at the moment it hit.
    async fn facts(&self) -> Result<Facts, Failure> {
        let (metric, from, to) = (self.metric(), self.this.from, self.this.to);
        let all = self.this.episodes.iter().chain(self.other.iter().flat_map(|other| &other.episodes));
        let wanted: Vec<(String, i64)> = all.map(|e| (e.shop.clone(), e.at().micros())).collect();
        let read = self.at.site.ask(move |site, ask| {
            let shops = web_kit::view::shops::all(site, ask)?;
            let ends = site.market.day_ends(from, to);
            let mut facts = Facts::default();
            let grid = |metric: &'static Metric| {
                let question = format!("rehearsal grid {} {from} {to}", metric.name);
                site.remember(ask, question, || Ok(govern::metric::series(ask, metric, &ends, None)?))
            };
            let grid = metric.map(grid).transpose()?;
            let by_id: BTreeMap<String, &govern::ShopName> =
                shops.iter().map(|s| (s.id.to_string(), s)).collect();
            for (shop, start) in wanted {
                let Some(name) = by_id.get(&shop) else { continue };
                facts.names.entry(shop.clone()).or_insert_with(|| name.name.clone());
                if let (Some(grid), Ok(day)) = (&grid, ends.binary_search_by_key(&start, |end| end.micros()))
                {
                    facts.sums.insert((shop, start), grid.at(day, name.no));
                }
            }
            Ok(facts)
        });
        read.await
    }

    /// The sentence with the verdict.
    fn verdict(&self) -> Markup {
        let (look, lang, this) = (self.look(), self.at.lang(), &self.this);
        let shops = fmt::many(lang, this.shops_hit, "家", "shop", "shops");
        let (mean, orders) = (this.mean(), fmt::count(this.orders_touched));
        let Some(other) = &self.other else {
            let times = fmt::many(lang, this.hits(), "次", "time", "times");
            return html! {
                div.verdict {
                    @if this.shops_hit == 0 {
                        h2 { (look.t("这段日子里不会命中任何店。", "It hits no shop in these days.")) }
                        p { (look.t("放宽条件或换一段日子再试。", "Loosen the condition, or choose other days.")) }
                    } @else {
                        h2 { (look.t("会命中 ", "It hits ")) b { (shops) } (look.t("店，共 ", ", ")) (times) (look.t("。", " in all.")) }
                        p { (say!(lang, "平均每家被限 {mean} 天，受限期间下了 {orders} 单。", "A shop that is hit is restricted for {mean} days on average; {orders} orders were placed meanwhile.")) }
                    }
                }
            };
        };
        let (mine, theirs) = (this.shops(), other.shops());
        let new = fmt::count(size(mine.difference(&theirs).count()));
        let gone = fmt::count(size(theirs.difference(&mine).count()));
        let differ = match (&*new, &*gone) {
            ("0", "0") => look.t("两边命中的是同样的店。", "Both hit the same shops.").to_owned(),
            (_, "0") => say!(lang, "多出 {new} 家，一家不少。", "{new} more, none fewer."),
            ("0", _) => say!(lang, "少了 {gone} 家，没有多出来的。", "{gone} fewer, none more."),
            _ => say!(lang, "多出 {new} 家，少了 {gone} 家。", "{new} more, {gone} fewer."),
        };
        let (side, before, touched) = (&self.sides.1, other.mean(), fmt::count(other.orders_touched));
        html! {
            div.verdict {
                h2 {
                    (self.sides.0) (look.t("会命中 ", " hits ")) b { (shops) } (look.t("店，", ", "))
                    (side) " " (fmt::count(other.shops_hit)) (look.t(" 家。", ".")) br; (differ)
                }
                p { (say!(lang, "命中的店平均每家被限 {mean} 天（{side} {before} 天），受限期间下了 {orders} 单（{side} {touched} 单）。", "A shop that is hit is restricted for {mean} days on average ({side} {before}); {orders} orders were placed meanwhile ({side} {touched}).")) }
            }
        }
    }

    /// Four numbers, each with the value of the other side.
    fn numbers(&self) -> Markup {
        let look = self.look();
        let days = |o: &Outcome| {
            fmt::decimal(o.restricted_shop_days, usize::from(o.restricted_shop_days.fract() != 0.0))
        };
        let gmv = |o: &Outcome| fmt::money_rough(look.lang, o.gmv_touched);
        let number = |name: &str, value: &dyn Fn(&Outcome) -> String| {
            html! { div { dt { (name) } dd { (value(&self.this)) @if let Some(other) = &self.other { small { (self.sides.1) " " (value(other)) } } } } }
        };
        html! {
            dl.cmp {
                (number(look.t("被命中店铺", "Shops hit"), &|o| fmt::count(o.shops_hit)))
                (number(look.t("受限店·天", "Shop-days restricted"), &days))
                (number(look.t("受限期间订单", "Orders touched"), &|o| fmt::count(o.orders_touched)))
                (number(look.t("受限期间成交额", "GMV touched"), &gmv))
            }
        }
    }

    /// How many episodes of both sides begin in every stretch of days; at most about 62 stretches.
    fn stretches(&self) -> (i32, Vec<(Date, i64, i64)>) {
        let (from, to) = (self.this.from, self.this.to);
        let length = from.until(to).map_or(0, |span| span.get_days()) + 1;
        let width = [1, 7, 14, 28].into_iter().find(|w| length <= w * 75).unwrap_or(56);
        let count = (length + width - 1) / width;
        let begins = |i: i32| from.saturating_add(jiff::Span::new().days(i64::from(i) * i64::from(width)));
        let mut rows: Vec<(Date, i64, i64)> = (0..count).map(|i| (begins(i), 0, 0)).collect();
        let mine = self.this.episodes.iter().map(|episode| (episode, 1, 0));
        let theirs = self.other.iter().flat_map(|other| &other.episodes).map(|episode| (episode, 0, 1));
        for (episode, up, down) in mine.chain(theirs) {
            let day = from.until(episode.day(&self.at.site)).map_or(-1, |span| span.get_days());
            let place = usize::try_from(day.div_euclid(width)).ok();
            if let Some(row) = place.and_then(|place| rows.get_mut(place)) {
                row.1 += up;
                row.2 += down;
            }
        }
        (width, rows)
    }

    /// When it would have hit: mirrored bars.
    fn when(&self) -> Markup {
        let (look, (this, other)) = (self.look(), &self.sides);
        let (width, rows) = self.stretches();
        let per = match width {
            1 => look.t("家/天", "shops a day").to_owned(),
            w => say!(look.lang, "次/{w} 天", "hits in {w} days"),
        };
        let label = match rows.iter().max_by_key(|r| r.1).filter(|r| r.1 > 0) {
            Some((day, most, _)) => {
                let day = fmt::date(look.lang, *day);
                say!(
                    look.lang,
                    "每 {width} 天命中次数，最多的是从 {day} 起的 {most} 次。",
                    "Hits in every {width} days; most, {most}, from {day}."
                )
            }
            None => look.t("这段日子里没有命中。", "No hits in these days.").to_owned(),
        };
        let spec = serde_json::json!({
            "kind": "mirror",
            "days": rows.iter().map(|r| r.0.to_string()).collect::<Vec<_>>(),
            "up": rows.iter().map(|r| r.1).collect::<Vec<_>>(),
            "down": rows.iter().map(|r| r.2).collect::<Vec<_>>(),
            "upName": this,
            "downName": other,
            "unit": look.t("次", "hits"),
        });
        let told = rows.iter().filter(|r| r.1 + r.2 > 0);
        let none = told.clone().next().is_none();
        let table = sheet("", told, |(day, up, down)| {
            let mut cells =
                vec![lead("", look.t("从哪天起", "From"), fmt::date(look.lang, *day)), lead("r", this, up)];
            cells.extend(self.other.iter().map(|_| lead("r", other, down)));
            cells
        });
        html! {
            section.paper.sec {
                div.hd { h2 { (look.t("什么时候会命中？", "When would it have hit?")) } span.note { (per) } }
                @if none {
                    p.empty { (label) }
                } @else {
                    div.in {
                        p.way { span.up { "↑ " (this) } @if self.other.is_some() { span { "↓ " (other) } } }
                        (ui::chart(look.lang, &Chart { id: "when", label: &label, size: "h-260", spec, table }))
                    }
                }
            }
        }
    }

    /// What it costs on either side.
    fn cost(&self, other: &Outcome) -> Markup {
        let (look, this, sides) = (self.look(), &self.this, &self.sides);
        let counts = |other: i64, this: i64| {
            [fmt::count(other), fmt::count(this), fmt::signed((this - other) as f64, 0)]
        };
        let (days, before) = (this.restricted_shop_days, other.restricted_shop_days);
        let gmv = |m: Money| fmt::money_rough(look.lang, m);
        let change = this.gmv_touched.minor - other.gmv_touched.minor;
        let sign = if change > 0 { "+" } else { "" };
        let change = gmv(Money::new(change, this.gmv_touched.currency));
        let row = |name: &str, hint: &str, values: [String; 3]| {
            html! { tr { th scope="row" { (name) @if !hint.is_empty() { small { (hint) } } } @for value in values { td.r { (value) } } } }
        };
        html! {
            section.paper.sec {
                div.hd { h2 { (look.t("影响对比", "Impact")) } span.note { (fmt::date(look.lang, this.from)) " – " (fmt::date(look.lang, this.to)) } }
                table.cost {
                    thead { tr { th { (look.t("什么", "What")) } th.r { (sides.1) } th.r { (sides.0) } th.r { (look.t("差", "Difference")) } } }
                    tbody {
                        (row(look.t("命中次数", "Hits"), "", counts(other.hits(), this.hits())))
                        (row(look.t("受限店·天", "Shop-days restricted"), look.t("动作天数 × 次数", "days of the action × hits"),
                            [fmt::decimal(before, 0), fmt::decimal(days, 0), fmt::signed(days - before, 0)]))
                        (row(look.t("受限期间订单", "Orders touched"), look.t("在受限的店、受限的时候下的单", "placed in a restricted shop meanwhile"),
                            counts(other.orders_touched, this.orders_touched)))
                        (row(look.t("受限期间成交额", "GMV touched"), look.t("这些订单的货款加运费", "price and freight of those orders"),
                            [gmv(other.gmv_touched), gmv(this.gmv_touched), format!("{sign}{change}")]))
                    }
                }
            }
        }
    }

    /// Whom either side hits, each with the side it is on.
    fn hits(&self) -> Vec<Hit<'_>> {
        let mine = self.this.shops();
        let theirs = self.other.as_ref().map(Outcome::shops).unwrap_or_default();
        let side = |e: &Episode| if theirs.contains(e.shop.as_str()) { Who::Both } else { Who::New };
        let ours = self.this.episodes.iter().map(|episode| Hit { episode, side: side(episode) });
        let gone = self.other.iter().flat_map(|other| &other.episodes);
        let gone = gone.filter(|e| !mine.contains(e.shop.as_str()));
        ours.chain(gone.map(|episode| Hit { episode, side: Who::Gone })).collect()
    }

    /// The list by side, each with how many shops it has.
    fn tabs(&self, here: &str, hits: &[Hit<'_>], chosen: Who) -> Markup {
        let look = self.look();
        let shops = |side: Who| {
            let of = hits.iter().filter(|h| h.side == side).map(|h| h.episode.shop.as_str());
            size(of.collect::<BTreeSet<_>>().len())
        };
        let all = shops(Who::New) + shops(Who::Both) + shops(Who::Gone);
        html! {
            div.tabs {
                @for side in Who::ALL {
                    a href=(format!("{here}?who={}#who", side.words().0)) aria-current=[(chosen == side).then_some("true")] { (side.name(look)) " " (fmt::count(if side == Who::All { all } else { shops(side) })) }
                }
            }
        }
    }

    /// Who would have been hit, when, with which numbers, for how long.
    fn shops(&self, here: Option<&str>, facts: &Facts, who: Who, page: usize) -> Markup {
        let look = self.look();
        let hits = self.hits();
        let mut rows: Vec<&Hit<'_>> = hits.iter().filter(|h| who == Who::All || h.side == who).collect();
        rows.sort_by(|a, b| {
            let (a, b) = (a.episode, b.episode);
            b.start.cmp(&a.start).then_with(|| a.external_id.cmp(&b.external_id))
        });
        let pages = rows.len().div_ceil(ROWS).max(1);
        let page = page.min(pages);
        let shown = rows.iter().skip((page - 1) * ROWS).take(ROWS);
        let address = |page: usize| here.map(|here| format!("{here}?who={}&page={page}#who", who.words().0));
        let alone = size(rows.iter().filter(|h| h.side == Who::Gone).count());
        let columns = self.columns();
        html! {
            section.paper.sec id="who" {
                div.hd {
                    h2 { (look.t("会命中哪些店铺？", "Which shops would be hit?")) }
                    @match here.filter(|_| self.other.is_some()) {
                        Some(here) => (self.tabs(here, &hits, who)),
                        None => span.note {
                            (fmt::count(size(rows.len()))) (look.t(" 次命中", " hits"))
                            @if alone > 0 {
                                (look.t("：这次 ", ": ")) (fmt::count(size(rows.len()) - alone)) (look.t(" 次，加上只在那次命中的店 ", " of this one, and ")) (fmt::count(alone)) (look.t(" 次", " of shops that only that one hits"))
                            }
                        },
                    }
                }
                @if rows.is_empty() {
                    p.empty { (look.t("没有店铺。", "No shops.")) }
                } @else {
                    div.scroll { (sheet("cards who", shown, |hit| self.row(&columns, facts, hit))) }
                    @if let (true, Some(before), Some(next)) = (pages > 1, address(page - 1), address(page + 1)) {
                        div.foot {
                            span { (look.t("第", "Page ")) " " (page) " / " (pages) (look.t(" 页", "")) }
                            span {
                                @if page > 1 { a href=(before) { (look.t("上一页", "Back")) } " " }
                                @if page < pages { a href=(next) { (look.t("下一页", "Next")) } }
                            }
                        }
                    }
                }
            }
        }
    }

    /// The columns of what the policy read, by title: the fraction of its metric, then its inputs in the order of the text.
    fn columns(&self) -> Vec<(Option<&str>, String)> {
        let (look, policy, metric) = (self.look(), self.policy.as_ref(), self.metric());
        let mut names: Vec<&str> = Vec::new();
        for name in self.this.episodes.iter().take(200).flat_map(|e| e.inputs.keys()) {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        names.truncate(4);
        names.retain(|name| !metric.is_some_and(|m| clauses::part_of(policy, name, m)));
        let fraction = metric
            .map(|m| (None, format!("{} ÷ {}", look.t(&m.num_zh, &m.num_en), look.t(&m.den_zh, &m.den_en))));
        let named = names.into_iter().map(|name| (Some(name), clauses::input_title(look, policy, name)));
        fraction.into_iter().chain(named).collect()
    }

    /// The numerator and the denominator behind the metric of an episode.
    fn fraction(&self, facts: &Facts, episode: &Episode) -> Option<String> {
        let (num, den) = facts.sums.get(&(episode.shop.clone(), episode.at().micros()))?;
        let metric = self.metric()?;
        let num = fmt::decimal(metric.scaled(*num), usize::from(metric.scale != 1));
        Some(format!("{num} / {}", fmt::count(*den)))
    }

    fn row<'a>(&self, columns: &'a [(Option<&str>, String)], facts: &Facts, hit: &Hit<'_>) -> Vec<Cell<'a>> {
        let (look, e) = (self.look(), hit.episode);
        let day = e.day(&self.at.site);
        let name = facts.names.get(&e.shop).filter(|name| **name != e.external_id);
        let shop = html! {
            a href=(format!("/console/shops/{}?as_of={day}", e.shop)) { (name.unwrap_or(&e.external_id)) }
            @if name.is_some() { br; span.mono.mut { (e.external_id) } }
        };
        let mut cells = vec![
            lead("", look.t("店铺", "Shop"), shop),
            cell("nw mut", look.t("日期", "Day"), fmt::date(look.lang, day)),
        ];
        cells.extend(columns.iter().map(|(input, title)| match input {
            None => cell("r nw mono", title, self.fraction(facts, e).as_deref().unwrap_or("—")),
            Some(name) => {
                let value = e.inputs.get(*name);
                cell("r nw", title, clauses::input_value(look, self.policy.as_ref(), name, value))
            }
        }));
        let days = fmt::decimal(e.days(), 0) + look.t(" 天", " d");
        cells.push(cell("r nw", look.t("受限", "For"), days));
        let mark = match hit.side {
            Who::New => Mark::Warning,
            Who::Gone => Mark::Kept,
            Who::All | Who::Both => Mark::None,
        };
        let verdict = || ui::state(mark, hit.side.name(look));
        cells.extend(self.other.iter().map(|_| lead("mark", look.t("结论", "Verdict"), verdict())));
        cells
    }

    /// What the result stands on.
    fn behind(&self) -> Markup {
        let (look, this) = (self.look(), &self.this);
        html! {
            section.paper.sec {
                div.hd { h2 { (look.t("数据依据", "Basis")) } }
                div.foot {
                    span {
                        @if let Some(facts) = this.facts_read { (look.t("读了 ", "")) (fmt::count(facts)) (look.t(" 条事实", " facts read")) (look.t("，", ", ")) }
                        @if let Some(took) = self.took { (look.t("用时 ", "took ")) (seconds(look.lang, took)) }
                    }
                    span.mono {
                        (look.t("同样的事实，同样的结果", "The same facts, the same result"))
                        @if let Some(print) = &this.fingerprint { " · " (print) }
                    }
                }
            }
        }
    }
}
