//! Rules people can read: page by page and sentence by sentence, in both languages, every number has its unit, and the
//! window, the source and the version stand on the page.
//!
//! What is read is the text as rendered: tags are taken away, cells of a table are read with the heading of their column,
//! drawings and source code are not sentences. Dates, times, identifiers and clause numbers are names and not numbers.

use super::pages::{full, id};

/// A text of the page, with the heading of its column if it is a cell.
#[derive(Debug, Clone, PartialEq)]
struct Block {
    text: String,
    heading: String,
}

/// The texts of a page's `main`, in order.
fn blocks(html: &str) -> Vec<Block> {
    let main = html.split("<main").nth(1).and_then(|m| m.split("</main>").next()).unwrap_or_default();
    let mut blocks: Vec<Block> = Vec::new();
    let (mut text, mut headings, mut column, mut in_head) =
        (String::new(), Vec::<String>::new(), 0usize, false);
    let mut skip: Option<&str> = None;
    let mut rest = main.split_once('>').map_or("", |(_, rest)| rest);
    let mut label = String::new();
    let push = |text: &mut String, heading: &str, blocks: &mut Vec<Block>| {
        let said = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if !said.is_empty() {
            blocks.push(Block { text: said, heading: heading.to_owned() });
        }
        text.clear();
    };
    while let Some((before, after)) = rest.split_once('<') {
        let (tag, next) = after.split_once('>').unwrap_or(("", ""));
        if skip.is_none() {
            text.push_str(
                &before
                    .replace("&lt;", "<")
                    .replace("&gt;", ">")
                    .replace("&quot;", "\"")
                    .replace("&amp;", "&"),
            );
        }
        let name: String =
            tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        match skip {
            Some(what) if name == what && tag.starts_with('/') => skip = None,
            Some(_) => {}
            None => {
                // A rule's own text line by line is source, and stands in a list of its own kind.
                let source = name == "ol" && tag.contains("class=\"code\"");
                if let Some(what) = ["svg", "script", "pre", "select", "ol"]
                    .into_iter()
                    .find(|w| *w == name && (name != "ol" || source))
                    && !tag.starts_with('/')
                {
                    skip = Some(what);
                }
                let block = [
                    "p", "li", "td", "th", "h1", "h2", "h3", "div", "dt", "dd", "label", "legend", "summary",
                    "button", "small", "tr", "caption", "ul", "ol", "form", "section", "table",
                ];
                if block.contains(&name.as_str()) {
                    let heading = if label.is_empty() {
                        headings.get(column).cloned().unwrap_or_default()
                    } else {
                        label.clone()
                    };
                    // What stands in small print below a figure is read with it.
                    if name == "small" {
                        text.push(' ');
                    } else if in_head && name == "th" && tag.starts_with('/') {
                        headings.push(text.split_whitespace().collect::<Vec<_>>().join(" "));
                        text.clear();
                    } else if name == "dt" && tag.starts_with('/') {
                        label = text.split_whitespace().collect::<Vec<_>>().join(" ");
                        push(&mut text, "", &mut blocks);
                    } else {
                        push(&mut text, &heading, &mut blocks);
                    }
                }
                match (name.as_str(), tag.starts_with('/')) {
                    ("thead", false) => {
                        headings.clear();
                        in_head = true;
                    }
                    ("thead", true) => in_head = false,
                    ("table", _) => headings.clear(),
                    ("tr", false) => column = 0,
                    ("td" | "th", true) if !in_head => column += 1,
                    ("dd", true) => label.clear(),
                    _ => {}
                }
            }
        }
        rest = next;
    }
    blocks
}

