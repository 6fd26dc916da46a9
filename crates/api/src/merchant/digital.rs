//! How a shop's goods without a parcel are delivered.

use flows::digital;
use kernel::id::Sku;
use web_kit::media::Upload;
use web_kit::prelude::*;
use web_kit::view::goods::{DeliveredView, keep_file, keys_of_pool};

/// How a variant is delivered, and what its pool of codes has.
#[operation(get, "/shops/{shop}/stock/{sku}/delivery", tag = "stock", needs = "shop.stock")]
pub async fn delivery(at: ShopContext, sku: Id<Sku>) -> Answer<DeliveredView> {
    let shop = at.shop;
    at.answer(move |q| Ok(DeliveredView::of(&digital::delivered(q, shop, sku)?))).await
}

/// Codes of a pool.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodesBody {
    /// The codes, at most 200 at once.
    #[schema(min_items = 1, max_items = 200)]
    codes: Vec<String>,
}

/// Adds codes to a variant's pool: each is sealed, and can be sold as a unit of stock.
#[operation(post, "/shops/{shop}/stock/{sku}/codes", tag = "stock", needs = "shop.stock")]
pub async fn add_codes(at: ShopContext, sku: Id<Sku>, body: CodesBody) -> Written<DeliveredView> {
    let (shop, services) = (at.shop, at.site.services.clone());
    // Each is one code, also where its sender let two run together.
    if let Some(n) = body.codes.iter().position(|code| code.contains('\n')) {
        return Err(digital::Error::Code { line: n + 1, most: digital::LONGEST_CODE }.into());
    }
    let keys = at.site.read(move |q| keys_of_pool(q, shop, sku)).await?;
    at.write("digital.add", keys, move |tx, ctx| {
        let lines = body.codes.join("\n");
        digital::add_codes(tx, ctx, services.vault(), shop, (sku, &lines)).map(|now| DeliveredView::of(&now))
    })
    .await
}

/// How many codes.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawBody {
    /// How many, from 1.
    #[schema(minimum = 1)]
    units: i64,
}

/// Takes codes out of a variant's pool again, the last added first: no more than nobody has bought.
#[operation(post, "/shops/{shop}/stock/{sku}/codes/withdraw", tag = "stock", needs = "shop.stock")]
pub async fn withdraw_codes(at: ShopContext, sku: Id<Sku>, body: WithdrawBody) -> Written<DeliveredView> {
    let shop = at.shop;
    let keys = at.site.read(move |q| keys_of_pool(q, shop, sku)).await?;
    at.write("digital.withdraw", keys, move |tx, ctx| {
        digital::withdraw_codes(tx, ctx, shop, sku, body.units).map(|now| DeliveredView::of(&now))
    })
    .await
}

/// What a file is called.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct FileQuery {
    /// Its name with its ending, 1 to 120 characters.
    name: String,
}

/// Delivers a variant as a file: the body is its bytes, at most 8 MB.
#[operation(put, "/shops/{shop}/stock/{sku}/file", tag = "stock", needs = "shop.stock",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"))]
pub async fn set_file(
    at: ShopContext,
    sku: Id<Sku>,
    query: FileQuery,
    Upload(bytes): Upload,
) -> Written<DeliveredView> {
    let shop = at.shop;
    let file = keep_file(&at.site, &query.name, &bytes).await?;
    at.write("digital.file", Keys::none(), move |tx, _| {
        digital::use_file(tx, shop, sku, &file).map(|now| DeliveredView::of(&now))
    })
    .await
}
