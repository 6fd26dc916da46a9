//! Signs, rules and the decision. No clock, no database.

use kernel::id::{Member, Sku};
use kernel::{Id, Moment};
use serde::{Deserialize, Serialize};

/// What a purchase can have in common with those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// Purchases of one member.
    Member,
    /// Purchases to one phone number.
    Phone,
    /// Purchases to one address, whoever receives there.
    Address,
    /// Purchases from one device.
    Device,
    /// Purchases of one member that wait for their payment.
    Unpaid,
    /// Units of one thing bought by an account that is new.
    Units,
}

impl Sign {
    /// Every sign.
    pub const ALL: [Self; 6] =
        [Self::Member, Self::Phone, Self::Address, Self::Device, Self::Unpaid, Self::Units];

    /// Its word in terms, facts and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Phone => "phone",
            Self::Address => "address",
            Self::Device => "device",
            Self::Unpaid => "unpaid",
            Self::Units => "units",
        }
    }

    /// Reads its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sign| sign.as_str() == word)
    }

    /// What it is counted in.
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Member | Self::Phone | Self::Address | Self::Device | Self::Unpaid => "purchases",
            Self::Units => "units",
        }
    }
}

/// What a rule does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// The orders wait for a person.
    Hold,
    /// Nothing is placed.
    Refuse,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 2] = [Self::Hold, Self::Refuse];

    /// Its word in terms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hold => "hold",
            Self::Refuse => "refuse",
        }
    }

    /// Reads its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == word)
    }
}

/// How much of a sign is too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Of what.
    pub sign: Sign,
    /// How many there may be, the new purchase among them.
    pub most: i64,
    /// Within which time before it, in microseconds.
    pub within: i64,
    /// How old an account is not new any more, in microseconds; for [`Sign::Units`] alone.
    pub new_for: Option<i64>,
    /// What then.
    pub action: Action,
}

/// What a value leaves behind by which the same value is known again.
pub type Trace = [u8; 16];

/// The traces of a purchase.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traces {
    /// Of the phone that it goes to.
    pub phone: Option<Trace>,
    /// Of the address that it goes to.
    pub address: Option<Trace>,
    /// Of the device that it comes from.
    pub device: Option<Trace>,
}

/// A purchase that was placed before, as one of its signs found it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// By which sign: [`Sign::Member`], or one of the traces.
    pub by: Sign,
    /// When it was placed.
    pub placed_at: Moment,
    /// Whether it waits for its payment.
    pub unpaid: bool,
    /// What was bought, as far as it was kept.
    pub units: Vec<(Id<Sku>, i64)>,
}

/// What is new.
#[derive(Debug, Clone, Copy)]
pub struct New<'a> {
    /// Since when its member has an account.
    pub joined_at: Moment,
    /// What is bought.
    pub units: &'a [(Id<Sku>, i64)],
    /// When.
    pub now: Moment,
}

/// A rule that was broken, with its figure and its bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Of what there is too much.
    pub sign: Sign,
    /// How many there are, the new purchase among them.
    pub figure: i64,
    /// How many there may be.
    pub most: i64,
    /// Within which time, in microseconds.
    pub within: i64,
}

/// What becomes of a purchase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is placed.
    Pass,
    /// It is placed, and its orders wait for a person.
    Hold(Vec<Reason>),
    /// It is not placed.
    Refuse(Reason),
}

/// What is kept with a purchase that was checked; nothing if it was not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// What it is traced by.
    pub traces: Traces,
    /// What was bought, if a later purchase is counted together with it.
    pub units: Vec<(Id<Sku>, i64)>,
    /// Why its orders wait; empty if they do not.
    pub reasons: Vec<Reason>,
}

/// From when on what was placed before counts, by how it is found; none if no rule asks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reach {
    /// The member's own.
    pub member: Option<Moment>,
    /// To the same phone.
    pub phone: Option<Moment>,
    /// To the same address.
    pub address: Option<Moment>,
    /// From the same device.
    pub device: Option<Moment>,
    /// Whether what was bought is asked for.
    pub units: bool,
}

