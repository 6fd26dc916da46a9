//! Goods without a parcel: how they are delivered, and what their buyers get.
//!
//! Invariants: a code in the clear is never stored as an answer; a file that is sold is served to its buyers alone, and never
//! as anything that a browser would show or run.

use crate::principal::Principal;
use crate::problem::Failure;
use crate::site::Site;
use axum::body::Bytes;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use flows::digital::{self, Contents, Delivered, LARGEST};
use kernel::Id;
use kernel::id::{Code, Download, Member, Order, Shop};
use serde::Serialize;
use store::Keys;
use supply::digital::{File, Link};

/// What stands before the bytes of a file that is sold: no picture begins so, and only pictures are served by their keys.
const HEAD: &[u8] = b"sanhao file\n";

/// How a variant is delivered, and its pool of codes.
#[derive(Debug, Clone, Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct DeliveredView {
    /// `codes` or `file`; null if the shop has not said it.
    pub delivery: Option<Box<str>>,
    /// What the file is called.
    pub file: Option<Box<str>>,
    /// How long it is, in bytes.
    pub bytes: Option<i64>,
    /// Codes that nobody has: those that can be sold and those that are kept for orders that are not paid for yet.
    pub free: i64,
    /// Codes that orders have.
    pub assigned: i64,
    /// Codes that were taken out again.
    pub withdrawn: i64,
}

impl DeliveredView {
    /// Of what a shop says of a variant.
    pub fn of(delivered: &Delivered) -> Self {
        let good = delivered.good.as_ref();
        let file = good.and_then(|good| good.file.as_ref());
        Self {
            delivery: good.map(|good| good.delivery.as_str().into()),
            file: file.map(|file| file.name.clone()),
            bytes: file.map(|file| file.bytes),
            free: delivered.pool.free,
            assigned: delivered.pool.assigned,
            withdrawn: delivered.pool.withdrawn,
        }
    }
}

/// A code of an order.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CodeView {
    /// Which.
    pub code: String,
    /// Of which variant.
    pub sku: String,
    /// As much of it as anybody may see.
    pub masked: String,
    /// When its buyer saw it first, RFC 3339.
    pub seen_at: Option<String>,
}

/// A link to a file of an order.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct LinkView {
    /// Which.
    pub download: String,
    /// Of which variant.
    pub sku: String,
    /// What the file is called.
    pub name: Box<str>,
    /// How long it is, in bytes.
    pub bytes: i64,
    /// How many downloads it opens.
    pub most: i64,
    /// How many there were.
    pub used: i64,
    /// Until before when, RFC 3339.
    pub until: String,
}

/// What an order has instead of a parcel.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ContentsView {
    /// Its codes.
    pub codes: Vec<CodeView>,
    /// Its links.
    pub downloads: Vec<LinkView>,
}

impl ContentsView {
    /// Of an order's contents.
    pub fn of(contents: &Contents, site: &Site) -> Self {
        let code = |one: &digital::MaskedCode| CodeView {
            code: one.code.id.to_string(),
            sku: one.code.sku.to_string(),
            masked: one.masked.clone(),
            seen_at: one.code.seen_at.map(|at| site.time(at)),
        };
        let link = |link: &Link| LinkView {
            download: link.id.to_string(),
            sku: link.sku.to_string(),
            name: link.file.name.clone(),
            bytes: link.file.bytes,
            most: link.most,
            used: link.used,
            until: site.time(link.until),
        };
        Self {
            codes: contents.codes.iter().map(code).collect(),
            downloads: contents.links.iter().map(link).collect(),
        }
    }
}

/// Keeps the bytes of a file that is sold.
pub async fn keep_file(site: &Site, name: &str, bytes: &Bytes) -> Result<File, Failure> {
    if bytes.is_empty() || bytes.len() > LARGEST {
        return Err(digital::Error::File { most: LARGEST >> 20 }.into());
    }
    let key = site.blobs.put([HEAD, bytes].concat().into()).await?;
    Ok(File { key: key.into(), name: name.into(), bytes: bytes.len() as i64 })
}

/// A code in the clear, for its buyer, with the record that it was seen.
pub async fn revealed(
    site: &Site,
    who: &Principal,
    member: Id<Member>,
    (order, code): (Id<Order>, Id<Code>),
) -> Result<String, Failure> {
    let (ctx, vault) = (site.ctx(who), site.vault.clone());
    let shown = site.db.write("order.code", trade::order::key(order).into(), move |tx| {
        digital::reveal(tx, &ctx.clone(), &vault, member, (order, code))
    });
    Ok(shown.await?.expose().to_owned())
}

/// A file for its buyer: the download is counted before it begins.
pub async fn downloaded(
    site: &Site,
    who: &Principal,
    member: Id<Member>,
    (order, link): (Id<Order>, Id<Download>),
) -> Result<Response, Failure> {
    let ctx = site.ctx(who);
    let counted = site.db.write("order.download", Keys::none(), move |tx| {
        digital::download(tx, &ctx.clone(), member, (order, link))
    });
    let file = counted.await?.file;
    let bytes = site.blobs.get(&file.key).await?;
    let bytes = bytes.filter(|bytes| bytes.starts_with(HEAD));
    let bytes = bytes.ok_or_else(|| Failure::internal("the file that was bought is not there"))?;
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename*=UTF-8''{}", crate::ui::encode(&file.name)),
        ),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    Ok((headers, bytes.slice(HEAD.len()..)).into_response())
}

/// The keys of a write that changes a variant's pool: its shelf, if its shop has a place for codes already.
pub fn keys_of_pool(
    q: &mut store::Read<'_>,
    shop: Id<Shop>,
    sku: Id<kernel::id::Sku>,
) -> Result<Keys, Failure> {
    let place = supply::digital::place(q, shop)?;
    Ok(match place {
        Some(place) => super::stock::keys_at(sku, place),
        None => Keys::none(),
    })
}
