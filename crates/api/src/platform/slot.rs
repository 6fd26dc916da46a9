//! Places on the mall's pages that the platform fills.

use crate::merchant::product::MediaShape;
use crate::merchant::stock::page_limit;
use crate::merchant::time;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::id::{Product, Slot as SlotKey};
use kernel::{Id, Market};
use offer::catalog::{self, NewSlot, Slot, SlotContent, SlotHead};
use people::staff::Permission;
use serde::{Deserialize, Serialize};
use store::Keys;
use web_kit::idempotency::IdempotentRequest;
use web_kit::input::{Page, id};
use web_kit::media::Upload;
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Json, Path, Query};
use web_kit::site::Site;
use web_kit::view::product::rules_of;

const NEED: Permission = Permission::PlatformCatalog;

/// What a slot shows: `kind` says which of the rest counts.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SlotShape {
    /// `banner`, `products`, `shelf` or `categories`.
    #[schema(pattern = "^(banner|products|shelf|categories)$")]
    pub kind: String,
    /// Of a banner: the key of a picture of the platform.
    #[serde(default)]
    pub media: Option<String>,
    /// Of a banner: where it leads, a path such as `/c/home`.
    #[serde(default)]
    pub link: Option<String>,
    /// Of products: which, in this order.
    #[serde(default)]
    pub products: Vec<String>,
    /// Of a shelf: a category's code.
    #[serde(default)]
    pub category: Option<String>,
    /// Of a shelf: `newest`, `price-up` or `price-down`.
    #[serde(default)]
    pub sort: Option<String>,
    /// Of categories: their codes.
    #[serde(default)]
    pub categories: Vec<String>,
}

impl SlotShape {
    fn of(content: &SlotContent) -> Self {
        let empty = Self::default();
        match content {
            SlotContent::Banner { media, link } => Self {
                kind: "banner".to_owned(),
                media: media.as_ref().map(|media| media.key.to_string()),
                link: Some(link.to_string()),
                ..empty
            },
            SlotContent::Products { products } => Self {
                kind: "products".to_owned(),
                products: products.iter().map(ToString::to_string).collect(),
                ..empty
            },
            SlotContent::Shelf { category, sort } => Self {
                kind: "shelf".to_owned(),
                category: Some(category.to_string()),
                sort: Some(sort.to_string()),
                ..empty
            },
            SlotContent::Categories { categories } => Self {
                kind: "categories".to_owned(),
                categories: categories.iter().map(ToString::to_string).collect(),
                ..empty
            },
        }
    }
}

/// A slot.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SlotView {
    /// Its id.
    pub slot: String,
    /// Its turn, lowest first.
    pub turn: i64,
    /// From when it is shown.
    pub from: String,
    /// Until when.
    pub until: Option<String>,
    /// Its title in Chinese.
    pub zh: String,
    /// Its title in English.
    pub en: String,
    /// What it shows.
    pub content: SlotShape,
}

impl SlotView {
    fn of(slot: &Slot, market: &Market) -> Self {
        Self {
            slot: slot.id.to_string(),
            turn: slot.turn,
            from: time(market, slot.from),
            until: slot.until.map(|at| time(market, at)),
            zh: slot.zh.to_string(),
            en: slot.en.to_string(),
            content: SlotShape::of(&slot.content),
        }
    }
}

/// A slot as it is to be.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SlotBody {
    /// Its turn, lowest first.
    #[schema(minimum = 0, maximum = 100000)]
    turn: i64,
    /// From when: RFC 3339, or a date; now if not said.
    #[serde(default)]
    from: Option<String>,
    /// Until when; for good if not said.
    #[serde(default)]
    until: Option<String>,
    /// Its title in Chinese.
    #[schema(min_length = 1, max_length = 60)]
    zh: String,
    /// Its title in English.
    #[schema(min_length = 1, max_length = 60)]
    en: String,
    /// What it shows.
    content: SlotShape,
}

impl SlotBody {
    pub(crate) fn read(&self, market: &Market) -> Result<NewSlot, Failure> {
        let at = |text: &Option<String>| text.as_deref().map(|text| crate::moment(text, market)).transpose();
        if !(0..=100_000).contains(&self.turn) {
            return Err(Failure::invalid("turn must be 0 to 100000"));
        }
        let shape = &self.content;
        let content = match shape.kind.as_str() {
            "banner" => {
                SlotContent::Banner { media: None, link: shape.link.as_deref().unwrap_or_default().into() }
            }
            "products" => {
                let products = shape.products.iter().map(|text| id::<Product>(text));
                SlotContent::Products { products: products.collect::<Result<_, _>>()? }
            }
            "shelf" => SlotContent::Shelf {
                category: shape.category.as_deref().unwrap_or_default().into(),
                sort: shape.sort.as_deref().unwrap_or("newest").into(),
            },
            "categories" => SlotContent::Categories {
                categories: shape.categories.iter().map(|code| code.as_str().into()).collect(),
            },
            _ => return Err(Failure::invalid("kind must be banner, products, shelf or categories")),
        };
        Ok(NewSlot {
            turn: self.turn,
            from: at(&self.from)?,
            until: at(&self.until)?,
            head: SlotHead { zh: self.zh.as_str().into(), en: self.en.as_str().into(), content },
            media: shape.media.clone().filter(|_| shape.kind == "banner"),
        })
    }
}

