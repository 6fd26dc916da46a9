//! What a shop does with its edits, and what the platform decides.

use super::model::{self, is_reviewed, sifted};
use super::sql::{self, Edit};
use super::view::EditView;
use crate::catalog::edit_status::{Status, Step};
use crate::catalog::error::Error;
use crate::catalog::fact;
use crate::catalog::privilege::{self, Permits, Presale, PutOnSale};
use crate::catalog::product::diff;
use crate::catalog::product::{
    self, Content, Desk, Fault, Head, Target, as_priced, content, content_of, go_live, head_of_shop,
    known_skus, lead_of, own_skus_only,
};
use crate::catalog::reason::checked_reason;
use crate::catalog::rules::{Review, Rules};
use kernel::id::{Edit as EditKey, Product, Shop};
use kernel::{Ctx, Id, Permit, Privilege, text};
use store::Tx;

/// Begins a product: its first edit, as a draft. New variants get their ids here.
pub fn propose_new(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    content: &Content,
    rules: &Rules,
) -> Result<EditView, Error> {
    let product = ctx.id();
    own_skus_only(content, &[])?;
    let content = kept(ctx, content, rules)?;
    let section = Desk::new(rules, shop).section(tx, content.category)?;
    product::new_draft(tx, ctx, (shop, product), (&content, &section.category.code), rules.currency)?;
    let edit = Edit::new(ctx, (shop, product), 0, content);
    sql::insert(tx, &edit)?;
    Ok(EditView::of(edit))
}

/// Begins an edit of a product, as a draft against the version that is live now.
pub fn propose(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    product: Id<Product>,
    content: &Content,
    rules: &Rules,
) -> Result<EditView, Error> {
    let head = head_of_shop(tx, shop, product)?;
    own_skus_only(content, &known_skus(tx, product)?)?;
    let mut content = content.clone();
    as_priced(tx, product, &mut content, Some(&[]))?;
    begin(tx, ctx, &head, &content, rules)
}

/// Begins an edit that says what is live now.
pub fn revise(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    product: Id<Product>,
    rules: &Rules,
) -> Result<EditView, Error> {
    let content = content(tx, shop, product)?;
    propose(tx, ctx, shop, product, &content, rules)
}

/// Begins an edit that says what an earlier one said, against the version that is live now.
pub fn propose_again(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    id: Id<EditKey>,
    rules: &Rules,
) -> Result<EditView, Error> {
    let mut old = sql::load_of_shop(tx, shop, id)?;
    // Prices of that day are not brought back.
    as_priced(tx, old.product, &mut old.content, None)?;
    propose(tx, ctx, shop, old.product, &old.content, rules)
}

fn begin(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    head: &Head,
    content: &Content,
    rules: &Rules,
) -> Result<EditView, Error> {
    let content = kept(ctx, content, rules)?;
    let section = Desk::new(rules, head.shop).section(tx, content.category)?;
    if sql::open(tx, head.id)? >= rules.limits.edits_most as i64 {
        return Err(Error::Crowded { most: rules.limits.edits_most });
    }
    if head.version == 0 {
        product::rename_draft(tx, (head.shop, head.id), (&content, &section.category.code))?;
    }
    let mut edit = Edit::new(ctx, (head.shop, head.id), head.version, content);
    sql::insert(tx, &edit)?;
    edit.before = content_of(tx, head.id, head.version)?;
    Ok(EditView::of(edit))
}

/// A content as a draft may be: within bounds, every variant with an id.
fn kept(ctx: &Ctx, content: &Content, rules: &Rules) -> Result<Content, Error> {
    let mut content = content.kept();
    let faults: Vec<Fault> = content.unbounded(&rules.limits, rules.currency);
    if !faults.is_empty() {
        return Err(Error::Faults(faults));
    }
    for sku in &mut content.skus {
        sku.id.get_or_insert_with(|| ctx.id());
    }
    Ok(content)
}

/// Writes on a draft. `revision` is the one that its writer saw: a draft that somebody else wrote in between stays.
pub fn change(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    (id, revision): (Id<EditKey>, i64),
    content: &Content,
    rules: &Rules,
) -> Result<EditView, Error> {
    let mut edit = sql::load_of_shop(tx, shop, id)?;
    step(&mut edit, Step::Change)?;
    if edit.revision != revision {
        return Err(Error::Moved);
    }
    let mut own = known_skus(tx, edit.product)?;
    own.extend(edit.content.skus.iter().filter_map(|sku| sku.id));
    own_skus_only(content, &own)?;
    let mut content = content.clone();
    as_priced(tx, edit.product, &mut content, Some(&edit.content.skus))?;
    edit.content = kept(ctx, &content, rules)?;
    let section = Desk::new(rules, shop).section(tx, edit.content.category)?;
    if edit.base == 0 {
        product::rename_draft(tx, (shop, edit.product), (&edit.content, &section.category.code))?;
    }
    sql::save(tx, &edit)?;
    edit.revision += 1;
    Ok(EditView::of(edit))
}

