//! The parts every page is made of: the frame, heads, questions, state marks, charts with their tables.
//!
//! Invariants: no inline script, style or event handler is ever written; every text of a page goes through maud's
//! escaping; whatever a chart draws stands in a table beside it.

pub mod bar;

use crate::assets;
use crate::icons::{self, Icon};
use crate::lang::{Lang, Theme, cookie, t};
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use std::convert::Infallible;
use std::sync::Arc;

/// How the reader wants to see a page, and which page it is.
#[derive(Debug, Clone, Default)]
pub struct RenderContext {
    /// The language.
    pub lang: Lang,
    /// The theme.
    pub theme: Theme,
    /// Path and query of the page, for links that change one choice of it.
    pub here: String,
    /// How many pieces lie in the reader's cart, as the last change of it said.
    pub cart: u16,
    /// Which pages of this face the reader may open.
    pub may_open: MayOpen,
    /// The market's currency, whose sign stands behind amounts in forms.
    pub currency: Option<kernel::Currency>,
}

type Says = dyn Fn(&str) -> bool + Send + Sync;

/// Which pages somebody may open, by what their operations declare. Without an answer: none.
#[derive(Clone, Default)]
pub struct MayOpen(Option<Arc<Says>>);

impl MayOpen {
    /// As a function of the address says.
    pub fn new(says: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(says)))
    }
    /// Whether the page at an address may be opened.
    pub fn page(&self, address: &str) -> bool {
        self.0.as_ref().is_some_and(|says| says(address))
    }
}

impl std::fmt::Debug for MayOpen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() { "MayOpen(..)" } else { "MayOpen(none)" })
    }
}

impl RenderContext {
    /// Reads the cookies `sanhao_lang` and `sanhao_theme`; `?lang=` and `?theme=` win over them for one page, and so does
    /// the language of the page that asks for a part of itself (the header `sanhao-lang`, which the script sends). Who
    /// chose none gets the first language of `Accept-Language` that there is.
    pub fn of(parts: &Parts) -> Self {
        let query = parts.uri.query().unwrap_or_default();
        let asked = |name: &str| {
            query.split('&').filter_map(|p| p.split_once('=')).find(|(k, _)| *k == name).map(|(_, v)| v)
        };
        let here: String = parts.uri.path_and_query().map_or("/", |p| p.as_str()).to_owned();
        Self {
            lang: asked("lang")
                .and_then(Lang::parse)
                .or_else(|| {
                    parts.headers.get("sanhao-lang").and_then(|v| v.to_str().ok()).and_then(Lang::parse)
                })
                .or_else(|| cookie(&parts.headers, "sanhao_lang").and_then(Lang::parse))
                .or_else(|| {
                    parts.headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok().and_then(Lang::accepted)
                })
                .unwrap_or_default(),
            theme: asked("theme")
                .and_then(Theme::parse)
                .or_else(|| cookie(&parts.headers, "sanhao_theme").and_then(Theme::parse))
                .unwrap_or_default(),
            here,
            cart: cookie(&parts.headers, "sanhao_cart").and_then(|v| v.parse().ok()).unwrap_or(0),
            may_open: parts.extensions.get().cloned().unwrap_or_default(),
            currency: None,
        }
    }
    /// A text in the reader's language.
    pub const fn t<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        t(self.lang, zh, en)
    }
    /// Whether the page is one of the mall: its style sheet is another than that of the desks.
    pub fn is_mall(&self) -> bool {
        let desk = |place: &&str| {
            self.here.strip_prefix(*place).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
        };
        !self.here.is_empty() && !["/console", "/merchant"].iter().any(desk)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for RenderContext {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts))
    }
}

/// A work area of the console, as in the top bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    /// `/console`
    Overview,
    /// `/console/shops`
    Shops,
    /// `/console/sales`
    Sales,
    /// `/console/goods`
    Goods,
    /// `/console/mall`
    Mall,
    /// `/console/money`
    Money,
    /// `/console/metrics`
    Metrics,
    /// `/console/scorecards`
    Scorecards,
    /// `/console/policies`
    Policies,
    /// `/console/rehearsals`
    Rehearsals,
    /// `/console/promises`
    Promises,
    /// `/console/staff`, keys, members, looks at personal data.
    People,
    /// None of them: search, problems.
    Elsewhere,
    /// A shop's own pages, in a frame of their own.
    Merchant,
}

