//! Every statement about edits.

use super::view::{EditView, Waiting};
use crate::catalog::edit_status::Status;
use crate::catalog::error::Error;
use crate::catalog::product::Content;
use crate::catalog::word::Mark;
use crate::catalog::{parsed, written};
use kernel::id::{Edit as EditKey, Product, Shop};
use kernel::{Ctx, Id, Moment};
use store::{Query, Row, StoreError, Tx, vals};

store::sql! {
    /// A new edit, whatever its state.
    NEW = "
insert into catalog_edit
  (id, shop, product, base, status, revision, title, content, marks, is_marked, reason, note, made_by, made_at,
   submitted_at, decided_by, decided_at)
values ($1, $2, $3, $4, $5, 1, $6, $7, $8, $9, null, null, $10, $11, $12, $13, $14)";

    /// An edit changes, unless somebody else was quicker.
    SAVE = "
update catalog_edit
set revision = revision + 1, status = $3, title = $4, content = $5, marks = $6, is_marked = $7, reason = $8,
  note = $9, submitted_at = $10, decided_by = $11, decided_at = $12
where id = $1
  and revision = $2";

    /// One edit, with the content that it changes.
    ONE = "
select e.id, e.shop, e.product, e.base, e.status, e.revision, e.content, e.marks, e.reason, e.note, e.made_by,
  e.made_at, e.submitted_at, e.decided_by, e.decided_at, b.content
from catalog_edit e
left join catalog_version v on v.product = e.product and v.version = e.base
left join catalog_edit b on b.id = v.edit
where e.id = $1";

    /// A page of a shop's edits, newest first.
    OF_SHOP = "
select e.id, e.shop, e.product, e.base, e.status, e.revision, e.content, e.marks, e.reason, e.note, e.made_by,
  e.made_at, e.submitted_at, e.decided_by, e.decided_at, b.content
from catalog_edit e
left join catalog_version v on v.product = e.product and v.version = e.base
left join catalog_edit b on b.id = v.edit
where e.shop = $1
  and e.id < $2
  and (cast($3 as text) is null or e.status = $3)
order by e.id desc
limit $4";

    /// A page of a product's edits, newest first.
    OF_PRODUCT = "
select e.id, e.shop, e.product, e.base, e.status, e.revision, e.content, e.marks, e.reason, e.note, e.made_by,
  e.made_at, e.submitted_at, e.decided_by, e.decided_at, b.content
from catalog_edit e
left join catalog_version v on v.product = e.product and v.version = e.base
left join catalog_edit b on b.id = v.edit
where e.shop = $1
  and e.product = $5
  and e.id < $2
  and (cast($3 as text) is null or e.status = $3)
order by e.id desc
limit $4";

    /// What waits, longest first.
    QUEUE = "
select id, shop, product, base, title, is_marked, made_by, submitted_at
from catalog_edit
where status = 'waiting'
  and (submitted_at, id) > ($1, $2)
order by submitted_at, id
limit $3";

    /// How many of a product's edits are under way.
    OPEN = "
select count(*)
from catalog_edit
where product = $1
  and status in ('draft', 'waiting')";
}

/// An edit as a command sees it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Edit {
    pub id: Id<EditKey>,
    pub shop: Id<Shop>,
    pub product: Id<Product>,
    pub base: i64,
    pub status: Status,
    pub revision: i64,
    pub content: Content,
    pub marks: Vec<Mark>,
    pub reason: Option<Box<str>>,
    pub note: Option<Box<str>>,
    pub made_by: Box<str>,
    pub made_at: Moment,
    pub submitted_at: Option<Moment>,
    pub decided_by: Option<Box<str>>,
    pub decided_at: Option<Moment>,
    /// What the version held that it changes.
    pub before: Option<Content>,
}

impl Edit {
    /// A draft from now on.
    pub(super) fn new(
        ctx: &Ctx,
        (shop, product): (Id<Shop>, Id<Product>),
        base: i64,
        content: Content,
    ) -> Self {
        Self {
            id: ctx.id(),
            shop,
            product,
            base,
            status: Status::Draft,
            revision: 1,
            content,
            marks: Vec::new(),
            reason: None,
            note: None,
            made_by: ctx.actor.to_string().into(),
            made_at: ctx.now,
            submitted_at: None,
            decided_by: None,
            decided_at: None,
            before: None,
        }
    }
}

