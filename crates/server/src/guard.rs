//! From where a browser may talk to this program: from its own pages, under a name of this machine or under the one name
//! that a reverse proxy on this machine gives it (`serve --origin`).
//!
//! Invariants: a request whose `Host` is neither is refused (a foreign name that resolves to 127.0.0.1 would let a foreign
//! page read everything); a write that a browser says comes from elsewhere is refused.
//! Programs that send neither `Origin` nor `Sec-Fetch-Site` are not browsers and pass.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use web_kit::origin::Origin;
use web_kit::problem::{Failure, brief};
use web_kit::refusal::Refusal;
use web_kit::site::Site;

/// The layer: see the module.
pub async fn guard(State(site): State<Site>, request: Request, next: Next) -> Response {
    // No text of a market holds a NUL, and PostgreSQL cannot store one.
    if request.uri().path_and_query().is_some_and(|place| place.as_str().contains("%00")) {
        return Failure::from(Refusal::Nul).into_response();
    }
    match check(request.method(), request.headers(), site.origin.as_ref()) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}

pub(crate) fn check(method: &Method, headers: &HeaderMap, own: Option<&Origin>) -> Result<(), Failure> {
    let text = |name| headers.get(name).map(|v: &axum::http::HeaderValue| v.to_str().unwrap_or("?"));
    let host = text(header::HOST);
    let named = |host: &str| own.is_some_and(|own| own.host.eq_ignore_ascii_case(host));
    if headers.get_all(header::HOST).iter().count() > 1
        || host.is_some_and(|host| !is_local(host) && !named(host))
    {
        return Err(Refusal::ForeignHost { host: brief(host.unwrap_or("?")) }.into());
    }
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let foreign = |said: &str| Err(Refusal::CrossSite { origin: brief(said) }.into());
    if let Some(site) = text(header::HeaderName::from_static("sec-fetch-site"))
        && !matches!(site, "same-origin" | "none")
    {
        return foreign(site);
    }
    if let Some(origin) = text(header::ORIGIN) {
        let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        let through = host.is_some_and(named);
        let secure = own.is_some_and(|own| own.secure);
        if authority.is_none() || authority != host || (through && secure != origin.starts_with("https://")) {
            return foreign(origin);
        }
    }
    Ok(())
}

/// Whether a `Host` names this machine, with or without a port.
pub(crate) fn is_local(host: &str) -> bool {
    let (name, port) = match host.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((name, port)) => (name, port.strip_prefix(':').or(port.is_empty().then_some("0"))),
            None => return false,
        },
        None => match host.rsplit_once(':') {
            Some((name, port)) => (name, Some(port)),
            None => (host, Some("0")),
        },
    };
    port.is_some_and(|port| port.parse::<u16>().is_ok())
        && (name.eq_ignore_ascii_case("localhost")
            || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_local() {
        for good in
            ["localhost", "LOCALHOST:8618", "127.0.0.1", "127.0.0.1:1", "127.9.9.9", "[::1]", "[::1]:8618"]
        {
            assert!(is_local(good), "{good}");
        }
        for bad in [
            "",
            "example.com",
            "localhost.example.com",
            "127.0.0.1.nip.io",
            "10.0.0.1",
            "[::2]",
            "[::1",
            "[::1]x",
            "localhost:x",
            "localhost:99999",
            "0.0.0.0",
            "::1",
        ] {
            assert!(!is_local(bad), "{bad}");
        }
    }

    #[test]
    fn a_write_from_elsewhere_is_refused_and_a_read_is_not() {
        let of = |pairs: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.append(*name, axum::http::HeaderValue::from_static(value));
            }
            headers
        };
        let host = ("host", "localhost:8618");
        for (headers, post) in [
            (of(&[host]), true),
            (of(&[]), true),
            (of(&[host, ("origin", "http://localhost:8618")]), true),
            (of(&[host, ("sec-fetch-site", "same-origin"), ("origin", "http://localhost:8618")]), true),
            (of(&[host, ("sec-fetch-site", "none")]), true),
            (of(&[host, ("origin", "http://127.0.0.1:8618")]), false),
            (of(&[host, ("origin", "http://localhost:9999")]), false),
            (of(&[host, ("origin", "https://evil.example")]), false),
            (of(&[host, ("origin", "null")]), false),
            (of(&[host, ("sec-fetch-site", "cross-site")]), false),
            (of(&[host, ("sec-fetch-site", "same-site")]), false),
            (of(&[("origin", "http://localhost:8618")]), false),
        ] {
            assert_eq!(check(&Method::POST, &headers, None).is_ok(), post, "{headers:?}");
            assert_eq!(check(&Method::DELETE, &headers, None).is_ok(), post, "{headers:?}");
            assert!(check(&Method::GET, &headers, None).is_ok(), "{headers:?}");
        }
        assert!(check(&Method::GET, &of(&[("host", "evil.example")]), None).is_err());
        assert!(check(&Method::GET, &of(&[host, ("host", "evil.example")]), None).is_err());
        let own = Origin::read("https://mall.example").unwrap();
        let mall = ("host", "mall.example");
        for (headers, post) in [
            (of(&[mall, ("origin", "https://mall.example")]), true),
            (of(&[mall]), true),
            (of(&[host, ("origin", "http://localhost:8618")]), true),
            (of(&[mall, ("origin", "http://mall.example")]), false),
            (of(&[mall, ("origin", "https://mall.example.evil")]), false),
            (of(&[mall, ("origin", "http://localhost:8618")]), false),
            (of(&[mall, ("sec-fetch-site", "cross-site")]), false),
        ] {
            assert_eq!(check(&Method::POST, &headers, Some(&own)).is_ok(), post, "{headers:?}");
        }
        assert!(check(&Method::GET, &of(&[("host", "evil.example")]), Some(&own)).is_err());
    }

    #[test]
    fn an_origin_is_a_scheme_and_a_host() {
        let read = |text| Origin::read(text).map(|origin| (origin.to_string(), origin.secure));
        assert_eq!(read("https://Mall.example/"), Some(("https://mall.example".to_owned(), true)));
        assert_eq!(read("http://10.0.0.1:8080"), Some(("http://10.0.0.1:8080".to_owned(), false)));
        for bad in ["", "mall.example", "https://", "ftp://x", "https://a/b", "https://a b", "https://a?b"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
