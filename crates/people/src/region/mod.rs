//! Provinces, cities and districts of China, to choose an address from, and pasted addresses read into their parts.
//!
//! Invariants: pure functions of one file; what is not found in a text is left empty, nothing is guessed from half a name;
//! an address need not be of the list.

use crate::vault::Postal;
use std::sync::LazyLock;

/// A province, or what is one by rank, with its cities.
#[derive(Debug)]
pub struct Province {
    /// As it is written: `浙江省`.
    pub name: &'static str,
    /// Its cities, in the order of their codes.
    pub cities: Vec<City>,
}

/// A city, or what is one by rank, with its districts.
#[derive(Debug)]
pub struct City {
    /// As it is written: `杭州市`.
    pub name: &'static str,
    /// Its districts and counties.
    pub districts: Vec<&'static str>,
}

static CHINA: LazyLock<Vec<Province>> = LazyLock::new(|| {
    let mut all: Vec<Province> = Vec::new();
    for line in include_str!("cn.txt").lines().filter(|line| !line.starts_with('#')) {
        match (line.strip_prefix(' ').and_then(|line| line.split_once(':')), all.last_mut()) {
            (Some((name, districts)), Some(province)) => {
                let districts = districts.split(',').filter(|name| !name.is_empty()).collect();
                province.cities.push(City { name, districts });
            }
            _ => all.push(Province { name: line, cities: Vec::new() }),
        }
    }
    all
});

/// All provinces of China.
pub fn china() -> &'static [Province] {
    &CHINA
}

/// What stands before the parts of a pasted address, longest first.
const LABELS: [&str; 16] = [
    "邮政编码",
    "手机号码",
    "联系电话",
    "所在地区",
    "详细地址",
    "收货地址",
    "收件地址",
    "收货人",
    "收件人",
    "联系人",
    "手机号",
    "姓名",
    "手机",
    "电话",
    "地址",
    "邮编",
];

/// What a name of a province, city or district may be shortened by, longest first.
const ENDINGS: [&str; 10] =
    ["特别行政区", "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "地区", "省", "市", "区", "县"];

/// A piece of a pasted text, or where its phone number stood.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Phone,
}

/// Reads a pasted address, as shops and messengers write it: `张三 13800000000 浙江省杭州市西湖区文三路 1 号`, in any order,
/// with labels or without. What it does not say is empty.
pub fn read(text: &str) -> Postal {
    let text: String = text.chars().map(plain).collect();
    let (phone, pieces) = pieces(&text);
    let mut postcode = String::new();
    let mut pieces: Vec<Piece> = pieces
        .into_iter()
        .filter(|piece| match piece {
            Piece::Text(text) if text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit()) => {
                postcode.clone_from(text);
                false
            }
            _ => true,
        })
        .collect();
    let begins = |piece: &Piece| matches!(piece, Piece::Text(text) if !place(text).0.is_empty());
    let at = pieces.iter().position(begins);
    let recipient = take_name(&mut pieces, at);
    let at = pieces.iter().position(begins).unwrap_or(0);
    let address: Vec<&str> = pieces[at.min(pieces.len())..]
        .iter()
        .filter_map(|piece| match piece {
            Piece::Text(text) => Some(text.as_str()),
            Piece::Phone => None,
        })
        .collect();
    let (province, city, district, street) = place(&address.join(" "));
    Postal { recipient, phone, province, city, district, street, postcode }
}

/// Narrow digits, and spaces for everything that parts the pieces.
fn plain(c: char) -> char {
    match c {
        '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')).unwrap_or(c),
        '＋' => '+',
        '－' | '—' | '–' => '-',
        ',' | '，' | ';' | '；' | ':' | '：' | '、' | '|' | '。' | '\t' | '\r' | '\n' | '\u{3000}'
        | '\u{a0}' => ' ',
        c => c,
    }
}

/// The phone number, and the pieces of a text with a mark where it stood.
fn pieces(text: &str) -> (String, Vec<Piece>) {
    let (phone, before, after) = match phone(text) {
        Some((phone, from, to)) => (phone, &text[..from], Some(&text[to..])),
        None => (String::new(), text, None),
    };
    let mut all: Vec<Piece> = Vec::new();
    let words = |text: &str, all: &mut Vec<Piece>| {
        for word in text.split_whitespace() {
            let word = LABELS.iter().find_map(|label| word.strip_prefix(label)).unwrap_or(word);
            if !word.is_empty() {
                all.push(Piece::Text(word.to_owned()));
            }
        }
    };
    words(before, &mut all);
    if let Some(after) = after {
        all.push(Piece::Phone);
        words(after, &mut all);
    }
    (phone, all)
}

