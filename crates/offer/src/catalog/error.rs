//! What can go wrong in the catalog.

use super::edit::Status as EditStatus;
use super::product::{Fault, Status};
use super::word::Mark;
use kernel::id::{Attribute, Brand, Edit, Product, Sku, Slot};
use kernel::{Id, Kind, Problem};
use store::StoreError;

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is no such category.
    #[error("there is no category {0}")]
    NoCategory(Box<str>),
    /// There is no such attribute.
    #[error("there is no attribute {0}")]
    NoAttribute(Id<Attribute>),
    /// There is no such brand.
    #[error("there is no brand {0}")]
    NoBrand(Id<Brand>),
    /// There is no such product, or not for the one who asks.
    #[error("there is no product {0}")]
    NoProduct(Id<Product>),
    /// The product has no such variant.
    #[error("there is no variant {0}")]
    NoSku(Id<Sku>),
    /// There is no such edit, or not for the one who asks.
    #[error("there is no edit {0}")]
    NoEdit(Id<Edit>),
    /// The product has no such version.
    #[error("product {product} has no version {version}")]
    NoVersion {
        /// Of which product.
        product: Id<Product>,
        /// Which.
        version: i64,
    },
    /// There is no such place on the mall's pages.
    #[error("there is no slot {0}")]
    NoSlot(Id<Slot>),
    /// A code that is no path of words, or not under its parent.
    #[error("a category's code is its parent's, a dot and one word of small letters, digits and hyphens")]
    Code,
    /// The code is another category's.
    #[error("there is a category {0} already")]
    CodeTaken(Box<str>),
    /// The tree would become too deep.
    #[error("the tree of categories has at most {most} levels")]
    TooDeep {
        /// The most.
        most: usize,
    },
    /// A name that is empty, too long or has control characters in it.
    #[error("a name has from 1 to {most} characters in each language, none of them a control character")]
    Name {
        /// The most.
        most: usize,
    },
    /// A unit that is empty or too long.
    #[error("a number has a unit of 1 to 16 characters")]
    Unit,
    /// Options that cannot be.
    #[error("a choice has from 1 to {most} options, each with a word of its own and a name in each language")]
    Options {
        /// The most.
        most: usize,
    },
    /// Products have values of it that would become none.
    #[error("an attribute keeps its kind, its unit and its options: make another one, and close this")]
    KindFixed,
    /// The content cannot be as it is.
    #[error("{}", told(.0))]
    Faults(Vec<Fault>),
    /// It holds words that nothing on offer may hold.
    #[error("it holds banned words: {}", places(.0))]
    Banned(Vec<Mark>),
    /// The product's state does not allow it.
    #[error("product {product} is {}", .status.told())]
    WrongStatus {
        /// Which.
        product: Id<Product>,
        /// What it is.
        status: Status,
    },
    /// The edit's state does not allow it.
    #[error("edit {edit} is {}", .status.told())]
    WrongStep {
        /// Which.
        edit: Id<Edit>,
        /// What it is.
        status: EditStatus,
    },
    /// It was made against a version that is live no more.
    #[error(
        "edit {edit} was made against version {base}, and version {live} is live: look at what changed and make it anew"
    )]
    Stale {
        /// Which edit.
        edit: Id<Edit>,
        /// Which version it changes.
        base: i64,
        /// Which one is live.
        live: i64,
    },
    /// Nothing would change.
    #[error("nothing in it differs from what is live")]
    Unchanged,
    /// A product with too many edits under way.
    #[error("a product has at most {most} edits under way: hand in or withdraw one first")]
    Crowded {
        /// The most.
        most: usize,
    },
    /// A reason that is no word.
    #[error("a reason is one word of at most 32 small letters, digits and underscores")]
    Reason,
    /// A note that is too long.
    #[error("a note has at most {most} characters")]
    Note {
        /// The most.
        most: usize,
    },
    /// A price that cannot be.
    #[error("a price is above nothing, in the market's currency, and at most the list price")]
    Price,
    /// A limit that cannot be.
    #[error("a buyer may be limited to 1 or more units")]
    Limit,
    /// A slot that cannot be.
    #[error("a slot holds from 1 to {most} things, and ends after it begins")]
    Slot {
        /// The most.
        most: usize,
    },
    /// A link that leads out of the market.
    #[error("a slot leads to a page of this market: a path such as /c/home")]
    Link,
    /// Too much at once.
    #[error("at most {most} can be done at once")]
    TooMany {
        /// The most.
        most: usize,
    },
    /// A privilege that was used without its permit.
    #[error("this takes the privilege \"{0}\", and nobody asked its gate")]
    NoPermit(&'static str),
    /// Somebody else was quicker.
    #[error("it was changed by somebody else in between; nothing was done, try again")]
    Moved,
    /// The market's rules of the catalog cannot be read.
    #[error("the rules of the catalog cannot be used: {0}")]
    Rules(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn told(faults: &[Fault]) -> String {
    faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("; ")
}

fn places(marks: &[Mark]) -> String {
    let one = |mark: &Mark| format!("\"{}\" in {}", mark.word, mark.field);
    marks.iter().map(one).collect::<Vec<_>>().join(", ")
}

impl Problem for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::NoCategory(_)
            | Self::NoAttribute(_)
            | Self::NoBrand(_)
            | Self::NoProduct(_)
            | Self::NoSku(_)
            | Self::NoEdit(_)
            | Self::NoVersion { .. }
            | Self::NoSlot(_) => Kind::NotFound,
            Self::CodeTaken(_)
            | Self::KindFixed
            | Self::WrongStatus { .. }
            | Self::WrongStep { .. }
            | Self::Stale { .. }
            | Self::Crowded { .. }
            | Self::Moved => Kind::Conflict,
            Self::Code
            | Self::TooDeep { .. }
            | Self::Name { .. }
            | Self::Unit
            | Self::Options { .. }
            | Self::Faults(_)
            | Self::Banned(_)
            | Self::Unchanged
            | Self::Reason
            | Self::Note { .. }
            | Self::Price
            | Self::Limit
            | Self::Slot { .. }
            | Self::Link
            | Self::TooMany { .. } => Kind::Invalid,
            Self::NoPermit(_) | Self::Rules(_) => Kind::Internal,
            Self::Store(err) => err.kind(),
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NoCategory(_) => "catalog.no_category",
            Self::NoAttribute(_) => "catalog.no_attribute",
            Self::NoBrand(_) => "catalog.no_brand",
            Self::NoProduct(_) => "catalog.no_product",
            Self::NoSku(_) => "catalog.no_sku",
            Self::NoEdit(_) => "catalog.no_edit",
            Self::NoVersion { .. } => "catalog.no_version",
            Self::NoSlot(_) => "catalog.no_slot",
            Self::Code => "catalog.code",
            Self::CodeTaken(_) => "catalog.code_taken",
            Self::TooDeep { .. } => "catalog.too_deep",
            Self::Name { .. } => "catalog.name",
            Self::Unit => "catalog.unit",
            Self::Options { .. } => "catalog.options",
            Self::KindFixed => "catalog.kind_fixed",
            Self::Faults(_) => "catalog.content",
            Self::Banned(_) => "catalog.banned_words",
            Self::WrongStatus { .. } => "catalog.wrong_status",
            Self::WrongStep { .. } => "catalog.wrong_step",
            Self::Stale { .. } => "catalog.stale_edit",
            Self::Unchanged => "catalog.unchanged",
            Self::Crowded { .. } => "catalog.crowded",
            Self::Reason => "catalog.reason",
            Self::Note { .. } => "catalog.note",
            Self::Price => "catalog.price",
            Self::Limit => "catalog.limit",
            Self::Slot { .. } => "catalog.slot",
            Self::Link => "catalog.link",
            Self::TooMany { .. } => "catalog.too_many",
            Self::NoPermit(_) => "catalog.no_permit",
            Self::Moved => "catalog.moved",
            Self::Rules(_) => "catalog.rules",
            Self::Store(err) => err.code(),
        }
    }
}
