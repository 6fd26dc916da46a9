//! What the pages of the mall are made of: prices, sums, the promise clock, timelines, cards. Pure functions of what they
//! are given.
//!
//! Invariants: whatever is drawn can be computed again from the text beside it; a state is always glyph, word and colour; no
//! inline style or script.

use crate::prelude::*;
use maud::PreEscaped;
use offer::media::{CARD, MediaView};
use people::vault::Postal;

/// The mark of a state without its ground, inside something that has it.
fn bare(mark: Mark, word: &str) -> Markup {
    html! { span class={ "st bare " (mark.class()) } { (PreEscaped(mark.icon().0)) (word) } }
}

/// A price to pay, its cents smaller: `¥74.00`.
pub fn price(amount: Money) -> Markup {
    let text = when::money(amount);
    let (whole, cents) = text.split_once('.').map_or((text.as_str(), ""), |(w, c)| (w, c));
    let at = whole.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
    html! { span.price { small { (whole[..at]) } (whole[at..]) @if !cents.is_empty() { small { "." (cents) } } } }
}

/// A price to pay, all of one size but the symbol.
pub fn price_whole(amount: Money) -> Markup {
    let text = when::money(amount);
    let at = text.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
    html! { span.price { small { (text[..at]) } (text[at..]) } }
}

/// A picture of the market: the browser takes one of its sizes. `sizes` is how wide it will stand.
pub fn picture(media: Option<&MediaView>, alt: &str, sizes: &str, first: bool) -> Markup {
    match media {
        None => html! { span.nopic { (icons::NO_PICTURE) } },
        Some(media) => html! {
            img src={ "/media/" (media.at_least(CARD)) } sizes=(sizes) alt=(alt) width=(media.width) height=(media.height) decoding="async"
                srcset=(media.sizes.iter().map(|size| format!("/media/{} {}w", size.key, size.width)).collect::<Vec<_>>().join(", "))
                loading=[(!first).then_some("lazy")] fetchpriority=[first.then_some("high")];
        },
    }
}

/// A picture of a card, of which one size is known.
pub fn picture_of(key: Option<&str>, first: bool) -> Markup {
    match key {
        None => html! { span.nopic { (icons::NO_PICTURE) } },
        Some(key) => html! {
            img src={ "/media/" (key) } alt="" width="360" height="480" decoding="async"
                loading=[(!first).then_some("lazy")] fetchpriority=[first.then_some("high")];
        },
    }
}

/// A shop's sign: the first character of its name on one of eight grounds.
pub fn sign(name: &str, size: &str) -> Markup {
    let sum: u32 = name.bytes().fold(7, |sum, b| sum.wrapping_mul(31).wrapping_add(u32::from(b)));
    let first = name.chars().find(|c| c.is_alphanumeric()).unwrap_or('店');
    html! { span class={ "ava " (size) " a" (sum % 8) } aria-hidden="true" { (first.to_uppercase()) } }
}

/// A name of a shop with its sign, linking to it, and a word at the right.
pub fn shop_head(name: &str, href: &str, right: &Markup) -> Markup {
    html! { div.shn { (sign(name, "")) a href=(href) { (name) } span { (right) } } }
}

/// Where on a rail a point is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// Passed.
    Done,
    /// Here.
    Now,
    /// To come.
    Ahead,
}

/// A point of a rail: where, when, what.
pub type Point<'a> = (At, String, &'a str);

/// The promise clock: one rail, one deadline, one end, the same for buyer, shop and platform.
pub struct Clock<'a> {
    /// How it stands.
    pub mark: Mark,
    /// Its state in words.
    pub word: &'a str,
    /// What stands at the right: how long is left, or what was due.
    pub aside: Markup,
    /// The deadline.
    pub title: Markup,
    /// Its points.
    pub rail: &'a [Point<'a>],
    /// In a list: smaller, and without its rail.
    pub small: bool,
}