/// What a shop reads.
const OWN: [(&str, &str, &str); 2] =
    [("/merchant/score", "我的分", "My score"), ("/merchant/score/card", "分怎么算", "How it is computed")];

/// The frame of every page of the console. `body` is what stands in `main`; it holds the page's one `h1` (see [`head`]).
pub fn page(look: &RenderContext, area: Area, title: &str, body: Markup) -> Page {
    let lang = look.lang;
    let merchant = area == Area::Merchant;
    let path = look.here.split('?').next().unwrap_or_default();
    let place = if merchant {
        t(lang, "三好店铺", "Sanhao for shops")
    } else {
        t(lang, "三好平台后台", "Sanhao console")
    };
    let bar = html! {
        @if merchant {
            (logo(lang, "/merchant/score", t(lang, "店铺", "for shops")))
            nav aria-label=(t(lang, "主导航", "Pages")) {
                @for (href, zh, en) in OWN { a href=(href) aria-current=[(path == href).then_some("page")] { (t(lang, zh, en)) } }
            }
        } @else {
            (logo(lang, "/console", t(lang, "平台后台", "Console")))
            (bar::areas(look, area))
        }
        div.tools {
            @if merchant {
                form action="/merchant/score/leave" method="post" { button.leave { (t(lang, "退出", "Leave")) } }
                (choices(look))
            } @else {
                form.find action="/console/search" method="get" role="search" {
                    input id="search" type="search" name="q" maxlength="200" autocomplete="off"
                        aria-label=(t(lang, "搜索店铺和订单", "Search shops and orders"))
                        aria-keyshortcuts="/"
                        placeholder=(t(lang, "店铺、订单号", "Shop or order id"));
                    kbd aria-hidden="true" { "/" }
                }
                a.findlink href="/console/search" aria-label=(t(lang, "搜索", "Search")) { (PreEscaped(LENS)) }
                div.wide { (choices(look)) (bar::me(lang)) }
                (bar::menu(look, area))
            }
        }
    };
    document(look, &format!("{title} · {place}"), bar, body)
}

/// A whole document: a bar on top, `body` in `main`.
pub fn document(look: &RenderContext, title: &str, bar: Markup, body: Markup) -> Page {
    let lang = look.lang;
    Page(html! {
        (DOCTYPE)
        html lang=(lang.tag()) data-theme=[look.theme.name()] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                link rel="icon" href="/favicon.svg" type="image/svg+xml";
                link rel="stylesheet" href=(assets::CSS);
                meta name="htmx-config" content="{\"includeIndicatorStyles\":false,\"allowEval\":false,\"selfRequestsOnly\":true,\"historyCacheSize\":0}";
                script src=(assets::JS) defer {}
            }
            body {
                a.skip href="#main" { (t(lang, "跳到正文", "Skip to content")) }
                header.top { div.in { (bar) } }
                main id="main" tabindex="-1" { (body) }
                div id="probe" hidden {}
                div id="live" class="vh" role="status" aria-live="polite" {}
            }
        }
    })
}

/// The mark, the name, and which part of the program this is.
pub fn logo(lang: Lang, href: &str, part: &str) -> Markup {
    html! { a.logo href=(href) { (icons::LOGO) (t(lang, "三好", "Sanhao")) " " span { (part) } } }
}

/// The choice of language and of theme, for a bar.
pub fn choices(look: &RenderContext) -> Markup {
    let lang = look.lang;
    html! {
        form action="/preferences" method="post" {
            input type="hidden" name="back" value=(look.here);
            button name="lang" value=(lang.other().tag()) lang=(lang.other().tag())
                title=(t(lang, "Switch to English", "切换到中文")) { (t(lang, "EN", "中文")) }
        }
        (theme_switch(look, [SUN, HALF, MOON]))
    }
}

/// A whole page as an answer.
pub struct Page(pub Markup);

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let headers = [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CACHE_CONTROL, "private, no-cache"),
            (header::VARY, "cookie, accept, accept-language, sanhao-lang"),
        ];
        (headers, self.0.into_string()).into_response()
    }
}

/// Part of a page, for the page's script; it is kept nowhere.
pub fn fragment(part: Markup) -> Response {
    let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (headers, part.into_string()).into_response()
}

