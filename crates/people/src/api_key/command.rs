//! Making, finding and revoking keys of programs.

use super::error::Error;
use super::fact;
use super::model::{KeyView, Secret, grantable};
use super::sql;
use crate::member::{self, Token};
use crate::staff::{self, By, Denied, Permission, Scope};
use kernel::id::ApiKey;
use kernel::{Ctx, Id, Moment, text};
use store::{Query, Tx};

/// The most characters of a key's name.
const LONGEST_NAME: usize = 60;

/// Somebody wants a key for a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    /// Where it acts.
    pub scope: Scope,
    /// What it may.
    pub permissions: Vec<Permission>,
    /// What it is for.
    pub name: Box<str>,
    /// When its time is over, if ever.
    pub until: Option<Moment>,
    secret: Secret,
}

impl NewKey {
    /// Draws the secret, so that none is drawn inside a write. Reads the rest: a name, at least one permission of that
    /// place, and none that only a person may have.
    pub fn new(
        scope: Scope,
        permissions: &[Permission],
        name: &str,
        until: Option<Moment>,
    ) -> Result<Self, Error> {
        let name = text::line(name, 1, LONGEST_NAME).ok_or(Error::Name { most: LONGEST_NAME })?;
        let mut permissions = permissions.to_vec();
        permissions.sort_unstable();
        permissions.dedup();
        if permissions.is_empty() {
            return Err(Error::Nothing);
        }
        let wrong = permissions.iter().find(|p| p.area() != scope.area() || !grantable(**p));
        if let Some(wrong) = wrong {
            return Err(Error::Ungrantable(*wrong));
        }
        let secret = Secret(Token::fresh().map_err(member::Error::from)?);
        Ok(Self { scope, permissions, name: name.into(), until, secret })
    }

    /// What the program has to show. Nobody is shown it a second time.
    pub fn secret(&self) -> &Secret {
        &self.secret
    }
}

/// A key that opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The key.
    pub id: Id<ApiKey>,
    /// Where it acts.
    pub scope: Scope,
    /// What it may.
    pub permissions: Vec<Permission>,
}

impl Found {
    /// Whether the key may do something in a place. Another place is not there for it.
    pub fn may(&self, permission: Permission, scope: Scope) -> Result<(), Denied> {
        if self.scope != scope {
            return Err(Denied::Stranger);
        }
        if self.permissions.contains(&permission) { Ok(()) } else { Err(Denied::Lacks(permission)) }
    }
}

/// Whether somebody may make keys in a place that allow these.
fn may(q: &mut impl Query, by: By, scope: Scope, permissions: &[Permission]) -> Result<(), Error> {
    let By::Member(member) = by else { return Ok(()) };
    let standing = staff::standing(q, member)?;
    standing.may(scope.keeper().needed_to_give(), scope)?;
    Ok(permissions.iter().try_for_each(|permission| standing.may(*permission, scope))?)
}

/// Makes a key; of its secret only a hash is kept. `most` keys can be in use in a place.
pub fn make(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    by: impl Into<By>,
    cmd: &NewKey,
    most: i64,
) -> Result<Id<ApiKey>, Error> {
    let by = by.into();
    may(tx, by, cmd.scope, &cmd.permissions)?;
    if cmd.until.is_some_and(|until| until <= ctx.now) {
        return Err(Error::Ended);
    }
    if sql::count(tx, cmd.scope, ctx.now)? >= most {
        return Err(Error::Crowded { most });
    }
    let new = KeyView {
        id: ctx.id(),
        scope: cmd.scope,
        name: cmd.name.clone(),
        permissions: cmd.permissions.clone(),
        by,
        made_at: ctx.now,
        until: cmd.until,
        revoked_at: None,
    };
    sql::make(tx, &new, &cmd.secret.0.hash())?;
    let permissions = sql::words(&new.permissions).into();
    let (shop, by_id) = (new.scope.shop(), by.member());
    tx.append(ctx, &fact::Made { at: ctx.now, shop, key: new.id, by_id, permissions })?;
    Ok(new.id)
}

/// The key of a secret, if it opens now. One statement; writes nothing.
pub fn find(q: &mut impl Query, secret: &Secret, now: Moment) -> Result<Found, Error> {
    let key = sql::find(q, &secret.0.hash())?.filter(|key| key.open(now)).ok_or(Error::Closed)?;
    Ok(Found { id: key.id, scope: key.scope, permissions: key.permissions })
}

/// Revokes a key that is in use.
pub fn revoke(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    by: impl Into<By>,
    scope: Scope,
    id: Id<ApiKey>,
) -> Result<(), Error> {
    let by = by.into();
    may(tx, by, scope, &[])?;
    if !sql::revoke(tx, scope, id, ctx.now)? {
        return Err(Error::NoKey(id));
    }
    tx.append(ctx, &fact::Revoked { at: ctx.now, shop: scope.shop(), key: id, by_id: by.member() })?;
    Ok(())
}

/// Up to `limit` keys of a place, revoked ones too, newest first, after the one of the page before.
pub fn list(
    q: &mut impl Query,
    scope: Scope,
    after: Option<Id<ApiKey>>,
    limit: i64,
) -> Result<Vec<KeyView>, Error> {
    Ok(sql::list(q, scope, after, limit)?)
}