impl Clock<'_> {
    /// Writes it.
    pub(crate) fn show(&self) -> Markup {
        html! {
            div class={ "clock " (self.mark.class()) @if self.small { " sm" } } {
                div.l1 { (bare(self.mark, self.word)) span.sub { (self.aside) } }
                p.t { (self.title) }
                @if !self.small && !self.rail.is_empty() {
                    div.rail {
                        @for (at, head, sub) in self.rail {
                            div.now[*at == At::Now].done[*at == At::Done] { b { (head) } (sub) }
                        }
                    }
                }
            }
        }
    }
}

/// How long is left until a moment, counted on by the page's script. `end` is announced when it is over.
pub fn countdown(at: &PageContext, due: Moment, end: &str) -> Markup {
    let micros = due.micros() - at.now().micros();
    html! { b data-left=(micros.max(0) / 1000) data-end=(end) { (when::left(at.lang(), micros)) } }
}

/// The same with its words: `还有 1:22:40`, `1:22:40 left`.
pub fn still(at: &PageContext, due: Moment, end: &str) -> Markup {
    html! { (at.t("还有 ", "")) (countdown(at, due, end)) (at.t("", " left")) }
}

/// A deadline as a sentence with its clock in colour: `明天 23:59 前发出`, `Ships by 23:59 tomorrow`.
pub fn deadline(at: &PageContext, due: Moment, zh: &str, en: &str) -> Markup {
    let (day, clock) = when::at(at.lang(), &at.site.market, at.now(), due);
    match at.lang() {
        Lang::Zh => html! { (day) " " em { (clock) } " 前" (zh) },
        Lang::En => html! { (en) " by " em { (clock) } " " (day) },
    }
}

/// One row of a timeline.
pub struct Event {
    /// When, as the reader reads it.
    pub time: String,
    /// How it stands.
    pub kind: EventKind,
    /// What happened, or is due.
    pub what: String,
    /// What more there is to say.
    pub more: String,
}

/// How a row of a timeline stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// It happened.
    Done,
    /// It is what goes on now.
    Now,
    /// It was, or is, due: a diamond.
    Due,
    /// It was due and was met.
    Met,
    /// It was due and was missed.
    Missed,
    /// It happened late.
    Late,
    /// It is over.
    Ended,
}

/// The timeline of facts: round happened, a diamond is a due time.
pub fn timeline(events: &[Event]) -> Markup {
    html! {
        ol.tl {
            @for event in events {
                @let class = match event.kind {
                    EventKind::Done => "",
                    EventKind::Now => "cur",
                    EventKind::Due => "due",
                    EventKind::Met => "due met",
                    EventKind::Missed => "due missed",
                    EventKind::Late => "late",
                    EventKind::Ended => "end",
                };
                li class=(class) {
                    time { (event.time) } i {}
                    div { @if matches!(event.kind, EventKind::Now | EventKind::Late) { b { (event.what) } } @else { (event.what) } @if !event.more.is_empty() { p { (event.more) } } }
                }
            }
        }
    }
}

/// One line of a sum.
pub struct Sum {
    /// What it is.
    pub what: String,
    /// What it is made of.
    pub of: String,
    /// How much, with its sign.
    pub amount: String,
}

impl Sum {
    /// A line with its amount, made of nothing else.
    pub fn of(what: impl Into<String>, amount: String) -> Self {
        Self { what: what.into(), of: String::new(), amount }
    }
    /// The same line, made of something.
    pub fn made(self, of: impl Into<String>) -> Self {
        Self { of: of.into(), ..self }
    }
}

/// A sum as a table that ends in its total.
pub fn sum(label: &str, lines: &[Sum], total: &Sum) -> Markup {
    html! {
        table.sum aria-label=(label) {
            tbody {
                @for line in lines { (sum_row(line, false)) }
                (sum_row(total, true))
            }
        }
    }
}