/// Hands a draft in. A banned word refuses it; sensitive ones are marked. If the market reviews only what is marked and
/// nothing is, it goes live at once. A presale takes its permit already here: it would wait for nothing.
pub fn submit(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    (shop, permits): (Id<Shop>, Permits<'_>),
    id: Id<EditKey>,
    rules: &Rules,
) -> Result<EditView, Error> {
    let mut edit = sql::load_of_shop(tx, shop, id)?;
    privilege::checked(rules.is_presale(&edit.content.ship), permits.presale, shop)?;
    step(&mut edit, Step::Submit)?;
    let mut desk = Desk::new(rules, shop);
    desk.check(tx, &edit.content)?;
    let live = lead_of(tx, edit.product)?.version;
    not_stale(&edit, live)?;
    if edit.before.is_some() && !diff(edit.before.as_ref(), &edit.content).iter().any(is_reviewed) {
        return Err(Error::Unchanged);
    }
    edit.marks = sifted(&edit.content, rules)?;
    edit.submitted_at = Some(ctx.now);
    sql::save(tx, &edit)?;
    edit.revision += 1;
    let (at, shop, edit_id, product_id) = (ctx.now, Some(shop), edit.id, edit.product);
    let marked = !edit.marks.is_empty();
    tx.append(ctx, &fact::Submitted { at, shop, edit: edit_id, product_id, marked })?;
    if rules.review == Review::Marked && !marked {
        return decide_live(tx, ctx, edit, (&mut desk, permits), "system");
    }
    Ok(EditView::of(edit))
}

fn step(edit: &mut Edit, step: Step) -> Result<(), Error> {
    let refused = Error::WrongStep { edit: edit.id, status: edit.status };
    edit.status = edit.status.after(step).ok_or(refused)?;
    Ok(())
}

fn not_stale(edit: &Edit, live: i64) -> Result<(), Error> {
    if edit.base == live {
        return Ok(());
    }
    Err(Error::Stale { edit: edit.id, base: edit.base, live })
}

/// Takes an edit back.
pub fn withdraw(tx: &mut Tx<'_>, ctx: &Ctx, shop: Id<Shop>, id: Id<EditKey>) -> Result<EditView, Error> {
    let mut edit = sql::load_of_shop(tx, shop, id)?;
    step(&mut edit, Step::Withdraw)?;
    decided(&mut edit, ctx, &ctx.actor.to_string());
    sql::save(tx, &edit)?;
    edit.revision += 1;
    Ok(EditView::of(edit))
}

fn decided(edit: &mut Edit, ctx: &Ctx, by: &str) {
    edit.decided_by = Some(by.into());
    edit.decided_at = Some(ctx.now);
}

/// The platform lets an edit go live. The rules of today count, not those of the day it was handed in.
pub fn approve(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    permits: Permits<'_>,
    id: Id<EditKey>,
    rules: &Rules,
) -> Result<EditView, Error> {
    let edit = sql::load(tx, id)?;
    let mut desk = Desk::new(rules, edit.shop);
    decide_live(tx, ctx, edit, (&mut desk, permits), &ctx.actor.to_string())
}

fn decide_live(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    mut edit: Edit,
    (desk, permits): (&mut Desk<'_>, Permits<'_>),
    by: &str,
) -> Result<EditView, Error> {
    step(&mut edit, Step::Approve)?;
    let head = lead_of(tx, edit.product)?;
    not_stale(&edit, head.version)?;
    sifted(&edit.content, desk.rules)?;
    let section = desk.check(tx, &edit.content)?;
    let target = Target::There(Box::new(head));
    let parts = (&*section, &mut edit.content);
    let (product_id, version) = go_live(tx, ctx, desk, (target, edit.id), parts, permits)?;
    decided(&mut edit, ctx, by);
    sql::save(tx, &edit)?;
    edit.revision += 1;
    let (at, shop, submitted_at) = (ctx.now, Some(edit.shop), edit.submitted_at.unwrap_or(ctx.now));
    tx.append(ctx, &fact::Approved { at, shop, edit: edit.id, product_id, version, submitted_at })?;
    Ok(EditView::of(edit))
}

/// The platform refuses an edit, for a reason in a word and with a note for its shop.
pub fn reject(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<EditKey>,
    (reason, note): (&str, &str),
    rules: &Rules,
) -> Result<EditView, Error> {
    checked_reason(reason)?;
    let most = rules.limits.note_most;
    let note = text::lines(note, 0, most).ok_or(Error::Note { most })?;
    let mut edit = sql::load(tx, id)?;
    step(&mut edit, Step::Reject)?;
    edit.reason = Some(reason.into());
    edit.note = Some(note).filter(|note| !note.is_empty()).map(Into::into);
    decided(&mut edit, ctx, &ctx.actor.to_string());
    sql::save(tx, &edit)?;
    edit.revision += 1;
    let (at, shop, submitted_at) = (ctx.now, Some(edit.shop), edit.submitted_at.unwrap_or(ctx.now));
    let (product_id, reason) = (edit.product, reason.into());
    tx.append(ctx, &fact::Rejected { at, shop, edit: edit.id, product_id, reason, submitted_at })?;
    Ok(EditView::of(edit))
}

/// Begins an edit that brings an old version back: a draft with its content, against what is live.
pub fn roll_back(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    product: Id<Product>,
    version: i64,
    rules: &Rules,
) -> Result<EditView, Error> {
    let head = head_of_shop(tx, shop, product)?;
    let mut content = content_of(tx, product, version)?.ok_or(Error::NoVersion { product, version })?;
    as_priced(tx, product, &mut content, None)?;
    if version == head.version {
        return Err(Error::Unchanged);
    }
    begin(tx, ctx, &head, &content, rules)
}

/// Makes products of the permit's shop that are live and on sale from their first moment, for imports and demonstrations:
/// checked like any other, with an approved edit each, and without a queue. Presales take their own permit besides. At most
/// 200 at once; all or none.
pub fn publish(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    (sale, presale): (&Permit<PutOnSale>, Option<&Permit<Presale>>),
    contents: &[Content],
    rules: &Rules,
) -> Result<Vec<Id<Product>>, Error> {
    let (shop, permits) = (sale.subject(), Permits { sale: Some(sale), presale });
    if contents.len() > AT_ONCE {
        return Err(Error::TooMany { most: AT_ONCE });
    }
    let mut desk = Desk::new(rules, shop);
    let mut made = Vec::with_capacity(contents.len());
    for content in contents {
        own_skus_only(content, &[])?;
        sifted(content, rules)?;
        let section = desk.check(tx, content)?;
        let mut edit = Edit::new(ctx, (shop, ctx.id()), 0, content.clone());
        let target = Target::New(edit.product);
        go_live(tx, ctx, &mut desk, (target, edit.id), (&section, &mut edit.content), permits)?;
        edit.status = Status::Approved;
        edit.submitted_at = Some(ctx.now);
        edit.marks = model::marks(&edit.content, rules);
        decided(&mut edit, ctx, &ctx.actor.to_string());
        sql::insert(tx, &edit)?;
        made.push(edit.product);
    }
    Ok(made)
}
/// How many products are made at once.
const AT_ONCE: usize = 200;

/// A product of an import, under ids that it brings along.
#[derive(Debug, Clone)]
pub struct Brought {
    /// Which it is, and stays.
    pub id: Id<Product>,
    /// What it is: every variant with its id.
    pub content: Content,
    /// Where it is in its life.
    pub status: product::Status,
    /// Why it is banned, if it is.
    pub banned_for: Option<Box<str>>,
}

/// Makes a product of an import as it was elsewhere: a draft, live and on or off sale, or banned. It is checked like any other;
/// what is live has an approved edit, and no queue. On sale and as a presale it takes the permits.
pub fn bring_in(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    (shop, permits): (Id<Shop>, Permits<'_>),
    brought: &Brought,
    rules: &Rules,
) -> Result<(), Error> {
    let content = kept(ctx, &brought.content, rules)?;
    let mut desk = Desk::new(rules, shop);
    if brought.status == product::Status::Draft {
        let section = desk.section(tx, content.category)?;
        let made = (&content, &*section.category.code);
        product::new_draft(tx, ctx, (shop, brought.id), made, rules.currency)?;
        return Ok(sql::insert(tx, &Edit::new(ctx, (shop, brought.id), 0, content))?);
    }
    let sale = permits.sale.filter(|_| brought.status == product::Status::On);
    if brought.status == product::Status::On && privilege::of(sale, shop).is_none() {
        return Err(Error::NoPermit(PutOnSale::SPEC.code));
    }
    sifted(&content, rules)?;
    let section = desk.check(tx, &content)?;
    let mut edit = Edit::new(ctx, (shop, brought.id), 0, content);
    let target = Target::New(brought.id);
    let parts = (&*section, &mut edit.content);
    go_live(tx, ctx, &mut desk, (target, edit.id), parts, Permits { sale, ..permits })?;
    edit.status = Status::Approved;
    edit.submitted_at = Some(ctx.now);
    edit.marks = model::marks(&edit.content, rules);
    decided(&mut edit, ctx, &ctx.actor.to_string());
    sql::insert(tx, &edit)?;
    if brought.status == product::Status::Banned {
        product::ban(tx, ctx, brought.id, brought.banned_for.as_deref().unwrap_or("other"))?;
    }
    Ok(())
}