/// Which page of slots.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SlotQuery {
    /// The `next` of the page before.
    after: Option<String>,
    /// How many, 1 to 199; 50 if not said.
    limit: Option<String>,
}

/// All slots in their turn, also those that are over or to come.
#[utoipa::path(get, path = "/slots", tag = "mall", params(SlotQuery), responses((status = 200, body = Page<SlotView>)), extensions(("x-needs" = json!("platform.catalog"))))]
pub async fn list(
    State(site): State<Site>,
    who: Principal,
    Query(query): Query<SlotQuery>,
) -> Result<axum::Json<Page<SlotView>>, Failure> {
    who.need(NEED)?;
    let limit = page_limit(query.limit.as_deref(), 50, 199)?;
    let after = match query.after.as_deref().filter(|text| !text.is_empty()) {
        None => None,
        Some(text) => {
            let read =
                text.split_once('.').and_then(|(turn, id)| Some((turn.parse().ok()?, id.parse().ok()?)));
            Some(read.ok_or_else(|| Failure::invalid("after: give the next of the page before"))?)
        }
    };
    let found = site.read(move |q| Ok(catalog::all_slots(q, after, limit as i64 + 1)?)).await?;
    let views = found.iter().map(|slot| SlotView::of(slot, &site.market)).collect();
    Ok(axum::Json(Page::of(views, limit, |view: &SlotView| format!("{}.{}", view.turn, view.slot))))
}

async fn written(
    site: &Site,
    act: &IdempotentRequest,
    id: Option<Id<SlotKey>>,
    body: &SlotBody,
    status: StatusCode,
) -> Result<Response, Failure> {
    let (wanted, rules, market) = (body.read(&site.market)?, rules_of(site)?, site.market.clone());
    act.json(site, "catalog.slot", Keys::none(), status, move |tx, ctx| {
        catalog::write_slot(tx, ctx, id, &wanted, &rules).map(|slot| SlotView::of(&slot, &market))
    })
    .await
}

/// Makes a slot.
#[utoipa::path(post, path = "/slots", tag = "mall", request_body = SlotBody, responses((status = 201, body = SlotView)), extensions(("x-needs" = json!("platform.catalog"))))]
pub async fn add(
    State(site): State<Site>,
    act: IdempotentRequest,
    Json(body): Json<SlotBody>,
) -> Result<Response, Failure> {
    act.who.need(NEED)?;
    written(&site, &act, None, &body, StatusCode::CREATED).await
}

/// Changes a slot.
#[utoipa::path(put, path = "/slots/{slot}", tag = "mall", request_body = SlotBody, responses((status = 200, body = SlotView)), extensions(("x-needs" = json!("platform.catalog"))))]
pub async fn change(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(slot): Path<Id<SlotKey>>,
    Json(body): Json<SlotBody>,
) -> Result<Response, Failure> {
    act.who.need(NEED)?;
    written(&site, &act, Some(slot), &body, StatusCode::OK).await
}

/// A slot that is gone.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SlotGone {
    /// Which.
    pub slot: String,
}

/// Removes a slot.
#[utoipa::path(delete, path = "/slots/{slot}", tag = "mall", responses((status = 200, body = SlotGone)), extensions(("x-needs" = json!("platform.catalog"))))]
pub async fn remove(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(slot): Path<Id<SlotKey>>,
) -> Result<Response, Failure> {
    act.who.need(NEED)?;
    act.json(&site, "catalog.remove_slot", Keys::none(), StatusCode::OK, move |tx, _| {
        catalog::remove_slot(tx, slot).map(|()| SlotGone { slot: slot.to_string() })
    })
    .await
}

/// Takes in a picture for the mall's pages: the body is a JPEG, PNG or WebP file.
#[utoipa::path(post, path = "/media", tag = "mall", request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses((status = 201, body = MediaShape)), extensions(("x-needs" = json!("platform.catalog"))))]
pub async fn upload(
    State(site): State<Site>,
    act: IdempotentRequest,
    Upload(bytes): Upload,
) -> Result<Response, Failure> {
    act.who.need(NEED)?;
    let media = web_kit::media::keep(&site, bytes).await?;
    act.json(&site, "catalog.media", Keys::none(), StatusCode::CREATED, move |tx, ctx| {
        catalog::add_media(tx, ctx, None, &media).map(|()| MediaShape::of(&media))
    })
    .await
}
