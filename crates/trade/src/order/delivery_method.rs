//! The delivery method that a buyer chose, as an order keeps it.

use serde::{Deserialize, Serialize};

/// By which way an order goes, if not by the standard one: as its buyer chose it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryMethod {
    /// Its code.
    pub code: Box<str>,
    /// What it is called in Chinese.
    pub zh: Box<str>,
    /// What it is called in English.
    pub en: Box<str>,
}
