//! A shop's products as a CSV file. Its columns are those of `sanhao docs csv`.

use crate::rehearsal::attachment;
use axum::response::Response;
use flows::exchange::{Report, product};
use web_kit::media::Upload;
use web_kit::prelude::*;
use web_kit::view::product::rules_of;

/// All products as CSV, a row for each variant, with how many units can be sold.
#[operation(get, "/shops/{shop}/products.csv", tag = "products", needs = "shop.goods",
    responses((status = 200, content_type = "text/csv", body = String)))]
pub async fn export(at: ShopContext) -> Result<Response, Failure> {
    let (shop, market) = (at.shop, at.site.market.clone());
    let text = at.site.read_apart(move |q| Ok(product::export(q, &market, Some(shop), true)?)).await?;
    Ok(attachment("text/csv; charset=utf-8", format!("{shop}.csv"), text))
}

/// Takes a CSV file of products in, as drafts: all of it, or nothing and `detail` says all that is wrong, each with its line and
/// column. A product that is here already stays as it is; at most 200 rows.
#[operation(post, "/shops/{shop}/products.csv", tag = "products", needs = "shop.goods",
    request_body(content = String, content_type = "text/csv"))]
pub async fn import(at: ShopContext, Upload(bytes): Upload) -> Written<Report> {
    let (shop, rules, market) = (at.shop, rules_of(&at.site)?, at.site.market.clone());
    let sheet = product::check_own("body".to_owned(), bytes.to_vec(), &market, shop)?;
    at.write("catalog.sheet", Keys::bulk(), move |tx, ctx| {
        product::take_own(tx, ctx, shop, &sheet, (&market, &rules))
    })
    .await
}