/// Three themes, one button each with its drawing; the chosen one is pressed.
pub(crate) fn theme_switch(look: &RenderContext, [sun, half, moon]: [&str; 3]) -> Markup {
    let lang = look.lang;
    html! {
        form.themes action="/preferences" method="post" role="group" aria-label=(t(lang, "明暗", "Theme")) {
            input type="hidden" name="back" value=(look.here);
            @for (theme, zh, en, icon) in [
                (Theme::Light, "浅色", "Light", sun),
                (Theme::Auto, "跟随系统", "As the system", half),
                (Theme::Dark, "深色", "Dark", moon),
            ] {
                button name="theme" value=(theme.as_str()) title=(t(lang, zh, en)) aria-label=(t(lang, zh, en))
                    aria-pressed=(if theme == look.theme { "true" } else { "false" }) { (PreEscaped(icon)) }
            }
        }
    }
}

const LENS: &str = "<svg viewBox=\"0 0 16 16\" aria-hidden=\"true\"><circle cx=\"7\" cy=\"7\" r=\"4.6\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.6\"/><path d=\"m10.5 10.5 3.5 3.5\" stroke=\"currentColor\" stroke-width=\"1.6\" stroke-linecap=\"round\"/></svg>";

const SUN: &str = "<svg viewBox=\"0 0 16 16\" aria-hidden=\"true\"><circle cx=\"8\" cy=\"8\" r=\"3\" fill=\"currentColor\"/><path d=\"M8 1v2M8 13v2M1 8h2M13 8h2M3 3l1.4 1.4M11.6 11.6 13 13M3 13l1.4-1.4M11.6 4.4 13 3\" stroke=\"currentColor\" stroke-width=\"1.4\" stroke-linecap=\"round\"/></svg>";

const HALF: &str = "<svg viewBox=\"0 0 16 16\" aria-hidden=\"true\"><circle cx=\"8\" cy=\"8\" r=\"5.6\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.4\"/><path d=\"M8 2.4a5.6 5.6 0 0 1 0 11.2z\" fill=\"currentColor\"/></svg>";

const MOON: &str = "<svg viewBox=\"0 0 16 16\" aria-hidden=\"true\"><path d=\"M13.4 9.7A5.8 5.8 0 0 1 6.3 2.6a5.8 5.8 0 1 0 7.1 7.1z\" fill=\"currentColor\"/></svg>";

/// The head of a page: crumb, the one `h1`, a line of meta, actions at the right. A verdict is set larger.
pub fn head(crumb: Markup, title: Markup, verdict: bool, meta: Markup, acts: Markup) -> Markup {
    html! {
        div.head {
            div {
                p.crumb { (crumb) }
                h1.v[verdict] { (title) }
                div.meta { (meta) }
            }
            @if !acts.0.is_empty() { div.acts { (acts) } }
        }
    }
}

/// A section: the question at the left, its answer at the right.
pub fn question(title: &str, note: Markup, answer: Markup) -> Markup {
    html! {
        section.q {
            div.side { h2 { (title) } @if !note.0.is_empty() { p { (note) } } }
            div.answer { (answer) }
        }
    }
}

/// A state: glyph, word and colour together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// A clock that still runs; information.
    Running,
    /// Kept, passed, better.
    Kept,
    /// Broken, failed, worse.
    Broken,
    /// Close to a gate.
    Warning,
    /// Kept back.
    Hold,
    /// Nothing to say.
    None,
}

impl State {
    /// Its class in the style sheets of all faces.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Running => "run",
            Self::Kept => "kept",
            Self::Broken => "brk",
            Self::Warning => "wrn",
            Self::Hold => "hld",
            Self::None => "non",
        }
    }
    /// Its glyph.
    pub const fn icon(self) -> &'static Icon {
        match self {
            Self::Running => &icons::RUNS,
            Self::Kept => &icons::TICK,
            Self::Broken => &icons::CROSS,
            Self::Warning => &icons::MIND,
            Self::Hold => &icons::HELD,
            Self::None => &icons::DASH,
        }
    }
}

/// The mark of a state with its word.
pub fn state(state: State, word: &str) -> Markup {
    html! { span class={ "st " (state.class()) } { (PreEscaped(state.icon().0)) (word) } }
}

