//! The two languages of the console, and the small choices a reader makes (language, theme).
//!
//! Every text stands in the code once, in both languages side by side: [`t`].

use axum::http::HeaderMap;

/// A language of the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Lang {
    /// Chinese as written in mainland China: the first language.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// As in `<html lang>`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }
    /// The other one.
    pub const fn other(self) -> Self {
        match self {
            Self::Zh => Self::En,
            Self::En => Self::Zh,
        }
    }
    /// The language that an `Accept-Language` likes best, of those there are.
    pub fn accepted(text: &str) -> Option<Self> {
        let mut best: Option<(f64, Self)> = None;
        for part in text.split(',') {
            let mut parts = part.trim().split(';');
            let tag = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
            let lang = match tag.split('-').next() {
                Some("zh") => Self::Zh,
                Some("en") => Self::En,
                _ => continue,
            };
            let weight = parts.find_map(|p| p.trim().strip_prefix("q=")?.parse::<f64>().ok()).unwrap_or(1.0);
            if weight > 0.0 && best.is_none_or(|(other, _)| weight > other) {
                best = Some((weight, lang));
            }
        }
        best.map(|(_, lang)| lang)
    }
    /// Reads `zh`, `zh-CN` or `en`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "zh" | "zh-CN" => Some(Self::Zh),
            "en" => Some(Self::En),
            _ => None,
        }
    }
}

/// A sentence in the reader's language, once in Chinese and once in English, with what it speaks of named in both.
#[macro_export]
macro_rules! say {
    ($lang:expr, $zh:literal, $en:literal $(,)?) => {
        match $lang {
            $crate::lang::Lang::Zh => format!($zh),
            $crate::lang::Lang::En => format!($en),
        }
    };
}
/// A text in the reader's language.
pub const fn t<'a>(lang: Lang, zh: &'a str, en: &'a str) -> &'a str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// A colour theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Theme {
    /// As the reader's system says.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The name of the daisyUI theme, none for `Auto`.
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::Auto => None,
            Self::Light => Some("sanhao"),
            Self::Dark => Some("sanhao-dark"),
        }
    }
    /// As kept in the cookie.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
    /// Reads `auto`, `light` or `dark`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "auto" => Some(Self::Auto),
            "light" => Some(Self::Light),
            "dark" => Some(Self::Dark),
            _ => None,
        }
    }
}

/// The value of a cookie.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let sent = headers.get_all(axum::http::header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut cookies = sent.flat_map(::cookie::Cookie::split_parse).filter_map(Result::ok);
    cookies.find(|cookie| cookie.name() == name)?.value_raw()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others_and_a_strange_value_is_ignored() {
        let mut headers = HeaderMap::new();
        headers.append("cookie", "a=1; sanhao_lang=en".parse().unwrap());
        headers.append("cookie", "sanhao_theme=dark".parse().unwrap());
        assert_eq!(cookie(&headers, "sanhao_lang").and_then(Lang::parse), Some(Lang::En));
        assert_eq!(cookie(&headers, "sanhao_theme").and_then(Theme::parse), Some(Theme::Dark));
        assert_eq!(cookie(&headers, "lang"), None);
        assert_eq!(Lang::parse("fr"), None);
        assert_eq!(Theme::parse("DARK"), None);
    }
}
