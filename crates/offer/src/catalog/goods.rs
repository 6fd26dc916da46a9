//! What sorts of goods there are.

use serde::{Deserialize, Serialize};

/// What sort of goods a product is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GoodsKind {
    /// Something that is shipped.
    Physical,
    /// Something that is handed over without a parcel: a voucher, a licence.
    Digital,
}

impl GoodsKind {
    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Physical => "physical",
            Self::Digital => "digital",
        }
    }
    /// The kind of this word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Physical, Self::Digital].into_iter().find(|kind| kind.as_str() == word)
    }
}