const UNITS: &[&str] = &[
    "%",
    "分",
    "天",
    "日",
    "单",
    "家",
    "星",
    "小时",
    "秒",
    "次",
    "件",
    "项",
    "个",
    "份",
    "处",
    "条",
    "倍",
    "元",
    "年",
    "月",
    "百分",
    "星级",
    "每百万单",
    "张",
    "行",
    "位",
    "店",
    "点",
    "档",
    "样本",
    "行业样本",
    "周",
    "版",
    "柱",
    "页",
    "号",
    "步",
    "points",
    "point",
    "days",
    "day",
    "orders",
    "order",
    "shops",
    "stars",
    "hours",
    "h",
    "s",
    "of five",
    "minutes",
    "seconds",
    "lines",
    "-day",
    "day mean",
    "samples",
    "findings",
    "listings",
    "insurances",
    "conversations",
    "per",
    "pp",
    "of the dimension",
    "of the industry",
    "differences",
    "more",
    "times",
    "of them",
    "weeks",
    "min",
    "d",
    "K",
    "facts",
    "CNY",
    "yuan",
    "case",
    "cases",
    "versions",
    "more orders",
    "fewer",
    "times as",
];

/// Whether a word that begins here is a unit.
fn is_unit(after: &str) -> bool {
    let after = after.trim_start_matches(['\u{a0}', ' ']);
    UNITS.iter().any(|unit| {
        after.strip_prefix(unit).is_some_and(|rest| {
            !unit.ends_with(|c: char| c.is_ascii_alphabetic())
                || !rest.starts_with(|c: char| c.is_ascii_alphanumeric())
        })
    })
}

/// The numbers of a sentence that have no unit.
fn bare(sentence: &str, heading: &str) -> Vec<String> {
    let letters: Vec<(usize, char)> = sentence.char_indices().collect();
    let mut found: Vec<(usize, usize)> = Vec::new();
    let mut i = 0;
    while i < letters.len() {
        if !letters[i].1.is_ascii_digit() {
            i += 1;
            continue;
        }
        let start = i;
        while i < letters.len()
            && (letters[i].1.is_ascii_digit()
                || (matches!(letters[i].1, '.' | ',')
                    && letters.get(i + 1).is_some_and(|c| c.1.is_ascii_digit())))
        {
            i += 1;
        }
        found.push((start, i));
    }
    let at = |i: usize| letters.get(i).map(|c| c.1);
    let byte = |i: usize| letters.get(i).map_or(sentence.len(), |c| c.0);
    // A chain of figures joined by signs has one unit for all.
    let joined = |a: usize, b: usize| {
        let between = &sentence[byte(a)..byte(b)];
        let signs = between.trim();
        between.chars().count() <= 9
            && !signs.is_empty()
            && signs.chars().all(|c| "÷×+−-–=→/()（） ".contains(c) || c == '至' || c == '到')
            || matches!(signs, "to" | "and" | "or" | "或")
            || ["分 ×", "points ×", "分 →", "小时 →", "秒 →", "% →"].contains(&signs)
    };
    let mut bare = Vec::new();
    let mut n = 0;
    while n < found.len() {
        let mut last = n;
        while last + 1 < found.len() && joined(found[last].1, found[last + 1].0) {
            last += 1;
        }
        let has =
            (n..=last).any(|k| is_unit(&sentence[byte(found[k].1)..]) || priced(sentence, byte(found[k].0)));
        for (from, to) in &found[n..=last] {
            let name_before = *from > 0
                && at(from - 1)
                    .is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '@' | '_' | '[' | '#' | ':'));
            let name_after = at(*to).is_some_and(|c| {
                matches!(c, '_' | ':' | ']') || (c.is_ascii_alphabetic() && !is_unit(&sentence[byte(*to)..]))
            });
            if !(has
                || name_before
                || name_after
                || dated(sentence, byte(*from), byte(*to))
                || named(sentence, byte(found[n].0))
                || written(sentence, byte(*from)))
            {
                let unit_of_column = UNITS.iter().any(|u| u.chars().count() > 1 && heading.contains(u))
                    || ["分", "%", "单", "家", "星", "天"].iter().any(|u| {
                        heading.contains(&format!("（{u}）")) || heading.contains(&format!("：{u}"))
                    })
                    || heading.contains("points")
                    || ["分子：", "分母：", "Numerator: ", "Denominator: "].iter().any(|what| heading.starts_with(what))
                    // A heading that says what is counted above and below the line.
                    || (heading.contains('÷') && !["分子 ÷ 分母", "num ÷ den"].contains(&heading));
                if !unit_of_column {
                    bare.push(format!("{} in \"{sentence}\" [{heading}]", &sentence[byte(*from)..byte(*to)]));
                }
            }
        }
        n = last + 1;
    }
    bare
}