/// A mobile number of the mainland (`138 0000 0000`, `+86-13800000000`), else a landline with its area (`0571-88888888`):
/// the number without what parts it, and where it begins and ends.
fn phone(text: &str) -> Option<(String, usize, usize)> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let starts = || (0..bytes.len()).filter(|at| digit(*at) && (*at == 0 || !digit(at - 1)));
    // Digits, with at most one space or dash where people put one.
    let number = |mut at: usize, gaps: &[usize], most: usize| {
        let mut found = String::new();
        while found.len() < most {
            if gaps.contains(&found.len()) && matches!(bytes.get(at), Some(b' ' | b'-')) && digit(at + 1) {
                at += 1;
            }
            match bytes.get(at).filter(|byte| byte.is_ascii_digit()) {
                Some(byte) => found.push(char::from(*byte)),
                None => break,
            }
            at += 1;
        }
        (found, at)
    };
    for start in starts() {
        let plus = text[..start].ends_with('+');
        // The country's code: with a plus it may stand apart.
        let code = match text[start..].strip_prefix("86") {
            Some(rest) => 2 + usize::from(plus && rest.starts_with([' ', '-'])),
            None => 0,
        };
        for from in [start, start + code] {
            let (found, end) = number(from, &[3, 7], 11);
            let mobile =
                found.len() == 11 && found.starts_with('1') && matches!(found.as_bytes()[1], b'3'..=b'9');
            if mobile && !digit(end) {
                return Some((found, start - usize::from(plus), end));
            }
        }
    }
    starts().find_map(|start| {
        let (found, end) = number(start, &[3, 4], 12);
        let landline = found.starts_with('0') && (10..=12).contains(&found.len()) && !digit(end);
        landline.then_some((found, start, end))
    })
}

/// Takes the recipient out: what stands before the address, else what stands beside the phone number and looks like a name.
fn take_name(pieces: &mut Vec<Piece>, address: Option<usize>) -> String {
    let text = |piece: &Piece| match piece {
        Piece::Text(text) => Some(text.clone()),
        Piece::Phone => None,
    };
    let before = pieces[..address.unwrap_or(0)].iter().position(|piece| *piece != Piece::Phone);
    let beside = || {
        let phone = pieces.iter().position(|piece| *piece == Piece::Phone)?;
        let near = [Some(phone + 1), phone.checked_sub(1)].into_iter().flatten();
        near.filter(|at| Some(*at) != address)
            .find(|at| pieces.get(*at).and_then(text).is_some_and(|text| is_name(&text)))
    };
    match before.or_else(beside) {
        Some(at) => text(&pieces.remove(at)).unwrap_or_default(),
        None => String::new(),
    }
}

/// Whether a text may be somebody's name: a few letters, and no word of a street.
fn is_name(text: &str) -> bool {
    let length = text.chars().count();
    let street = ["号", "室", "楼", "栋", "幢", "路", "街", "弄", "单元", "层", "村", "镇"];
    (1..=20).contains(&length)
        && (text.is_ascii() || length <= 5)
        && text.chars().all(|c| c.is_alphabetic() || matches!(c, '·' | '.' | '\''))
        && !street.iter().any(|word| text.ends_with(word))
}

/// What is left of a text that begins with a name, or with its short form.
fn after<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let text = text.trim_start();
    if let Some(rest) = text.strip_prefix(name) {
        return Some(rest);
    }
    let short = ENDINGS.iter().find_map(|ending| name.strip_suffix(ending))?;
    (short.chars().count() >= 2).then(|| text.strip_prefix(short))?
}

/// Whether a text begins with the whole name.
fn whole<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.trim_start().strip_prefix(name)
}

/// The one of some things whose name a text begins with: the longest.
fn begun<'a, T>(
    text: &'a str,
    all: impl Iterator<Item = T>,
    name: impl Fn(&T) -> &'static str,
    with: impl Fn(&'a str, &str) -> Option<&'a str>,
) -> Option<(T, &'a str)> {
    all.filter_map(|one| with(text, name(&one)).map(|rest| (one, rest))).min_by_key(|(_, rest)| rest.len())
}

