//! What happens to listings and to the edits before them.
//!
//! A listing's subject is its product the first time it goes on sale; one that comes back is a listing of its own, with
//! an id of its own and `again_of` its product. So each listing begins once and ends at most once, and sums over
//! listings stay right however often a product comes and goes.

use kernel::id::Product;
use kernel::{Id, Moment, facts};

facts! {
    /// A shop put a product on sale.
    Listed "product.listed" of product: Product {
        /// The product, if it was on sale before.
        again_of: Option<Id<Product>>,
    }

    /// A shop took a product off sale.
    Delisted "product.delisted" of product: Product {
        /// When it had gone on sale.
        listed_at: Moment,
        /// The product, if it was on sale before.
        again_of: Option<Id<Product>>,
        /// Who took it off, if not the shop: `platform`.
        taken_by: Option<Box<str>>,
    }

    /// An edit of a product was handed in for review.
    Submitted "edit.submitted" of edit: Edit {
        /// Of which product.
        product_id: Id<Product>,
        /// Whether words in it must be looked at.
        marked: bool,
    }

    /// An edit went live.
    Approved "edit.approved" of edit: Edit {
        /// Of which product.
        product_id: Id<Product>,
        /// The number of the version that it made.
        version: i64,
        /// When it was handed in.
        submitted_at: Moment,
    }

    /// An edit was refused.
    Rejected "edit.rejected" of edit: Edit {
        /// Of which product.
        product_id: Id<Product>,
        /// Why, in a word.
        reason: Box<str>,
        /// When it was handed in.
        submitted_at: Moment,
    }
}
