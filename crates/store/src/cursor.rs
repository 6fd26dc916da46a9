//! Cursors: where each reader of the log stands. A cursor moves only from where it is, in the transaction of what its reader
//! did.

use crate::log::{Position, position};
use crate::{Query, StoreError, Tx, vals};

crate::sql! {
    CURSOR = "
select epoch, xid, seq
from log_cursor
where name = $1";

    BEGIN_CURSOR = "
insert into log_cursor (name, epoch, xid, seq)
values ($1, $2, $3, $4)
on conflict (name) do nothing";

    MOVE_CURSOR = "
update log_cursor
set epoch = $5, xid = $6, seq = $7
where name = $1
  and epoch = $2
  and xid = $3
  and seq = $4";
}

/// Where the reader `name` stands; before everything, if it never moved.
pub fn cursor(q: &mut impl Query, name: &str) -> Result<Position, StoreError> {
    Ok(q.one(&CURSOR, vals![name], position)?.unwrap_or_default())
}

/// Moves the cursor of the reader `name`, in the transaction of what the reader did with the facts in between.
/// Refuses, with the whole closure, if it is not at `from`: somebody else did that work.
pub fn move_cursor(tx: &mut Tx<'_>, name: &str, from: Position, to: Position) -> Result<(), StoreError> {
    let moved =
        tx.exec(&MOVE_CURSOR, vals![name, from.epoch, from.xid, from.seq, to.epoch, to.xid, to.seq])?;
    if moved == 1 {
        return Ok(());
    }
    if from == Position::default() && tx.exec(&BEGIN_CURSOR, vals![name, to.epoch, to.xid, to.seq])? == 1 {
        return Ok(());
    }
    Err(tx.doom(StoreError::CursorMoved { name: name.to_owned() }))
}