fn sum_row(line: &Sum, total: bool) -> Markup {
    html! {
        tr.tot[total] { th scope="row" { (line.what) @if !line.of.is_empty() { small { (line.of) } } } td { (line.amount) } }
    }
}

/// A bill as a bar: what is paid in full colour, what came off hatched behind it, one piece for each discount. The lengths
/// are the amounts.
pub fn bill_bar(lang: Lang, paid: Money, off: &[Money]) -> Markup {
    const W: f64 = 358.0;
    let whole = paid.minor.max(0) + off.iter().map(|m| m.minor.max(0)).sum::<i64>();
    if whole == 0 {
        return html! {};
    }
    let gross = Money::new(whole, paid.currency);
    let minus = Money::new(whole - paid.minor.max(0), paid.currency);
    let width = |m: i64| m.max(0) as f64 / whole as f64 * W;
    let x = width(paid.minor);
    let mut pieces = Vec::new();
    let mut at = x;
    for piece in off.iter().filter(|m| m.minor > 0) {
        pieces.push((at, width(piece.minor)));
        at += width(piece.minor);
    }
    let [of, less, pay] = [gross, minus, paid].map(when::money);
    let label = lang
        .pick(format!("一共 {of}，减去 {less}，付 {pay}"), format!("{of} in all, {less} off, {pay} to pay"));
    html! {
        svg.bill viewBox="0 0 358 62" role="img" aria-label=(label) {
            defs {
                pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                    path d="M0 0V5" stroke="var(--sh-ink-3)" stroke-width="2.4" {}
                }
            }
            rect x="0" y="22" width=(format!("{:.1}", (x - if off.is_empty() { 0.0 } else { 1.5 }).max(0.0))) height="14" rx="2" fill="var(--sh-money)" {}
            @for (x, w) in pieces {
                rect x=(format!("{:.1}", x + 0.5)) y="22.5" width=(format!("{:.1}", (w - 1.5).max(0.8))) height="13" fill="url(#hatch)" stroke="var(--sh-ink-3)" stroke-width="1" {}
            }
            text x="0" y="13" font-size="12" fill="var(--sh-ink-2)" { (t(lang, "商品和运费 ", "Items and shipping ")) (of) }
            text x="0" y="55" font-size="13" font-weight="600" fill="var(--sh-ink)" { (t(lang, "付 ", "To pay ")) (pay) }
            @if minus.minor > 0 {
                text x="358" y="55" font-size="12" fill="var(--sh-ink-2)" text-anchor="end" { (t(lang, "优惠 ", "Saved ")) (less) }
            }
        }
    }
}

