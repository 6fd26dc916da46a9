//! A shop signed in by a link: it reads its own score and orders, in both languages, and nothing else; whoever has no
//! link, or a broken one, is refused with a page.

use super::pages::{Answer, DAY, at, full, id};
use super::well_made::well_made;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use kernel::id::Shop;
use web_kit::merchant::Key;

fn key() -> Key {
    Key::of([5; 32])
}

fn token() -> String {
    key().token(id::<Shop>("S-1"), at(30 * DAY))
}

async fn ask(method: &str, path: &str, cookie: Option<&str>, lang: &str, body: &str) -> Answer {
    let mut cookies = format!("sanhao_lang={lang}");
    if let Some(token) = cookie {
        cookies.push_str(&format!("; sanhao_merchant={token}"));
    }
    let kind = if body.starts_with('{') { "application/json" } else { "application/x-www-form-urlencoded" };
    let accept = if path.starts_with("/api") { "application/json" } else { "text/html" };
    let request = Request::builder()
        .method(Method::from_bytes(method.to_uppercase().as_bytes()).unwrap())
        .uri(path)
        .header(header::COOKIE, cookies)
        .header(header::ACCEPT, accept)
        .header(header::CONTENT_TYPE, kind);
    full().send(request.body(Body::from(body.to_owned())).unwrap()).await
}

/// The addresses of the shop's own pages.
fn own_pages() -> [&'static str; 7] {
    [
        "/merchant/score",
        "/merchant/score?as_of=2026-03-09&days=90",
        "/merchant/score/what-if?as_of=2026-03-12&product_rating.num=9&product_rating.den=3",
        "/merchant/score/metrics/late_ship_rate?as_of=2026-03-12&window=90",
        "/merchant/score/metrics/negative_review_rate",
        "/merchant/score/orders/A-2",
        "/merchant/score/card",
    ]
}

#[tokio::test]
async fn a_link_signs_in_for_as_long_as_it_lasts_and_leaving_ends_it() {
    let entered = ask("get", &format!("/merchant/score/link/{}", token()), None, "zh-CN", "").await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER);
    assert_eq!(entered.headers["location"], "/merchant/score");
    let cookie = entered.headers["set-cookie"].to_str().unwrap();
    for part in [&*format!("sanhao_merchant={};", token()), "HttpOnly", "SameSite=Lax", "Max-Age=864000"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let home = ask("get", "/merchant/score", Some(&token()), "zh-CN", "").await;
    assert_eq!(home.status, StatusCode::OK, "{}", home.text);
    assert!(home.text.contains("青屿&lt;器物&gt;"));
    let left = ask("post", "/merchant/score/leave", Some(&token()), "en", "").await;
    assert_eq!(left.status, StatusCode::OK);
    assert!(left.headers["set-cookie"].to_str().unwrap().starts_with("sanhao_merchant=; Path=/; Max-Age=0"));
}

#[tokio::test]
async fn a_shop_reads_its_own_pages_in_both_languages_and_no_name_of_another() {
    for path in own_pages() {
        for lang in ["zh-CN", "en"] {
            let page = ask("get", path, Some(&token()), lang, "").await;
            assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
            well_made(path, &page.text, lang);
            for other in ["Plain &amp; Good", "S-2", &id::<Shop>("S-2").to_string(), "B-1"] {
                assert!(!page.text.contains(other), "{path} names {other}");
            }
            for address in page.text.split("href=\"").skip(1).map(|p| p.split('"').next().unwrap()) {
                let stays = ["/merchant/score", "/assets/", "/favicon", "#"]
                    .iter()
                    .any(|own| address.starts_with(own));
                assert!(stays, "{path} leads to {address}");
            }
        }
    }
}

#[tokio::test]
async fn what_belongs_to_another_shop_is_not_there() {
    for path in
        ["/merchant/score/orders/B-1", "/merchant/score/orders/nothing", "/merchant/score/metrics/weather"]
    {
        let page = ask("get", path, Some(&token()), "zh-CN", "").await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        well_made(path, &page.text, "zh-CN");
    }
    // A link is no seat: the merchant center asks for somebody who is signed in before it reads which shop.
    let center = ask("get", "/merchant/shops", Some(&token()), "zh-CN", "").await;
    assert_eq!(center.status, StatusCode::SEE_OTHER);
    assert_eq!(center.headers["location"], "/sign-in?back=%2Fmerchant%2Fshops");
    let both = ask("get", "/merchant/score/orders/B-1", Some(&token()), "en", "").await.text;
    let none = ask("get", "/merchant/score/orders/B-7", Some(&token()), "en", "").await.text;
    assert_eq!(both.replace("B-1", "B-7"), none, "an order of another shop looks like none");
}