/// The glyph of a state alone.
pub fn glyph(state: State) -> Markup {
    PreEscaped(state.icon().0.to_owned())
}

/// A chart that the page's script draws from `spec`, with the same data as a table behind a button.
///
/// `spec` is one of the shapes that `assets/src/chart.js` knows: its `kind` is `trend`, `line`, `hist` or `mirror`.
pub struct Chart<'a> {
    /// Unique on the page.
    pub id: &'a str,
    /// What it shows, one sentence; also what a screen reader says.
    pub label: &'a str,
    /// How tall: `h-128`, `h-200`, `h-260`.
    pub size: &'a str,
    /// The data.
    pub spec: serde_json::Value,
    /// The same data: a `table`.
    pub table: Markup,
}

/// Writes a [`Chart`].
pub fn chart(lang: Lang, chart: &Chart<'_>) -> Markup {
    html! {
        figure.chart id=(chart.id) {
            div class={ "plot " (chart.size) } role="img" tabindex="0" aria-label=(chart.label) {}
            (json(&chart.spec))
            details.data {
                summary { (t(lang, "表格", "Table")) span.vh { (t(lang, ":", ": ")) (chart.label) } }
                div.scroll tabindex="0" role="region" aria-label=(chart.label) { (chart.table) }
            }
        }
    }
}

/// Data for the page's script: never executed, and unable to end its own element.
pub fn json(value: &serde_json::Value) -> Markup {
    let text = value
        .to_string()
        .replace('<', "\\u003c")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029");
    PreEscaped(format!("<script type=\"application/json\">{text}</script>"))
}

/// What stands in a query as it is; everything else is written in per cent.
const PLAIN: &percent_encoding::AsciiSet =
    &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A text as part of a query.
pub fn encode(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, PLAIN).to_string()
}

/// A line without axes, for a table row. `None` leaves a gap. It is decoration: the row says the same in numbers.
pub fn spark(values: &[Option<f64>]) -> Markup {
    const W: f64 = 104.0;
    const H: f64 = 24.0;
    let known = values.iter().flatten().copied();
    let (low, high) = known.fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(v), h.max(v)));
    if low > high {
        return html! {};
    }
    let span = if high - low < 1e-12 { 1.0 } else { high - low };
    let step = (W - 8.0) / (values.len().max(2) - 1) as f64;
    let point = |i: usize, v: f64| {
        let y = if high - low < 1e-12 { H / 2.0 } else { H - 4.0 - (v - low) / span * (H - 8.0) };
        (2.0 + i as f64 * step, y)
    };
    let mut path = String::new();
    let mut pen_up = true;
    for (i, value) in values.iter().enumerate() {
        let Some(v) = value else {
            pen_up = true;
            continue;
        };
        let (x, y) = point(i, *v);
        path.push_str(&format!("{}{x:.1} {y:.1}", if pen_up { 'M' } else { 'L' }));
        pen_up = false;
    }
    let last = values.last().copied().flatten().map(|v| point(values.len() - 1, v));
    html! {
        svg.spark viewBox=(format!("0 0 {W} {H}")) aria-hidden="true" {
            path d=(path) fill="none" stroke="var(--sh-ink-2)" stroke-width="1.2" stroke-linejoin="round" {}
            @if let Some((x, y)) = last { circle cx=(format!("{x:.1}")) cy=(format!("{y:.1}")) r="2.4" fill="var(--sh-ink)" {} }
        }
    }
}

/// A bar from 0, `share` of its box (0 to 1), in one of the token colours (`broken`, `kept`, `data-1`).
pub fn bar(share: f64, colour: &str) -> Markup {
    html! {
        svg.bar viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" {
            rect x="0" y="0" width=(format!("{:.2}", share.clamp(0.0, 1.0) * 100.0)) height="8" fill=(format!("var(--sh-{colour})")) {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedded_data_cannot_end_its_element() {
        let text = json(&serde_json::json!({"name": "</script><b>"})).0;
        assert_eq!(text.matches("</script>").count(), 1, "{text}");
    }

    #[test]
    fn a_missing_day_is_a_gap_and_not_a_zero() {
        let text = spark(&[Some(1.0), None, Some(2.0)]).0;
        assert_eq!(text.matches('M').count(), 2, "{text}");
        assert_eq!(spark(&[None, None]).0, "");
    }
}
