//! What the checker of rules says, in Chinese: it speaks English, as the command line does.
//!
//! Invariant: what has no translation here is shown as the checker said it, never hidden.

use web_kit::prelude::*;

/// What is said, with `*` for what differs from case to case, and the same in Chinese.
const SAID: [(&str, &str); 82] = [
    ("this is not TOML: *", "这不是 TOML：*"),
    ("this is not CEL: *", "条件读不懂：*"),
    ("the policy is not complete", "规则不完整。"),
    ("the policy has no actions", "规则没有写命中后做什么。"),
    ("the policy has no table of cases", "规则没有案例表。"),
    ("the condition is *, not true or false", "条件得出的是*，不是「是或否」。"),
    ("the condition nests more than * levels deep", "条件套了超过 * 层。"),
    ("the condition nests divisions or choices too deeply", "条件里除法或选择套得太深。"),
    ("an input is one plain name, without dots", "输入只能是一个名字，不带点。"),
    ("a list can only stand behind \"in\"", "列表只能写在 in 后面。"),
    ("a condition has no maps, records or loops", "条件里不能有映射、记录或循环。"),
    ("there are no unsigned numbers here", "这里没有无符号数。"),
    ("there are no bytes here", "这里没有字节串。"),
    ("null can only stand beside == or !=", "null 只能和 ==、!= 一起用。"),
    ("there is no input \"*\"", "没有输入「*」。"),
    ("* has no negative", "*没有负数。"),
    ("null is compared with null", "null 和 null 比没有意义。"),
    ("this is never null, so the comparison is always *", "这里不会是 null，比较的结果总是 *。"),
    ("* has no order", "*不分大小。"),
    ("double() takes a whole number, and this is *", "double() 要一个整数，这里是*。"),
    ("money() takes a text", "money() 要一段文字。"),
    ("\"*\" is not an amount in * of at most * decimals", "「*」不是 * 的金额，最多 * 位小数。"),
    ("\"*\" is not an amount", "「*」不是金额。"),
    ("*() is not known here", "这里没有 *()。"),
    ("this must be true or false, and it is *", "这里要「是或否」，现在是*。"),
    ("* and * do not mix", "*和*不能放在一起算。"),
    ("numbers have no remainder", "小数没有余数。"),
    ("amounts can only be added and subtracted", "金额只能加减。"),
    ("one cannot calculate with *", "*不能拿来算。"),
    ("this could be beyond what a number holds", "算出来可能大到装不下。"),
    (
        "this could be beyond what a whole number holds (inputs may be up to 10^15)",
        "算出来可能超出整数的范围（输入最大 10^15）。",
    ),
    ("behind \"in\" there must be a list", "in 后面要一个列表。"),
    ("the list must hold constants of one type, and x is *", "列表里要同一种常量，前面的是*。"),
    ("the list is empty, so nothing is in it", "列表是空的，什么都不在里面。"),
    ("input \"*\" is declared and not read", "输入「*」写了，但没有用到。"),
    ("\"*\" cannot be the name of an input", "「*」不能作输入的名字。"),
    ("input \"*\" is not a table", "输入「*」不是一个表。"),
    (
        "input \"*\" must have exactly one of metric, episodes and type",
        "输入「*」要写 metric、episodes、type 里的一个，只写一个。",
    ),
    ("input \"*\" is *, and the amount is in *", "输入「*」是*，金额用的是 *。"),
    ("\"*\" does not go with \"*\"", "「*」不能和「*」一起写。"),
    ("there is no metric \"*\"", "没有指标「*」。"),
    ("\"episodes\" says over which time they are counted", "episodes 要说数多长时间里的命中。"),
    (
        "\"episodes\" must have exactly one of window_days and calendar",
        "episodes 要写 window_days 或 calendar，只写一个。",
    ),
    ("\"*\" is not a type", "「*」不是一种类型。"),
    ("only money has a currency", "只有金额才有币种。"),
    ("\"*\" is not true or false", "「*」要写 true 或 false。"),
    (
        "\"words\" is not a list of the texts that an input of type \"text\" can be",
        "words 要列出文字可以是哪些词。",
    ),
    ("\"*\" is not a kind of action", "「*」不是一种动作。"),
    ("parameter \"*\" is not a number, a text or a truth", "参数「*」要是数、文字或是否。"),
    (
        "\"percent\" is not a number above 0 and up to 100, of at most 4 decimals",
        "percent 要大于 0、不超过 100，最多 4 位小数。",
    ),
    ("a fixed amount is not of anything", "固定金额不用写 of。"),
    ("the amount must have exactly one of percent and fixed", "金额要写 percent 或 fixed，只写一个。"),
    ("\"min\" is above \"max\"", "min 比 max 还大。"),
    ("case \"*\" does not hold: *", "案例「*」对不上：*"),
    ("the case has no \"*\"", "案例少了「*」。"),
    ("\"*\" is none of its words", "「*」不在它的词里。"),
    ("* has no amount", "*没有金额。"),
    ("an action of a case is a kind, or a table", "案例里的动作写种类，或写一个表。"),
    ("\"*\" is not a key of *", "「*」不是*里的键。"),
    ("* has no \"*\"", "*少了「*」。"),
    ("\"*\" is empty", "「*」是空的。"),
    ("\"*\" is not a text", "「*」要是一段文字。"),
    ("an id has small letters, digits and hyphens only", "id 只能有小写字母、数字和连字符。"),
    ("\"*\" is not a whole number from * to *", "「*」要是 * 到 * 的整数。"),
    ("\"*\" is none of the words it can be", "「*」不是可选的词。"),
    ("\"*\" must have both languages", "「*」要写中英两种语言。"),
    ("\"*\" is not a currency", "「*」不是币种。"),
    ("\"effective_from\" is not a date", "effective_from 不是日期。"),
    ("\"*\" is not a list of tables", "「*」要是一列表。"),
    ("\"*\" is not a list", "「*」要是一个列表。"),
    ("\"*\" is not a table", "「*」要是一个表。"),
    ("* is not a table", "*要是一个表。"),
    ("\"*\" is not *", "「*」不是*。"),
    ("true or false", "「是或否」"),
    ("a whole number", "整数"),
    ("a number", "数"),
    ("a text", "文字"),
    ("an amount in *", "*的金额"),
    ("a policy", "规则"),
    ("a case", "案例"),
    ("an action", "动作"),
    ("the amount", "金额"),
];