#[tokio::test]
async fn a_link_that_was_changed_has_ended_or_is_of_another_market_opens_nothing() {
    let mut changed = token();
    let last = if changed.ends_with('0') { "g" } else { "0" };
    changed.replace_range(changed.len() - 1.., last);
    let other = key().token(id::<Shop>("S-2"), at(30 * DAY));
    let spliced = format!("{}{}", &other[..38], &token()[38..]);
    let ended = key().token(id::<Shop>("S-1"), at(20 * DAY));
    let foreign = Key::of([6; 32]).token(id::<Shop>("S-1"), at(30 * DAY));
    let unknown = key().token(id::<Shop>("S-404"), at(30 * DAY));
    for (bad, zh, en) in [
        (changed.as_str(), "中途被改过", "changed on the way"),
        (&spliced, "中途被改过", "changed on the way"),
        (&foreign, "中途被改过", "changed on the way"),
        (&ended, "已经到期", "has ended"),
        ("x", "中途被改过", "changed on the way"),
    ] {
        for (lang, words) in [("zh-CN", zh), ("en", en)] {
            for answer in [
                ask("get", &format!("/merchant/score/link/{bad}"), None, lang, "").await,
                ask("get", "/merchant/score", Some(bad), lang, "").await,
            ] {
                assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{bad}");
                well_made(bad, &answer.text, lang);
                assert!(answer.text.contains(words), "{bad}: {}", answer.text);
                assert!(!answer.headers.contains_key("set-cookie"));
            }
        }
    }
    let answer = ask("get", "/merchant/score", Some(&unknown), "en", "").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "a shop that is not there");
}

/// Every operation of the console, as it is declared.
fn console() -> Vec<(String, String)> {
    let all = server::operations();
    let of_console = all.iter().filter(|one| one.path.starts_with("/console"));
    of_console.map(|one| (one.method.as_str().to_lowercase(), one.path.to_owned())).collect()
}

#[tokio::test]
async fn with_a_merchants_cookie_no_console_page_and_no_operation_of_the_api_is_reached() {
    let mut operations = console();
    assert!(operations.len() > 50, "{operations:?}");
    for must in [
        "/console",
        "/console/shops/{id}",
        "/console/shops/{id}/merchant-link",
        "/console/scorecards",
        "/console/policies",
    ] {
        assert!(operations.iter().any(|(_, path)| path == must), "{must} is not among {operations:?}");
    }
    let of_the_platform =
        super::api::OPERATIONS.iter().filter(|(_, path)| path.starts_with("/api/platform/"));
    operations.extend(of_the_platform.map(|(m, p)| ((*m).to_owned(), (*p).to_owned())));
    let expired = key().token(id::<Shop>("S-1"), at(DAY));
    for (method, path) in operations {
        // With an id that is there, so that 404 would not hide an open door.
        let path = path
            .replace("{id}", "S-1")
            .replace("{shop}", "S-1")
            .replace("{name}", "late_ship_rate")
            .replace("{metric}", "late_ship_rate")
            .replace("{order}", "A-2")
            .replace("{scorecard}", "sanhao@3")
            .replace(['{', '}'], "");
        for cookie in [&token(), &expired] {
            let answer = ask(&method, &path, Some(cookie), "en", "{}").await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{method} {path}: {}", answer.text);
            if path.starts_with("/api") {
                assert_eq!(answer.headers["content-type"], "application/problem+json", "{path}");
                assert!(answer.text.contains("merchant.confined"));
            } else {
                well_made(&path, &answer.text, "en");
            }
            assert!(!answer.text.contains("Plain"), "{path} shows another shop");
        }
    }
}

#[tokio::test]
async fn without_a_link_the_merchants_pages_ask_for_one() {
    for path in own_pages() {
        for (lang, words) in [("zh-CN", "从平台发的链接进来"), ("en", "link that the platform sent")]
        {
            let answer = ask("get", path, None, lang, "").await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
            well_made(path, &answer.text, lang);
            assert!(answer.text.contains(words), "{path}: {}", answer.text);
        }
    }
}

#[tokio::test]
async fn the_console_hands_a_link_out_that_opens() {
    let page = ask("post", "/console/shops/S-1/merchant-link", None, "zh-CN", "").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    well_made("link", &page.text, "zh-CN");
    let token = page.text.split("/merchant/score/link/").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(key().read(token, at(20 * DAY)), Ok((id::<Shop>("S-1"), at(50 * DAY))));
    let answer = ask("get", &format!("/merchant/score/link/{token}"), None, "zh-CN", "").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
}
