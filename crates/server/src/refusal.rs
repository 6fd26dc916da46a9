//! Refusals as pages of the face that was asked, an address that leads nowhere, and the choice of language and theme.

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use web_kit::lang::{Lang, Theme};
use web_kit::problem::Failure;
use web_kit::ui::{self, Area, RenderContext};

/// The answer to an address that leads nowhere; [`refusals`] makes a page of it.
pub async fn not_found(uri: axum::http::Uri) -> Failure {
    web_kit::problem::no_such_route(uri).await
}

/// Shows a refusal as a page where a page was asked for. Failures of `/api` stay problem+json.
pub async fn refusals(request: Request, next: Next) -> Response {
    let accept = request.headers().get(header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or("text/html");
    let for_reader = !request.uri().path().starts_with("/api")
        && (accept.contains("text/html") || accept.contains("*/*"))
        && !accept.starts_with("application/");
    if !for_reader {
        // A program may ask for Chinese texts; codes and figures are the same in both languages.
        let lang = request
            .headers()
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|v| v.to_str().ok())
            .and_then(Lang::accepted);
        let response = next.run(request).await;
        let failure = lang.zip(response.extensions().get::<Failure>());
        return failure.and_then(|(lang, failure)| failure.spoken(lang, &response)).unwrap_or(response);
    }
    let (parts, body) = request.into_parts();
    let mut look = RenderContext::of(&parts);
    let path = parts.uri.path();
    let under =
        |place: &str| path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let frame = match (under("/console"), under("/merchant")) {
        (false, false) => None,
        (true, _) if !web_kit::merchant::held(&parts.headers) => Some(Area::Elsewhere),
        _ => Some(Area::Merchant),
    };
    // What a link opens has a frame of its own; everything else of a shop is the merchant center's.
    let center = under("/merchant") && !under("/merchant/score");
    let response = next.run(Request::from_parts(parts, body)).await;
    let Some(refusal) = response.extensions().get::<Failure>() else { return response };
    look.may_open = response.extensions().get().cloned().unwrap_or_default();
    let mut page = (
        refusal.status_code(),
        match frame {
            _ if center => web_kit::admin::refusal(&look, refusal),
            Some(area) => refusal_page(&look, refusal, area == Area::Merchant),
            None => web_kit::storefront::frame::refusal(&look, refusal),
        },
    )
        .into_response();
    for name in [header::RETRY_AFTER, header::CACHE_CONTROL] {
        if let Some(value) = response.headers().get(&name) {
            page.headers_mut().insert(name, value.clone());
        }
    }
    page
}

pub(crate) fn refusal_page(look: &RenderContext, refusal: &Failure, merchant: bool) -> ui::Page {
    let no_route = refusal.code == "web.no_route";
    let title = match refusal.status_code() {
        StatusCode::NOT_FOUND => look.t("这里没有", "Not here"),
        StatusCode::FORBIDDEN => look.t("你的角色做不了这个", "Your role may not do this"),
        status if status.is_server_error() => {
            look.t("没有做成，是我们的问题", "Not done, and the fault is ours")
        }
        _ => look.t("没有做成", "Not done"),
    };
    let detail = match (no_route, refusal.status_code(), look.lang) {
        (true, _, Lang::Zh) => "这个地址下没有页面。".to_owned(),
        (true, _, Lang::En) => "There is no page at this address.".to_owned(),
        (_, StatusCode::INTERNAL_SERVER_ERROR, Lang::Zh) => {
            "程序内部出错，已记入日志。数据没有被改动。".to_owned()
        }
        (_, StatusCode::INTERNAL_SERVER_ERROR, Lang::En) => {
            "Something failed inside; it has been logged. Nothing was changed.".to_owned()
        }
        _ => refusal.text(look.lang).to_owned(),
    };
    ui::page(
        look,
        if merchant { Area::Merchant } else { Area::Elsewhere },
        title,
        html! {
            (ui::head(html! { (refusal.status) }, html! { (title) }, false, html! {}, html! {}))
            section.q {
                div.side { h2 { (look.t("怎么了？", "What happened?")) } }
                div.answer.prose-like {
                    p { (detail) }
                    p {
                        (look.t("接下来：", "What now: "))
                        @if merchant && refusal.status == 401 {
                            (look.t("请平台重新发一个链接，用它打开就好。", "ask the platform for a new link and open it."))
                        } @else if merchant {
                            a href="/merchant/score" { (look.t("回到我的分", "go to my score")) }
                            (look.t("；要看平台页面，先点右上角的「退出」。", "; to see pages of the platform, press Leave above first."))
                        } @else {
                            a href="/console" { (look.t("回到总览", "go to the overview")) }
                            (look.t("，或用上面的搜索按店名、店铺号、订单号找。", ", or search above by shop name, shop id or order id."))
                        }
                    }
                }
            }
        },
    )
}

#[derive(serde::Deserialize)]
pub(crate) struct Choice {
    lang: Option<String>,
    theme: Option<String>,
    back: Option<String>,
}

/// Keeps a choice of language or theme in a cookie for a year, and goes back to where the reader was.
pub(crate) async fn preferences(web_kit::problem::Form(choice): web_kit::problem::Form<Choice>) -> Response {
    let back = choice
        .back
        .as_deref()
        .filter(|b| b.starts_with('/') && !b.starts_with("//") && !b.contains(['\\', '\r', '\n']));
    let mut response = Redirect::to(&without_override(back.unwrap_or("/"))).into_response();
    let lang = choice.lang.as_deref().and_then(Lang::parse).map(|l| ("sanhao_lang", l.tag()));
    let theme = choice.theme.as_deref().and_then(Theme::parse).map(|t| ("sanhao_theme", t.as_str()));
    for (name, value) in lang.into_iter().chain(theme) {
        if let Ok(cookie) =
            HeaderValue::try_from(format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Lax"))
        {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    response
}

/// The address without `lang` and `theme`, which would hide the choice just made.
pub(crate) fn without_override(address: &str) -> String {
    let Some((path, query)) = address.split_once('?') else { return address.to_owned() };
    let kept: Vec<&str> =
        query.split('&').filter(|p| !p.starts_with("lang=") && !p.starts_with("theme=")).collect();
    if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_not_hidden_by_the_address_it_returns_to() {
        assert_eq!(without_override("/console/shops?lang=en&sort=x"), "/console/shops?sort=x");
        assert_eq!(without_override("/?theme=dark"), "/");
        assert_eq!(without_override("/console/shops"), "/console/shops");
    }
}
