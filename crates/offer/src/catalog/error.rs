//! What can go wrong in the catalog.

use super::edit_status::Status as EditStatus;
use super::fault::Fault;
use super::product_status::Status;
use super::word::Mark;
use kernel::Id;
use kernel::id::{Attribute, Brand, Edit, Product, Sku, Slot};
use store::StoreError;

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, kernel::Problem)]
#[problem(code = "catalog")]
pub enum Error {
    /// There is no such category.
    #[problem(NotFound, args(category))]
    NoCategory(Box<str>),
    /// There is no such attribute.
    #[problem(NotFound, args(attribute))]
    NoAttribute(Id<Attribute>),
    /// There is no such brand.
    #[problem(NotFound, args(brand))]
    NoBrand(Id<Brand>),
    /// There is no such product, or not for the one who asks.
    #[problem(NotFound, args(product))]
    NoProduct(Id<Product>),
    /// The product has no such variant.
    #[problem(NotFound, args(sku))]
    NoSku(Id<Sku>),
    /// What is back-ordered ships by a promise for presales.
    #[problem(Invalid)]
    NoPresale {
        /// Those there are.
        promises: String,
    },
    /// There is no such edit, or not for the one who asks.
    #[problem(NotFound, args(edit))]
    NoEdit(Id<Edit>),
    /// The product has no such version.
    #[problem(NotFound)]
    NoVersion {
        /// Of which product.
        product: Id<Product>,
        /// Which.
        version: i64,
    },
    /// There is no such place on the mall's pages.
    #[problem(NotFound, args(slot))]
    NoSlot(Id<Slot>),
    /// A code that is no path of words, or not under its parent.
    #[problem(Invalid)]
    Code,
    /// The code is another category's.
    #[problem(Conflict, args(code))]
    CodeTaken(Box<str>),
    /// The tree would become too deep.
    #[problem(Invalid)]
    TooDeep {
        /// The most.
        most: usize,
    },
    /// A name that is empty, too long or has control characters in it.
    #[problem(Invalid)]
    Name {
        /// The most.
        most: usize,
    },
    /// A unit that is empty or too long.
    #[problem(Invalid)]
    Unit,
    /// Options that cannot be.
    #[problem(Invalid)]
    Options {
        /// The most.
        most: usize,
    },
    /// Products have values of it that would become none.
    #[problem(Conflict)]
    KindFixed,
    /// The content cannot be as it is.
    #[problem(Invalid, code = "content", args(faults = told(_0)))]
    Faults(Vec<Fault>),
    /// It holds words that nothing on offer may hold.
    #[problem(Invalid, code = "banned_words", args(words = places(_0)))]
    Banned(Vec<Mark>),
    /// The product's state does not allow it.
    #[problem(Conflict, args(product, status = status.told()))]
    WrongStatus {
        /// Which.
        product: Id<Product>,
        /// What it is.
        status: Status,
    },
    /// The edit's state does not allow it.
    #[problem(Conflict, args(edit, status = status.told()))]
    WrongStep {
        /// Which.
        edit: Id<Edit>,
        /// What it is.
        status: EditStatus,
    },
    /// It was made against a version that is live no more.
    #[problem(Conflict, code = "stale_edit")]
    Stale {
        /// Which edit.
        edit: Id<Edit>,
        /// Which version it changes.
        base: i64,
        /// Which one is live.
        live: i64,
    },
    /// Nothing would change.
    #[problem(Invalid)]
    Unchanged,
    /// A product with too many edits under way.
    #[problem(Conflict)]
    Crowded {
        /// The most.
        most: usize,
    },
    /// A reason that is no word.
    #[problem(Invalid)]
    Reason,
    /// A note that is too long.
    #[problem(Invalid)]
    Note {
        /// The most.
        most: usize,
    },
    /// A price that cannot be.
    #[problem(Invalid)]
    Price,
    /// A limit that cannot be.
    #[problem(Invalid)]
    Limit,
    /// A slot that cannot be.
    #[problem(Invalid)]
    Slot {
        /// The most.
        most: usize,
    },
    /// A link that leads out of the market.
    #[problem(Invalid)]
    Link,
    /// Too much at once.
    #[problem(Invalid)]
    TooMany {
        /// The most.
        most: usize,
    },
    /// A privilege that was used without its permit.
    #[problem(Internal, args(privilege))]
    NoPermit(&'static str),
    /// Somebody else was quicker.
    #[problem(Conflict)]
    Moved,
    /// The market's rules of the catalog cannot be read.
    #[problem(Internal, args(why))]
    Rules(String),
    /// The store failed.
    #[problem(from)]
    Store(StoreError),
}

fn told(faults: &[Fault]) -> String {
    faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("; ")
}

fn places(marks: &[Mark]) -> String {
    let one = |mark: &Mark| format!("\"{}\" in {}", mark.word, mark.field);
    marks.iter().map(one).collect::<Vec<_>>().join(", ")
}
