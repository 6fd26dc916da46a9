//! Counters with a limit: stock, caps, quotas. The one write pattern that many buyers aim at the same row.

use crate::Sql;

/// A column of a table that may move between 0 and another column of the same row, declared with
/// [`counter!`](crate::counter). Where the limit was lowered below what is held already, it may only fall.
///
/// [`Tx::take`](crate::Tx::take) is the guarded update `set held = held + n where ... held + n >= 0 and (n < 0 or held + n <= limit)`. On
/// SQLite it is just that. On PostgreSQL the rows that a batch takes from are read once, under the batch's locks, each
/// closure is decided in memory, and one update per batch writes the sums through the same guard: if a row does not
/// take its sum (somebody wrote past the locks), the batch is rolled back and run again statement by statement.
#[derive(Debug)]
pub struct Counter {
    /// The table.
    pub table: &'static str,
    /// Its key column.
    pub key: &'static str,
    /// The column that counts.
    pub held: &'static str,
    /// The column that limits it.
    pub limit: &'static str,
    /// The guarded update: `$1` the key, `$2` how many.
    pub take: Sql,
    /// What it holds and its limit: `$1` the key.
    pub look: Sql,
}

impl PartialEq for Counter {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}
impl Eq for Counter {}

/// Declares a [`Counter`] static.
///
/// ```text
/// store::counter! {
///     /// Units that are spoken for.
///     pub(crate) STOCK: stock[sku] held <= on_hand;
/// }
/// ```
#[macro_export]
macro_rules! counter {
    ($(#[$doc:meta])* $vis:vis $name:ident : $table:ident [ $key:ident ] $held:ident <= $limit:ident;) => {
        $(#[$doc])*
        $vis static $name: $crate::Counter = $crate::Counter {
            table: stringify!($table),
            key: stringify!($key),
            held: stringify!($held),
            limit: stringify!($limit),
            take: $crate::Sql::new(
                concat!(module_path!(), "::", stringify!($name)),
                concat!(
                    "update ", stringify!($table), "\nset ", stringify!($held), " = ", stringify!($held),
                    " + $2\nwhere ", stringify!($key), " = $1\n  and ", stringify!($held), " + $2 >= 0\n  and ($2 < 0 or ",
                    stringify!($held), " + $2 <= ", stringify!($limit), ")"
                ),
                file!(),
                $crate::Engines::Both,
            ),
            look: $crate::Sql::new(
                concat!(module_path!(), "::", stringify!($name), "::look"),
                concat!(
                    "select ", stringify!($held), ", ", stringify!($limit), "\nfrom ", stringify!($table),
                    "\nwhere ", stringify!($key), " = $1"
                ),
                file!(),
                $crate::Engines::Both,
            ),
        };
        $crate::inventory::submit! { $crate::Declared(&$name.take) }
        $crate::inventory::submit! { $crate::Declared(&$name.look) }
    };
}