/// Real selling prices over days, as steps: the line is the price, nothing is between. `points` go from the oldest to now.
pub fn price_steps(lang: Lang, from: &str, points: &[(f64, Money)]) -> Markup {
    const W: f64 = 278.0;
    let (Some((_, last)), Some(low), Some(high)) =
        (points.last(), points.iter().map(|(_, m)| m.minor).min(), points.iter().map(|(_, m)| m.minor).max())
    else {
        return html! {};
    };
    let y = |minor: i64| {
        if high == low { 38.0 } else { 52.0 - (minor - low) as f64 / (high - low) as f64 * 28.0 }
    };
    let mut path = String::new();
    for (i, (at, m)) in points.iter().enumerate() {
        let x = 4.0 + at.clamp(0.0, 1.0) * W;
        let step =
            if i == 0 { format!("M{x:.1} {:.1}", y(m.minor)) } else { format!("H{x:.1}V{:.1}", y(m.minor)) };
        path.push_str(&step);
    }
    path.push_str(&format!("H{:.1}", 4.0 + W));
    let (currency, end) = (last.currency, y(last.minor));
    let [least, most, this] = [low, high, last.minor].map(|minor| when::money(Money::new(minor, currency)));
    let label = lang.pick(
        format!("近 30 天卖过的价：最低 {least}，最高 {most}，现在 {this}"),
        format!("Selling prices of 30 days: {least} at the lowest, {most} at the highest, {this} now"),
    );
    html! {
        svg.hist viewBox="0 0 358 84" role="img" aria-label=(label) {
            path d=(format!("M4 {:.1}H{:.1}", y(low), 4.0 + W)) stroke="var(--sh-ink-3)" stroke-dasharray="3 3" fill="none" {}
            path d=(path) stroke="var(--sh-ink)" stroke-width="2" fill="none" stroke-linejoin="round" {}
            circle cx=(format!("{:.1}", 4.0 + W)) cy=(format!("{end:.1}")) r="4" fill="var(--sh-money)" {}
            text x=(format!("{:.1}", 4.0 + W + 9.0)) y=(format!("{:.1}", end + 4.5)) font-size="13" font-weight="600" fill="var(--sh-money)" { (this) }
            @if high > low { text x="4" y="17" font-size="12" fill="var(--sh-ink-2)" { (most) } }
            text x="4" y="78" font-size="12" fill="var(--sh-ink-2)" { (from) }
            text x=(format!("{:.1}", 4.0 + W)) y="78" font-size="12" fill="var(--sh-ink-2)" text-anchor="middle" { (t(lang, "今天", "today")) }
        }
    }
}

/// A bar from 0 to 100 in one of the data colours.
pub fn score_bar(points: f64, colour: u8) -> Markup {
    html! {
        svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" {
            rect width=(format!("{:.1}", points.clamp(0.0, 100.0))) height="6" fill={ "var(--sh-data-" (colour) ")" } {}
        }
    }
}

/// What a shop is scored, said to be the shop's and not the product's: `Shop score 4.7` of its stars in tenths, of its points
/// where shoppers see no stars yet; neither where there are too few orders.
pub fn shop_score(lang: Lang, tenths: Option<i64>, points: Option<i64>) -> Markup {
    let label = t(lang, "店铺评分 ", "Shop score ");
    html! {
        @match (tenths, points) {
            (Some(tenths), _) => { span.sr { (label) (tenths / 10) "." (tenths % 10) } }
            (None, Some(points)) => { span.sr { (label) (points) "/100" } }
            (None, None) => {}
        }
    }
}

/// How many, with minus and plus; without scripts one types. It belongs to `form`, or to the form around it, which is
/// sent with every change.
pub fn quantity(at: &PageContext, form: Option<&str>, value: i64, most: i64) -> Markup {
    html! {
        span.qty {
            button type="button" data-step="-1" aria-label=(at.t("少一件", "One less")) { (icons::MINUS) }
            input form=[form] type="number" name="quantity" value=(value) min="1" max=(most.max(1)) inputmode="numeric" data-go[form.is_none()] aria-label=(at.t("数量", "Quantity"));
            button type="button" data-step="1" aria-label=(at.t("多一件", "One more")) { (icons::PLUS) }
        }
    }
}

/// One thing that is bought: its picture and title, each with a way to it if there is one, its variant, and how many at
/// which price.
pub fn item(
    href: Option<&str>,
    media: Option<&str>,
    title: &str,
    variant: &str,
    (unit, quantity): (Money, i64),
) -> Markup {
    html! {
        div.item {
            @match href {
                Some(href) => { a href=(href) tabindex="-1" aria-hidden="true" { (thumb(media)) } }
                None => { (thumb(media)) }
            }
            div { p { @match href { Some(href) => { a href=(href) { (title) } } None => { (title) } } } p.s12.mut { (variant) } }
            div.r { (when::money(unit)) small { "× " (quantity) } }
        }
    }
}

/// Who receives: the name, and the number beside it.
pub fn receiver(at: &PageContext, postal: &Postal) -> Markup {
    html! { b { (postal.recipient) " " span.nw { (fmt::phone(&postal.phone, at.site.market.country())) } } }
}

