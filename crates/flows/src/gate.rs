//! A person of the platform opens or closes a gate of a shop, for a reason of a list.
//!
//! Invariant: what a person does by hand says which reason it had and how it is undone, in words that come with the reason;
//! nobody's own words are kept.

use govern::gate::{self, By, Gate, Standing, Why};
use govern::policy::Words;
use kernel::id::Shop;
use kernel::{Ctx, Id, Moment};
use store::{StoreError, Tx};

/// Why nothing was opened or closed.
#[derive(Debug, Clone, PartialEq, Eq, kernel::Problem)]
#[problem(code = "gate")]
pub enum Error {
    /// There is no such privilege of shops.
    #[problem(NotFound, args(privilege))]
    NoPrivilege(Box<str>),
    /// A reason to open is given for closing, or the other way round.
    #[problem(Invalid, args(reason))]
    Reason(&'static str),
    /// The gate stays as it is.
    #[problem(from)]
    Gate(gate::Error),
    /// The store failed.
    #[problem(from)]
    Store(StoreError),
}

/// Why a person opens or closes a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Closes: orders or money of the shop are looked into.
    Investigation,
    /// Closes: too many buyers complain.
    Complaints,
    /// Closes: a court or an authority orders it.
    Law,
    /// Closes: the shop asked for it.
    Asked,
    /// Opens: what was wrong is mended.
    Mended,
    /// Opens: nothing was found.
    Cleared,
    /// Opens: it should not have been closed.
    Mistake,
    /// Opens: the shop is let in although nothing opened the gate by itself.
    Admitted,
}

impl Reason {
    /// All of them, those that close first.
    pub const ALL: [Self; 8] = [
        Self::Investigation,
        Self::Complaints,
        Self::Law,
        Self::Asked,
        Self::Mended,
        Self::Cleared,
        Self::Mistake,
        Self::Admitted,
    ];

    /// As it is stored and told.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Investigation => "investigation",
            Self::Complaints => "complaints",
            Self::Law => "law",
            Self::Asked => "asked",
            Self::Mended => "mended",
            Self::Cleared => "cleared",
            Self::Mistake => "mistake",
            Self::Admitted => "admitted",
        }
    }

    /// The reason of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }

    /// Whether it opens a gate, or closes one.
    pub const fn opens(self) -> bool {
        match self {
            Self::Investigation | Self::Complaints | Self::Law | Self::Asked => false,
            Self::Mended | Self::Cleared | Self::Mistake | Self::Admitted => true,
        }
    }

    /// In Chinese and in English.
    pub const fn title(self) -> (&'static str, &'static str) {
        match self {
            Self::Investigation => ("平台正在核查", "the platform is looking into the shop"),
            Self::Complaints => ("买家投诉集中", "too many buyers complain"),
            Self::Law => ("按司法或监管要求", "a court or an authority orders it"),
            Self::Asked => ("店铺自己申请", "the shop asked for it"),
            Self::Mended => ("问题已整改", "what was wrong is mended"),
            Self::Cleared => ("核查没有发现问题", "nothing was found"),
            Self::Mistake => ("误关", "it should not have been closed"),
            Self::Admitted => ("平台准入", "the platform lets the shop in"),
        }
    }

    /// How a gate that it closed opens again.
    const fn remedy(self) -> (&'static str, &'static str) {
        match self {
            Self::Investigation => ("核查结束后由平台打开。", "The platform opens it when it has looked."),
            Self::Complaints => {
                ("处理完投诉后联系平台打开。", "Settle the complaints, then ask the platform to open it.")
            }
            Self::Law => ("要求解除后由平台打开。", "The platform opens it when the order is lifted."),
            Self::Asked => ("联系平台打开。", "Ask the platform to open it."),
            Self::Mended | Self::Cleared | Self::Mistake | Self::Admitted => ("", ""),
        }
    }

    fn why(self) -> Why {
        let words = |(zh, en): (&str, &str)| Words { zh: zh.to_owned(), en: en.to_owned() };
        let (text, remedy) = (words(self.title()), words(self.remedy()));
        Why { by: By::Hand, reason: self.as_str().into(), text, remedy }
    }
}

/// Closes a gate of a shop by hand, until a moment or until somebody opens it.
pub fn close(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    (shop, privilege): (Id<Shop>, &str),
    reason: Reason,
    until: Option<Moment>,
) -> Result<Standing, Error> {
    let gate = gate_of(shop, privilege)?;
    if reason.opens() {
        return Err(Error::Reason(reason.as_str()));
    }
    Ok(gate::close(tx, ctx, gate, &reason.why(), until)?)
}

/// Opens a gate of a shop by hand, whoever closed it. One that is closed unless somebody opens it stays open until a
/// moment, or until somebody closes it.
pub fn open(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    (shop, privilege): (Id<Shop>, &str),
    reason: Reason,
    until: Option<Moment>,
) -> Result<Standing, Error> {
    let gate = gate_of(shop, privilege)?;
    if !reason.opens() {
        return Err(Error::Reason(reason.as_str()));
    }
    Ok(gate::open(tx, ctx, gate, &reason.why(), until)?)
}

fn gate_of(shop: Id<Shop>, privilege: &str) -> Result<Gate, Error> {
    Gate::named(privilege, shop).ok_or_else(|| Error::NoPrivilege(privilege.chars().take(40).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_found_by_its_word_and_one_that_closes_says_how_it_opens_again() {
        for reason in Reason::ALL {
            assert_eq!(Reason::parse(reason.as_str()), Some(reason));
            assert_eq!(reason.remedy().0.is_empty(), reason.opens(), "{reason:?}");
        }
        assert_eq!(Reason::parse("no_such"), None);
    }
}
