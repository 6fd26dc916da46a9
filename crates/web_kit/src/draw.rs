//! Drawings that the server makes: the score's dial, the distance to a gate, bars of parts.
//!
//! Invariants: whatever is drawn stands beside it in numbers; nothing is styled inline (colours are tokens given as
//! attributes); shapes are exact to a tenth of a pixel.

use maud::{Markup, html};
use std::f64::consts::PI;

/// One segment of a dial.
pub struct Segment {
    /// How many points long.
    pub points: f64,
    /// A token: `data-1`.
    pub colour: &'static str,
    /// Where pressing it leads.
    pub href: String,
    /// What it is, with its points.
    pub title: String,
}

/// A score drawn as the sum it is.
pub struct Dial<'a> {
    /// What the score is the sum of, in order.
    pub segments: &'a [Segment],
    /// What is taken off, drawn hatched from the end of the last segment backwards.
    pub lost: f64,
    /// Where gates are.
    pub gates: &'a [i64],
    /// The large number or word.
    pub centre: &'a str,
    /// The line below it.
    pub below: &'a str,
    /// The line at the foot.
    pub foot: &'a str,
    /// The whole in one sentence.
    pub label: &'a str,
}

const X: f64 = 150.0;

const R: f64 = 112.0;

/// A point at a score from 0 to 100 and a distance from the centre: 270 degrees, from the lower left, clockwise.
fn place(score: f64, r: f64) -> (f64, f64) {
    let angle = (225.0 - 270.0 * score / 100.0) * PI / 180.0;
    (X + r * angle.cos(), X - r * angle.sin())
}

fn arc(from: f64, to: f64) -> String {
    let ((x0, y0), (x1, y1)) = (place(from, R), place(to, R));
    let long = i32::from((to - from) * 2.7 > 180.0);
    format!("M{x0:.1} {y0:.1}A{R} {R} 0 {long} 1 {x1:.1} {y1:.1}")
}

/// Draws a dial.
pub fn dial(dial: &Dial<'_>) -> Markup {
    let mut at = 0.0;
    let mut arcs: Vec<(&Segment, f64, f64)> = Vec::new();
    for segment in dial.segments {
        let to = (at + segment.points).clamp(0.0, 100.0);
        if to > at {
            arcs.push((segment, at, to));
        }
        at = to;
    }
    let kept = (at - dial.lost).max(0.0);
    html! {
        svg.dialsvg viewBox="0 0 300 272" role="group" aria-label=(dial.label) {
            defs { (hatch("hx", "broken", "broken-soft")) }
            path d=(arc(0.0, 100.0)) fill="none" stroke="var(--sh-sunken)" stroke-width="18" {}
            @for (i, (segment, from, to)) in arcs.iter().enumerate() {
                @let end = to.min(kept);
                @if end > *from {
                    a href=(segment.href) tabindex="-1" aria-hidden="true" {
                        path d=(arc(*from + if i > 0 { 0.35 } else { 0.0 }, end)) fill="none" stroke=(format!("var(--sh-{})", segment.colour)) stroke-width="18" {
                            title { (segment.title) }
                        }
                    }
                }
            }
            @if at > kept {
                path d=(arc(kept + 0.35, at)) fill="none" stroke="url(#hx)" stroke-width="18" {}
            }
            @for gate in dial.gates {
                @let ((x0, y0), (x1, y1), (x, y)) = (place(*gate as f64, R + 13.0), place(*gate as f64, R + 20.0), place(*gate as f64, R + 30.0));
                path d=(format!("M{x0:.1} {y0:.1}L{x1:.1} {y1:.1}")) stroke="var(--sh-ink-2)" stroke-width="1.5" {}
                text x=(format!("{x:.1}")) y=(format!("{:.1}", y + 4.0)) font-size="11" fill="var(--sh-ink-3)" text-anchor="middle" { (gate) }
            }
            @let wide = dial.centre.chars().count() > 6 || dial.centre.chars().any(|c| c > '⺀');
            text x="150" y="152" font-size=(if wide { "30" } else { "50" }) font-weight="600" text-anchor="middle" fill="var(--sh-ink)" { (dial.centre) }
            text x="150" y="178" font-size="13" text-anchor="middle" fill="var(--sh-ink-2)" { (dial.below) }
            text x="70.8" y="251.2" font-size="11" fill="var(--sh-ink-3)" text-anchor="middle" { "0" }
            text x="229.2" y="251.2" font-size="11" fill="var(--sh-ink-3)" text-anchor="middle" { "100" }
            text x="150" y="246" font-size="12" text-anchor="middle" fill="var(--sh-ink-3)" { (dial.foot) }
        }
    }
}