fn to_edit(row: &Row<'_>) -> Result<Edit, StoreError> {
    Ok(Edit {
        id: Id::from_raw(row.id(0)?),
        shop: Id::from_raw(row.id(1)?),
        product: Id::from_raw(row.id(2)?),
        base: row.int(3)?,
        status: Status::parse(row.text(4)?)
            .ok_or_else(|| StoreError::Unreadable("an edit's state".to_owned()))?,
        revision: row.int(5)?,
        content: parsed(row.text(6)?)?,
        marks: parsed(row.text(7)?)?,
        reason: row.maybe_text(8)?.map(Into::into),
        note: row.maybe_text(9)?.map(Into::into),
        made_by: row.text(10)?.into(),
        made_at: row.moment(11)?,
        submitted_at: row.maybe_int(12)?.map(Moment::from_micros),
        decided_by: row.maybe_text(13)?.map(Into::into),
        decided_at: row.maybe_int(14)?.map(Moment::from_micros),
        before: row.maybe_text(15)?.map(parsed).transpose()?,
    })
}

pub(super) fn insert(tx: &mut Tx<'_>, edit: &Edit) -> Result<(), StoreError> {
    let (content, marks) = (written(&edit.content)?, written(&edit.marks)?);
    tx.insert(
        &NEW,
        vals![
            edit.id,
            edit.shop,
            edit.product,
            edit.base,
            edit.status.as_str(),
            &edit.content.title,
            &content,
            &marks,
            !edit.marks.is_empty(),
            &edit.made_by,
            edit.made_at,
            edit.submitted_at,
            edit.decided_by.as_ref(),
            edit.decided_at
        ],
    )
}

pub(super) fn save(tx: &mut Tx<'_>, edit: &Edit) -> Result<(), Error> {
    let (content, marks) = (written(&edit.content)?, written(&edit.marks)?);
    let params = vals![
        edit.id,
        edit.revision,
        edit.status.as_str(),
        &edit.content.title,
        &content,
        &marks,
        !edit.marks.is_empty(),
        edit.reason.as_ref(),
        edit.note.as_ref(),
        edit.submitted_at,
        edit.decided_by.as_ref(),
        edit.decided_at
    ];
    if tx.exec(&SAVE, params)? == 0 { Err(Error::Moved) } else { Ok(()) }
}

/// An edit for the platform.
pub(super) fn load(q: &mut impl Query, id: Id<EditKey>) -> Result<Edit, Error> {
    q.one(&ONE, vals![id], to_edit)?.ok_or(Error::NoEdit(id))
}

/// An edit for its shop.
pub(super) fn load_of_shop(q: &mut impl Query, shop: Id<Shop>, id: Id<EditKey>) -> Result<Edit, Error> {
    let edit = load(q, id)?;
    if edit.shop == shop { Ok(edit) } else { Err(Error::NoEdit(id)) }
}

pub(super) fn of_shop(
    q: &mut impl Query,
    shop: Id<Shop>,
    (status, product): (Option<Status>, Option<Id<Product>>),
    after: Option<Id<EditKey>>,
    limit: i64,
) -> Result<Vec<EditView>, StoreError> {
    let after = after.map_or(kernel::RawId([0xff; 16]), Id::raw);
    let status = status.map(Status::as_str);
    let view = |row: &Row<'_>| Ok(EditView::of(to_edit(row)?));
    match product {
        None => q.rows(&OF_SHOP, vals![shop, after, status, limit], view),
        Some(product) => q.rows(&OF_PRODUCT, vals![shop, after, status, limit, product], view),
    }
}

pub(super) fn queue(
    q: &mut impl Query,
    after: Option<(Moment, Id<EditKey>)>,
    limit: i64,
) -> Result<Vec<Waiting>, StoreError> {
    let (at, id) =
        after.map_or((Moment::MIN, kernel::RawId::default()), |(submitted_at, id)| (submitted_at, id.raw()));
    q.rows(&QUEUE, vals![at, id, limit], |row| {
        Ok(Waiting {
            id: Id::from_raw(row.id(0)?),
            shop: Id::from_raw(row.id(1)?),
            product: Id::from_raw(row.id(2)?),
            base: row.int(3)?,
            title: row.text(4)?.into(),
            marked: row.int(5)? == 1,
            made_by: row.text(6)?.into(),
            submitted_at: row.moment(7)?,
        })
    })
}

/// How many of a product's edits are under way.
pub(super) fn open(q: &mut impl Query, product: Id<Product>) -> Result<i64, StoreError> {
    Ok(q.one(&OPEN, vals![product], |row| row.int(0))?.unwrap_or(0))
}
