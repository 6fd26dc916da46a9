//! What happens to listings. One that comes back is a listing of its own.

use kernel::{Moment, facts};

facts! {
    /// A shop put a product on sale.
    Listed "product.listed" of product: Product {
    }

    /// A shop took a product off sale.
    Delisted "product.delisted" of product: Product {
        /// When it had gone on sale.
        listed_at: Moment,
    }
}