/// A market's rules of risk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules(Vec<Rule>);

/// Since when a member has its account: the moment stands in its id.
pub fn joined(member: Id<Member>) -> Moment {
    let millis = member.raw().0[..6].iter().fold(0i64, |sum, byte| (sum << 8) | i64::from(*byte));
    Moment::from_micros(millis * 1_000)
}

impl Rule {
    /// Whether it is of any concern to what is new: rules for new accounts are for new accounts.
    fn concerns(&self, new: &New<'_>) -> bool {
        self.new_for.is_none_or(|age| new.now < new.joined_at.plus_micros(age))
    }

    fn since(&self, now: Moment) -> Moment {
        now.plus_micros(-self.within)
    }

    /// How many there are, with the new purchase.
    fn figure(&self, seen: &[Seen], new: &New<'_>) -> i64 {
        let since = self.since(new.now);
        let of = |by: Sign| seen.iter().filter(move |seen| seen.by == by && since <= seen.placed_at);
        match self.sign {
            Sign::Member | Sign::Phone | Sign::Address | Sign::Device => of(self.sign).count() as i64 + 1,
            Sign::Unpaid => of(Sign::Member).filter(|seen| seen.unpaid).count() as i64 + 1,
            Sign::Units => {
                let earlier = || of(Sign::Member).flat_map(|seen| &seen.units);
                let all = |sku| {
                    let these = new.units.iter().chain(earlier()).filter(|(other, _)| *other == sku);
                    these.fold(0i64, |sum, (_, n)| sum.saturating_add(*n))
                };
                new.units.iter().map(|(sku, _)| all(*sku)).max().unwrap_or(0)
            }
        }
    }
}

impl Rules {
    /// These rules.
    pub const fn new(rules: Vec<Rule>) -> Self {
        Self(rules)
    }

    /// Every rule, as they stand in the terms.
    pub fn all(&self) -> &[Rule] {
        &self.0
    }

    /// Whether a device is asked for.
    pub fn asks(&self, sign: Sign) -> bool {
        self.0.iter().any(|rule| rule.sign == sign)
    }

    /// How far back has to be looked for what is new.
    pub fn reach(&self, new: &New<'_>) -> Reach {
        let mut reach = Reach::default();
        for rule in self.0.iter().filter(|rule| rule.concerns(new)) {
            let side = match rule.sign {
                Sign::Member | Sign::Unpaid | Sign::Units => &mut reach.member,
                Sign::Phone => &mut reach.phone,
                Sign::Address => &mut reach.address,
                Sign::Device => &mut reach.device,
            };
            let since = rule.since(new.now);
            *side = Some(side.map_or(since, |other| other.min(since)));
            reach.units |= rule.sign == Sign::Units;
        }
        reach
    }

    /// What is kept of what is bought: an account that is not new now will not be new later.
    pub fn kept(&self, new: &New<'_>) -> Vec<(Id<Sku>, i64)> {
        if self.reach(new).units { new.units.to_vec() } else { Vec::new() }
    }

    /// Decides. Of two broken rules about one sign the one with the higher bound is told; one that refuses goes before all
    /// that hold.
    pub fn judge(&self, seen: &[Seen], new: &New<'_>) -> Verdict {
        let broken = self.0.iter().filter(|rule| rule.concerns(new)).filter_map(|rule| {
            let figure = rule.figure(seen, new);
            let Rule { sign, most, within, .. } = *rule;
            (most < figure).then_some((rule.action, Reason { sign, figure, most, within }))
        });
        let mut holds: Vec<Reason> = Vec::new();
        for (action, reason) in broken {
            match action {
                Action::Refuse => return Verdict::Refuse(reason),
                Action::Hold => match holds.iter_mut().find(|other| other.sign == reason.sign) {
                    Some(other) if other.most < reason.most => *other = reason,
                    Some(_) => {}
                    None => holds.push(reason),
                },
            }
        }
        if holds.is_empty() { Verdict::Pass } else { Verdict::Hold(holds) }
    }
}

#[cfg(test)]
mod tests;
