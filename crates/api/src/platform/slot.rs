//! Places on the mall's pages that the platform fills.

use crate::merchant::product::taken_in;
use crate::shape::time;
use kernel::Market;
use kernel::id::Slot as SlotKey;
use offer::catalog::{self, NewSlot, Slot, SlotContent, SlotHead};
use offer::media::MediaView;
use web_kit::media::Upload;
use web_kit::prelude::*;
use web_kit::view::product::rules_of;

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
        let of = |kind: &str| Self { kind: kind.to_owned(), ..Self::default() };
        match content {
            SlotContent::Banner { media, link } => Self {
                media: media.as_ref().map(|media| media.key.to_string()),
                link: Some(link.to_string()),
                ..of("banner")
            },
            SlotContent::Products { products } => {
                Self { products: products.iter().map(ToString::to_string).collect(), ..of("products") }
            }
            SlotContent::Shelf { category, sort } => {
                Self { category: Some(category.to_string()), sort: Some(sort.to_string()), ..of("shelf") }
            }
            SlotContent::Categories { categories } => {
                Self { categories: categories.iter().map(ToString::to_string).collect(), ..of("categories") }
            }
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
    fn of(slot: Slot, market: &Market) -> Self {
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
    fn read(self, market: &Market) -> Result<NewSlot, Failure> {
        let at = |text: &Option<String>| text.as_deref().map(|text| crate::moment(text, market)).transpose();
        if !(0..=100_000).contains(&self.turn) {
            return Err(Failure::invalid("turn must be 0 to 100000"));
        }
        let shape = self.content;
        let media = shape.media.filter(|_| shape.kind == "banner");
        let content = match shape.kind.as_str() {
            "banner" => SlotContent::Banner { media: None, link: shape.link.unwrap_or_default().into() },
            "products" => {
                let products = shape.products.iter().map(|text| input::id(text));
                SlotContent::Products { products: products.collect::<Result<_, _>>()? }
            }
            "shelf" => SlotContent::Shelf {
                category: shape.category.unwrap_or_default().into(),
                sort: shape.sort.as_deref().unwrap_or("newest").into(),
            },
            "categories" => {
                SlotContent::Categories { categories: shape.categories.into_iter().map(Into::into).collect() }
            }
            _ => return Err(Failure::invalid("kind must be banner, products, shelf or categories")),
        };
        Ok(NewSlot {
            turn: self.turn,
            from: at(&self.from)?,
            until: at(&self.until)?,
            head: SlotHead { zh: self.zh.into(), en: self.en.into(), content },
            media,
        })
    }
}

/// All slots in their turn, also those that are over or to come.
#[operation(get, "/slots", tag = "mall", needs = "platform.catalog")]
pub async fn list(at: Context, query: Paging<50, 199>) -> Answer<ListPage<SlotView>> {
    let after = query.after_key(input::turn_and_id)?;
    let find = move |q: &mut Read<'_>, most| catalog::all_slots(q, after, most);
    let view = |slot| SlotView::of(slot, &at.site.market);
    at.page(query.limit()?, find, |slot| format!("{}.{}", slot.turn, slot.id), view).await
}

async fn written<const STATUS: u16>(
    at: &Context,
    id: Option<Id<SlotKey>>,
    body: SlotBody,
) -> Result<Answered<SlotView, STATUS>, Failure> {
    let market = at.site.market.clone();
    let (wanted, rules) = (body.read(&market)?, rules_of(&at.site)?);
    at.write("catalog.slot", Keys::none(), move |tx, ctx| {
        catalog::write_slot(tx, ctx, id, &wanted, &rules).map(|slot| SlotView::of(slot, &market))
    })
    .await
}

/// Makes a slot.
#[operation(post, "/slots", tag = "mall", needs = "platform.catalog")]
pub async fn add(at: Context, body: SlotBody) -> Created<SlotView> {
    written(&at, None, body).await
}

/// Changes a slot.
#[operation(put, "/slots/{slot}", tag = "mall", needs = "platform.catalog")]
pub async fn change(at: Context, slot: Id<SlotKey>, body: SlotBody) -> Written<SlotView> {
    written(&at, Some(slot), body).await
}

/// A slot that is gone.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SlotGone {
    /// Which.
    pub slot: String,
}

/// Removes a slot.
#[operation(delete, "/slots/{slot}", tag = "mall", needs = "platform.catalog")]
pub async fn remove(at: Context, slot: Id<SlotKey>) -> Written<SlotGone> {
    at.write("catalog.remove_slot", Keys::none(), move |tx, _| {
        catalog::remove_slot(tx, slot).map(|()| SlotGone { slot: slot.to_string() })
    })
    .await
}

/// Takes in a picture for the mall's pages: the body is a JPEG, PNG or WebP file.
#[operation(post, "/media", tag = "mall", needs = "platform.catalog",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"))]
pub async fn upload(at: Context, Upload(bytes): Upload) -> Created<MediaView> {
    taken_in(&at, None, bytes).await
}
