//! The editor of a product: one form for everything that is reviewed, with its pictures and its matrix of variants.
//!
//! Every button sends the whole form. With scripts a choice that changes the form (category, axes, pictures) brings it back
//! at once; without them a button does.
//!
//! Invariants: only 存草稿 and 送审 write a product; a refusal shows the form as it was typed, each fault beside its field;
//! a draft that somebody else wrote in between is never overwritten silently.

use crate::admin::product::one::names;
use crate::admin::product::view::Names;
use crate::form::Fields;
use crate::problem::Failure;
use axum::extract::Multipart;
use axum::http::StatusCode;
use offer::catalog::Content;
use store::Read;

/// What was sent: fields, and pictures as bytes.
pub async fn sent(mut form: Multipart, most: usize) -> Result<(Fields, Vec<axum::body::Bytes>), Failure> {
    let bad = |err: axum::extract::multipart::MultipartError| {
        let status = err.status();
        if status == StatusCode::PAYLOAD_TOO_LARGE {
            crate::problem::too_large("48 MB").zh("这些图加起来太大了，一次最多 48 MB。")
        } else {
            crate::refusal::Refusal::Form.into()
        }
    };
    let (mut fields, mut files) = (Vec::new(), Vec::new());
    while let Some(part) = form.next_field().await.map_err(bad)? {
        let name = part.name().unwrap_or_default().to_owned();
        if part.file_name().is_some() {
            let bytes = part.bytes().await.map_err(bad)?;
            if !bytes.is_empty() && files.len() < most {
                files.push(bytes);
            }
        } else if fields.len() < 20_000 {
            fields.push((name, part.text().await.map_err(bad)?.replace('\0', "")));
        }
    }
    Ok((Fields::of(fields), files))
}

/// The names behind a content, for the reviewer's page.
pub fn names_of(q: &mut Read<'_>, content: &Content) -> Result<Names, Failure> {
    names(q, content)
}
