//! The states of a product, and what can happen to it.

use serde::{Deserialize, Serialize};

/// Where a product is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Never live: its first edit is under way.
    Draft,
    /// On sale.
    On,
    /// Off sale.
    Off,
    /// Off sale, by the platform.
    Banned,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Draft, Self::On, Self::Off, Self::Banned];

    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::On => "on",
            Self::Off => "off",
            Self::Banned => "banned",
        }
    }
    /// The status of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
    /// In a sentence.
    pub const fn told(self) -> &'static str {
        match self {
            Self::Draft => "not approved yet",
            Self::On => "on sale",
            Self::Off => "off sale",
            Self::Banned => "banned",
        }
    }

    /// The whole life of a product.
    pub const fn after(self, step: Move) -> Option<Self> {
        match (self, step) {
            (Self::Draft, Move::GoLive) | (Self::Off, Move::PutOn) => Some(Self::On),
            (Self::On, Move::TakeOff) | (Self::Banned, Move::Lift) | (Self::Draft, Move::GoLiveOffSale) => {
                Some(Self::Off)
            }
            (Self::On | Self::Off, Move::Ban) => Some(Self::Banned),
            // A new version changes what is shown, not whether it is.
            (Self::On, Move::GoLive | Move::GoLiveOffSale) => Some(Self::On),
            (Self::Off, Move::GoLive | Move::GoLiveOffSale) => Some(Self::Off),
            (Self::Banned, Move::GoLive | Move::GoLiveOffSale) => Some(Self::Banned),
            (Self::Draft, Move::PutOn | Move::TakeOff | Move::Ban | Move::Lift)
            | (Self::On, Move::PutOn | Move::Lift)
            | (Self::Off, Move::TakeOff | Move::Lift)
            | (Self::Banned, Move::PutOn | Move::TakeOff | Move::Ban) => None,
        }
    }
}

/// What can happen to a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// A version is approved; the first one goes on sale.
    GoLive,
    /// A version is approved; the first one stays off sale, because its shop may not put it on.
    GoLiveOffSale,
    /// The shop puts it on sale.
    PutOn,
    /// The shop takes it off.
    TakeOff,
    /// The platform takes it off for good.
    Ban,
    /// The platform lifts its ban.
    Lift,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_comes_and_goes_and_only_the_platform_lifts_its_ban() {
        let all = [Move::GoLive, Move::GoLiveOffSale, Move::PutOn, Move::TakeOff, Move::Ban, Move::Lift];
        let table: Vec<_> =
            Status::ALL.iter().map(|status| all.map(|step| status.after(step).map(Status::as_str))).collect();
        assert_eq!(
            table,
            [
                [Some("on"), Some("off"), None, None, None, None],
                [Some("on"), Some("on"), None, Some("off"), Some("banned"), None],
                [Some("off"), Some("off"), Some("on"), None, Some("banned"), None],
                [Some("banned"), Some("banned"), None, None, None, Some("off")],
            ]
        );
        assert!(Status::ALL.iter().all(|status| Status::parse(status.as_str()) == Some(*status)));
    }
}