/// Province, city, district and street of a text that begins with some of them; all but the street are empty if it does
/// not.
fn place(text: &str) -> (String, String, String, String) {
    let all = || china().iter().flat_map(|province| province.cities.iter().map(move |city| (province, city)));
    let (province, rest) = match begun(text, china().iter(), |one| one.name, after) {
        Some((province, rest)) => (Some(province), rest),
        None => (None, text),
    };
    let within = || all().filter(|(of, _)| province.is_none_or(|one| one.name == of.name));
    let city = begun(rest, within(), |(_, city)| city.name, after);
    // A district alone says where it is, if there is one of its name.
    let of_district = || {
        let districts = || {
            within().flat_map(|(of, city)| city.districts.iter().map(move |district| (of, city, *district)))
        };
        let with = |text, name: &str| if province.is_some() { after(text, name) } else { whole(text, name) };
        let (found, rest) = begun(rest, districts(), |(_, _, district)| *district, with)?;
        let same = districts().filter(|(.., district)| *district == found.2).count();
        (same == 1).then_some((found, rest))
    };
    let named = |name: &str, city: &str, district: &str, street: &str| {
        (name.to_owned(), city.to_owned(), district.to_owned(), street.trim().to_owned())
    };
    match city {
        Some(((of, city), rest)) => match begun(rest, city.districts.iter(), |one| **one, after) {
            Some((district, street)) => named(of.name, city.name, district, street),
            None => named(of.name, city.name, "", rest),
        },
        None => match of_district() {
            Some(((of, city, district), street)) => named(of.name, city.name, district, street),
            None => named(province.map_or("", |one| one.name), "", "", rest),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_has_every_province_with_cities_and_districts() {
        assert_eq!(china().len(), 34);
        let zhejiang = china().iter().find(|one| one.name == "浙江省").unwrap();
        let hangzhou = zhejiang.cities.iter().find(|one| one.name == "杭州市").unwrap();
        assert!(hangzhou.districts.contains(&"西湖区"), "{hangzhou:?}");
        assert!(china().iter().all(|one| !one.cities.is_empty() && !one.name.is_empty()));
    }

    #[test]
    fn a_pasted_address_is_read_into_its_parts_in_whatever_order_it_comes() {
        let west = ["张三", "13800000000", "浙江省", "杭州市", "西湖区", "文三路 1 号", ""];
        for (text, expected) in [
            ("张三 13800000000 浙江省杭州市西湖区文三路 1 号", west),
            ("张三，13800000000，浙江省杭州市西湖区文三路 1 号", west),
            ("张三13800000000浙江省杭州市西湖区文三路 1 号", west),
            ("浙江省杭州市西湖区文三路 1 号 张三 138 0000 0000", west),
            ("浙江 杭州 西湖区 文三路 1 号 13800000000 张三", west),
            (
                "收货人：张三\n手机号码：+86-138-0000-0000\n所在地区：浙江省 杭州市 西湖区\n详细地址：文三路 1 号",
                west,
            ),
            ("姓名:张三 电话:１３８００００００００ 地址:杭州市西湖区文三路 1 号", west),
            (
                "李雷 北京市朝阳区望京街道 9 号楼 1203 室 100102 13912345678",
                ["李雷", "13912345678", "北京市", "北京市", "朝阳区", "望京街道 9 号楼 1203 室", "100102"],
            ),
            (
                "上海上海市徐汇区漕溪北路18号，Tom，0571-88888888",
                ["Tom", "057188888888", "上海市", "上海市", "徐汇区", "漕溪北路18号", ""],
            ),
            (
                "王五 13700001111 广西南宁市青秀区民族大道 1 号",
                ["王五", "13700001111", "广西壮族自治区", "南宁市", "青秀区", "民族大道 1 号", ""],
            ),
            ("韩梅梅", ["", "", "", "", "", "韩梅梅", ""]),
            ("", ["", "", "", "", "", "", ""]),
        ] {
            let Postal { recipient, phone, province, city, district, street, postcode } = read(text);
            let found = [recipient, phone, province, city, district, street, postcode];
            assert_eq!(found, expected.map(str::to_owned), "{text}");
        }
    }
}
