//! The stylesheets and the scripts of console and mall, embedded. Their names carry a hash of their bytes, so that browsers keep them for good.

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

struct Asset {
    path: &'static str,
    mime: &'static str,
    bytes: &'static [u8],
    gzip: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The address of the console's stylesheet.
pub const CSS: &str = APP_CSS.path;

/// The address of the console's script.
pub const JS: &str = APP_JS.path;

/// The address of the mall's stylesheet.
pub const MALL_CSS: &str = STORE_CSS.path;

/// The address of the mall's script.
pub const MALL_JS: &str = STORE_JS.path;

/// The mark, as the browser's tab shows it.
const ICON: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 24 24\"><path d=\"M5 5h14M7 12h10\" \
    stroke=\"#A8174F\" stroke-width=\"3\" stroke-linecap=\"round\"/><path d=\"M3 17.5 7.5 21 21 17\" fill=\"none\" \
    stroke=\"#A8174F\" stroke-width=\"3\" stroke-linecap=\"round\" stroke-linejoin=\"round\"/></svg>";

/// The mark.
pub async fn icon() -> Response {
    ([(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "public, max-age=86400")], ICON)
        .into_response()
}

/// An asset, by its name.
pub async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some(asset) = [&APP_CSS, &APP_JS, &STORE_CSS, &STORE_JS]
        .into_iter()
        .find(|a| a.path.strip_prefix("/assets/") == Some(&name))
    else {
        return (StatusCode::NOT_FOUND, "no such asset").into_response();
    };
    let etag = format!("\"{name}\"");
    let common = [
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::ETAG, etag.as_str()),
        (header::VARY, "accept-encoding"),
    ];
    let has = |name, word: &str| {
        headers
            .get(name)
            .and_then(|v| v.to_str().ok())
            .is_some_and(|v| v.split(',').any(|part| part.trim() == word))
    };
    if has(header::IF_NONE_MATCH, &etag) {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    let mime = [(header::CONTENT_TYPE, asset.mime)];
    if has(header::ACCEPT_ENCODING, "gzip") {
        return (common, mime, [(header::CONTENT_ENCODING, "gzip")], asset.gzip).into_response();
    }
    (common, mime, asset.bytes).into_response()
}