/// Whether the currency of an amount stands before it: `CNY 2.00`, `¥2.00`.
fn priced(sentence: &str, from: usize) -> bool {
    let before = sentence[..from].trim_end();
    before.ends_with('¥')
        || before.strip_suffix("CNY").is_some_and(|b| !b.ends_with(|c: char| c.is_ascii_alphabetic()))
}

/// Whether a number is part of a date or a time.
fn dated(sentence: &str, from: usize, to: usize) -> bool {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (before, after) = (&sentence[..from], &sentence[to..]);
    let digits = |t: &str| t.starts_with(|c: char| c.is_ascii_digit());
    let dash_after = after.strip_prefix('-').is_some_and(digits);
    let dash_before = before.strip_suffix('-').is_some_and(|b| b.ends_with(|c: char| c.is_ascii_digit()));
    let clock = after.starts_with(':') || before.ends_with(':');
    let month_near =
        MONTHS.iter().any(|m| after.trim_start().starts_with(m) || before.trim_end().ends_with(m));
    dash_after || dash_before || clock || month_near
}

/// Whether a number is part of an identifier or of the name of a file.
fn written(sentence: &str, from: usize) -> bool {
    let of_name = |c: char| c.is_ascii_alphanumeric() || "@_./-".contains(c);
    let start = sentence[..from]
        .rfind(|c| !of_name(c))
        .map_or(0, |i| i + sentence[i..].chars().next().map_or(1, char::len_utf8));
    let token: String = sentence[start..].chars().take_while(|c| of_name(*c)).collect();
    token.contains(|c: char| c.is_ascii_alphabetic()) && token.contains(['@', '_', '/'])
}

/// Whether a number names a clause, a version or a row: `rules.md 1.2`, `商家体验分 1.3`, `version 3`.
fn named(sentence: &str, from: usize) -> bool {
    let before = sentence[..from].trim_end_matches([' ', '-', '.', ',']);
    let before = before.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | ' '));
    [
        "rules.md",
        "体验分",
        "第",
        "版本",
        "Version",
        "Versions",
        "version",
        "v",
        "clause",
        "Clause",
        "条款",
        "needs",
        "and",
        "of rules.md",
        "definitions",
        "Sanhao",
        "published",
        "from",
        "S-",
        "号",
        "link",
        "line",
        // A step of the scale on which people rate.
        "rated",
        "score of",
        "评",
    ]
    .iter()
    .any(|name| before.ends_with(name))
}

/// What a page of figures must name.
const FIGURES: [&str; 3] = ["window", "source", "version"];

/// What a page of a rule must name; a rule has no window of its own.
const RULES: [&str; 3] = ["source", "version", "day of effect"];

/// Every sentence of a page whose numbers lack a unit, and what the page as a whole lacks.
fn wrong(html: &str, lang: &str, basis: &[&str]) -> (usize, Vec<String>) {
    let blocks = blocks(html);
    let mut wrong = Vec::new();
    let mut numbers = 0;
    for block in &blocks {
        // Where something comes from is a name with its clause numbers.
        if ["来源", "Source", "条款", "Clause", "例子", "Example"].contains(&block.heading.as_str())
            || block.text.starts_with("来源：")
            || block.text.starts_with("Source:")
        {
            continue;
        }
        // "of 5" is the unit of a rating: its scale.
        let marked = block
            .text
            .replace("of 5", "of five")
            .replace(". ", ".\n")
            .replace(['。', '；'], "\n")
            .replace("; ", "\n");
        for sentence in marked.lines().map(str::trim).filter(|s| !s.is_empty()) {
            numbers += sentence.matches(|c: char| c.is_ascii_digit()).count();
            wrong.extend(bare(sentence, &block.heading));
        }
    }
    let all: String = blocks.iter().map(|b| format!("{} {}\n", b.heading, b.text)).collect();
    let needs: [(&str, &[&str]); 4] = if lang == "en" {
        [
            ("window", &["window", "Window"]),
            ("source", &["source", "Source"]),
            ("version", &["@", "ersion "]),
            ("day of effect", &["from 1 Jan 2026", "from 10 Aug 2026"]),
        ]
    } else {
        [
            ("window", &["窗口"]),
            ("source", &["来源"]),
            ("version", &["@", "版本"]),
            ("day of effect", &["从 2026-01-01 起", "从 2026-08-10 起"]),
        ]
    };
    for (what, words) in needs {
        if basis.contains(&what) && !words.iter().any(|word| all.contains(word)) {
            wrong.push(format!("the page names no {what}"));
        }
    }
    (numbers, wrong)
}