/// Stripes of a colour over its soft ground.
fn hatch(id: &str, colour: &str, ground: &str) -> Markup {
    html! {
        pattern id=(id) width="5" height="5" patternTransform="rotate(45)" patternUnits="userSpaceOnUse" {
            rect width="5" height="5" fill=(format!("var(--sh-{ground})")) {}
            rect width="2" height="5" fill=(format!("var(--sh-{colour})")) {}
        }
    }
}

/// The distance to a gate on a scale: what there is as a bar, what it takes as a tick.
pub fn gate(id: &str, scale: (f64, f64), now: Option<f64>, need: f64, open: bool, label: &str) -> Markup {
    let (low, high) = scale;
    let at = |v: f64| ((v - low) / (high - low).max(1e-9) * 600.0).clamp(0.0, 600.0);
    let width = now.map_or(0.0, at);
    html! {
        svg.gb viewBox="0 0 600 20" preserveAspectRatio="none" role="img" aria-label=(label) {
            @if !open { defs { (hatch(id, "warning", "surface")) } }
            rect x="0" y="6" width="600" height="8" fill="var(--sh-sunken)" {}
            rect x="0" y="6" width=(format!("{width:.1}")) height="8" fill=(if open { "var(--sh-kept)".to_owned() } else { format!("url(#{id})") }) {}
            rect x=(format!("{:.1}", at(need) - 1.0)) y="0" width="2" height="20" fill="var(--sh-ink)" {}
        }
    }
}

/// A difference from the middle: to the right what is more, to the left what is less.
pub fn change(by: f64, most: f64) -> Markup {
    let w = (by.abs() / most.max(1e-9) * 50.0).min(50.0);
    let x = if by < 0.0 { 50.0 - w } else { 50.0 };
    html! {
        svg.bar viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" {
            rect x=(format!("{x:.2}")) y="0" width=(format!("{w:.2}")) height="8" fill=(if by < 0.0 { "var(--sh-broken)" } else { "var(--sh-kept)" }) {}
            rect x="49.6" y="0" width="0.8" height="8" fill="var(--sh-ink-3)" {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(segments: &[Segment], lost: f64) -> String {
        let dial =
            Dial { segments, lost, gates: &[60, 80], centre: "82.49", below: "", foot: "", label: "x" };
        super::dial(&dial).0
    }

    fn segment(points: f64) -> Segment {
        Segment { points, colour: "data-1", href: "#a".to_owned(), title: String::new() }
    }

    #[test]
    fn a_dial_draws_its_segments_and_hatches_what_was_lost() {
        let html = drawn(&[segment(40.0), segment(24.0), segment(20.0)], 2.0);
        assert_eq!(html.matches("var(--sh-data-1)").count(), 3, "{html}");
        assert_eq!(html.matches("url(#hx)").count(), 1);
        assert!(drawn(&[segment(40.0)], 0.0).matches("url(#hx)").count() == 0);
        // More than the scale holds ends at its end.
        assert!(!drawn(&[segment(90.0), segment(30.0)], 0.0).contains("NaN"));
        assert_eq!(drawn(&[segment(10.0)], 50.0).matches("var(--sh-data-1)").count(), 0);
    }
}