/// What stands for the `*` of a pattern, if a text is one of it.
fn held<'a>(pattern: &str, text: &'a str) -> Option<Vec<&'a str>> {
    let mut parts = pattern.split('*');
    let mut rest = text.strip_prefix(parts.next()?)?;
    let mut found = Vec::new();
    let parts: Vec<&str> = parts.collect();
    for (i, part) in parts.iter().enumerate() {
        let last = i + 1 == parts.len();
        let at = match (part.is_empty(), last) {
            (true, true) => rest.len(),
            (_, true) => rest
                .len()
                .checked_sub(part.len())
                .filter(|at| rest.is_char_boundary(*at) && rest[*at..] == **part)?,
            _ => rest.find(part)?,
        };
        found.push(&rest[..at]);
        rest = &rest[at + part.len()..];
    }
    rest.is_empty().then_some(found)
}

/// What the checker says, in the reader's language.
pub fn said(lang: Lang, text: &str) -> String {
    if lang == Lang::En {
        return text.to_owned();
    }
    for (pattern, zh) in SAID {
        if let Some(held) = held(pattern, text) {
            let (mut out, mut held) = (String::new(), held.into_iter());
            for (i, part) in zh.split('*').enumerate() {
                if i > 0 {
                    out += &said(lang, held.next().unwrap_or_default());
                }
                out += part;
            }
            return out;
        }
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chinese_reader_reads_chinese_with_the_same_values() {
        for (en, zh) in [
            ("there is no input \"late_shp_rate\"", "没有输入「late_shp_rate」。"),
            ("a whole number and a text do not mix", "整数和文字不能放在一起算。"),
            ("\"days\" is not a whole number from 1 to 3660", "「days」要是 1 到 3660 的整数。"),
            ("a policy has no \"version\"", "规则少了「version」。"),
            ("\"effective_from\" is not a date", "effective_from 不是日期。"),
            ("something that nobody put into words", "something that nobody put into words"),
        ] {
            assert_eq!(said(Lang::Zh, en), zh);
            assert_eq!(said(Lang::En, en), en);
        }
    }

    #[test]
    fn every_pattern_says_as_many_things_in_both_languages() {
        for (en, zh) in SAID {
            assert_eq!(en.matches('*').count(), zh.matches('*').count(), "{en}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_rule_is_said_in_chinese() {
        let rule = govern::policy::shipped().iter().find(|policy| policy.id == "late-ship-cap").unwrap();
        for (from, to) in [
            ("late_ship_rate >= 0.20", "late_shp_rate >= 0.20"),
            ("late_ship_rate >= 0.20", "late_ship_rate >="),
            ("late_ship_rate >= 0.20", "late_ship_rate >= \\\"x\\\""),
            ("days = 7", "days = 0"),
            ("days = 7", "day = 7"),
            ("kind = \"order_cap\"", "kind = \"order_cp\""),
            ("effective_from = 2017-01-01", "effective_from = \"soon\""),
            ("version = 1", "version ="),
            ("stage = \"during\"", "stage = \"later\""),
            ("window_days = 30", "window_days = 9000"),
            ("[title]", "[titel]"),
        ] {
            let text = rule.text.replacen(from, to, 1);
            let found = govern::policy::check_draft(&text, None).diagnostics;
            assert!(!found.is_empty(), "{to}");
            for wrong in found {
                let zh = said(Lang::Zh, &wrong.message);
                assert!(zh.chars().any(|c| c > '\u{2e80}'), "{to}: {zh}");
            }
        }
    }
}