/// Where somebody lives, in a line.
pub fn place(postal: &Postal) -> String {
    fmt::place([&postal.province, &postal.city, &postal.district, &postal.street])
}

/// What a bill is headed by.
pub fn how(at: &PageContext, total: Money) -> String {
    let total = when::money(total);
    at.pick(format!("价格明细：{total}"), format!("Price breakdown: {total}"))
}

/// What was done, if its word stands in the address: `?say=added`.
pub fn said(at: &PageContext, word: &str, title: (&str, &str), words: (&str, &str)) -> Markup {
    html! { @if at.query.text("say") == word { (message(Mark::Kept, at.t(title.0, title.1), at.t(words.0, words.1))) } }
}

/// Choices of one thing as links, the present one marked.
pub fn chips(label: &str, list: impl IntoIterator<Item = (String, String, bool)>) -> Markup {
    html! {
        nav.chips aria-label=(label) {
            @for (href, text, on) in list { a href=(href) aria-current=[on.then_some("true")] { span { (text) } } }
        }
    }
}

/// A percentage of a rate in parts per million: `10%`, `8.5%`.
pub fn percent(ppm: i64) -> String {
    let text = fmt::decimal(ppm as f64 / 10_000.0, 2);
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}

/// A button of the mall that is a form. The key makes a double click one write.
pub fn press(at: &web_kit::page::PageContext, action: &str, class: &str, text: &str) -> Markup {
    html! { form action=(action) method="post" { input type="hidden" name="key" value=(at.key()); button class=(class) { (text) } } }
}

/// Points of a part of the score: a bar with its number, or that there are none.
pub fn points(at: &web_kit::page::PageContext, points: Option<f64>, colour: u8) -> Markup {
    html! {
        @match points {
            Some(points) => { (score_bar(points, colour)) b { (fmt::decimal(points, 1)) } }
            None => { span.mut.s12 { (fmt::nothing(at.lang())) } b { "–" } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Currency;

    fn yuan(minor: i64) -> Money {
        Money::new(minor, Currency::CNY)
    }

    #[test]
    fn a_price_keeps_its_cents() {
        assert_eq!(
            price(yuan(26_800)).0,
            "<span class=\"price\"><small>¥</small>268<small>.00</small></span>"
        );
        assert_eq!(price_whole(yuan(123_456)).0, "<span class=\"price\"><small>¥</small>1,234.56</span>");
    }

    #[test]
    fn a_bills_bar_is_as_long_as_its_amounts() {
        let bar = bill_bar(Lang::Zh, yuan(7_500), &[yuan(2_500)]).0;
        assert!(bar.contains("一共 ¥100.00，减去 ¥25.00，付 ¥75.00"), "{bar}");
        assert!(bar.contains("width=\"267.0\""), "three quarters of 358 less the gap: {bar}");
        assert_eq!(bill_bar(Lang::Zh, yuan(0), &[]).0, "");
    }

    #[test]
    fn prices_of_days_are_steps_and_a_single_price_is_a_line() {
        let steps = price_steps(Lang::En, "24 Oct", &[(0.0, yuan(8_900)), (0.5, yuan(7_400))]).0;
        assert!(steps.contains("M4.0 24.0H143.0V52.0H282.0"), "{steps}");
        assert!(steps.contains("¥89.00 at the highest"), "{steps}");
        let flat = price_steps(Lang::En, "24 Oct", &[(0.0, yuan(8_900))]).0;
        assert!(flat.contains("M4.0 38.0H282.0"), "{flat}");
        assert_eq!(price_steps(Lang::En, "", &[]).0, "");
    }

    #[test]
    fn rates_are_written_without_idle_zeros() {
        assert_eq!(percent(100_000), "10%");
        assert_eq!(percent(85_000), "8.5%");
        assert_eq!(percent(1_234), "0.12%");
    }
}