#[test]
fn the_check_finds_a_number_without_its_unit_and_a_page_without_its_basis() {
    for (sentence, fine) in [
        ("得 50 分", true),
        ("得 50", false),
        ("69 分 × 50%", true),
        ("5,642 ÷ 306,630 单", true),
        ("5,642 ÷ 306,630", false),
        ("截至 2026-06-23 24:00", true),
        ("23 Jun 2026", true),
        ("it gets 50 points", true),
        ("it gets 50", false),
        ("sanhao@3", true),
        ("at 10% of them", true),
        ("at least CNY 2.00 and at most ¥50.00", true),
        ("from CNY 10 to 500", true),
        ("at least XCNY 2.00", false),
        ("it is 3 or so", false),
        ("reviews with a score of 1 or 2", true),
        ("governance/packs/sanhao/scorecards/sanhao-3.toml", true),
    ] {
        assert_eq!(bare(sentence, "").is_empty(), fine, "{sentence}: {:?}", bare(sentence, ""));
    }
    assert!(bare("69", "差（分）").is_empty() && !bare("69", "差").is_empty());
    let page = "<main id=\"main\"><p>得 50 分。</p><table><thead><tr><th>数量</th></tr></thead><tbody><tr><td>7</td></tr></tbody></table></main>";
    let (_, wrong) = wrong(page, "zh-CN", &FIGURES);
    assert_eq!(wrong.len(), 4, "{wrong:?}");
}

#[tokio::test]
async fn five_pages_say_each_number_with_its_unit_and_name_window_source_and_version() {
    let shop =
        format!("/console/shops/{}/what-if?as_of=2026-03-12&card=sanhao@3", id::<kernel::id::Shop>("S-1"));
    let pages = [
        "/console/scorecards/sanhao@3",
        "/console/scorecards/small-market@1",
        "/console/scorecards/douyin-2026@1",
        "/console/metrics/late_ship_rate?as_of=2026-03-12",
        "/console/metrics/im_response_seconds?as_of=2026-03-12",
        shop.as_str(),
    ];
    let mut failures = Vec::new();
    for path in pages {
        for lang in ["zh-CN", "en"] {
            let html = full().page(path, lang).await;
            let (numbers, wrong) = wrong(&html, lang, &FIGURES);
            assert!(numbers > 3, "{path} in {lang} holds hardly a number: the check reads nothing");
            failures.extend(wrong.into_iter().map(|w| format!("{path} in {lang}: {w}")));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[tokio::test]
async fn policies_and_promises_say_each_number_with_its_unit_and_name_source_version_and_day_of_effect() {
    let pages = [
        "/console/policies/ship-late",
        "/console/policies/ship-fraud",
        "/console/policies/ship-late-stop",
        "/console/promises",
        "/console/promises/ship-48h",
        "/console/promises/ship-same-day",
        "/console/promises/pickup-clock",
        "/console/promises/chat-hours",
    ];
    let mut failures = Vec::new();
    for path in pages {
        for lang in ["zh-CN", "en"] {
            let html = full().page(path, lang).await;
            let (numbers, wrong) = wrong(&html, lang, &RULES);
            assert!(numbers > 3, "{path} in {lang} holds hardly a number: the check reads nothing");
            failures.extend(wrong.into_iter().map(|w| format!("{path} in {lang}: {w}")));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
