//! Which gate, what was ruled about it, and how it stands.

use crate::policy::Words;
use kernel::id::Ruling as RulingKind;
use kernel::{Entity, Id, Moment, Privilege, PrivilegeSpec, RawId};

/// Which gate: of whom, to what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gate {
    /// To what.
    pub privilege: &'static PrivilegeSpec,
    /// Of whom; an id of the kind that the privilege says.
    pub(super) subject: RawId,
}

impl Gate {
    /// The gate of a subject to a privilege: `Gate::of(PutOnSale, shop)`.
    pub fn of<P: Privilege>(_: P, subject: Id<P::Subject>) -> Self {
        Self { privilege: P::SPEC, subject: subject.raw() }
    }

    /// The gate of a subject to the privilege of this code; none if there is no such privilege, or if it is not for such
    /// subjects.
    pub fn named<T: Entity>(code: &str, subject: Id<T>) -> Option<Self> {
        let privilege = kernel::permit::named(code).filter(|spec| spec.subject == T::PREFIX)?;
        Some(Self { privilege, subject: subject.raw() })
    }

    /// Whose it is, as an id.
    pub fn subject(&self) -> String {
        format!("{}_{}", self.privilege.subject, self.subject)
    }
}

/// By what a gate is opened or closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// A person of the platform.
    Hand,
    /// A version of a policy.
    Policy {
        /// Its id.
        id: Box<str>,
        /// Its version.
        version: i64,
    },
}

impl By {
    /// The policy's id; empty for a person. Of each there is one ruling about a gate.
    pub(super) fn policy(&self) -> &str {
        match self {
            Self::Hand => "",
            Self::Policy { id, .. } => id,
        }
    }
    /// The policy's version.
    pub(super) const fn version(&self) -> Option<i64> {
        match self {
            Self::Hand => None,
            Self::Policy { version, .. } => Some(*version),
        }
    }
}

/// Why a gate is opened or closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    /// By what.
    pub by: By,
    /// The reason in a word, for facts and figures.
    pub reason: Box<str>,
    /// The reason for people.
    pub text: Words,
    /// How it opens again, for people.
    pub remedy: Words,
}

/// What was ruled about a gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// Which.
    pub id: Id<RulingKind>,
    /// Whether it opens the gate, or closes it.
    pub opens: bool,
    /// Why.
    pub why: Why,
    /// From when.
    pub since: Moment,
    /// Until before when; none: until another one.
    pub until: Option<Moment>,
    /// Who made it: an id or a word.
    pub made_by: Box<str>,
}

impl Ruling {
    /// Whether it counts at a moment.
    pub fn in_force(&self, now: Moment) -> bool {
        self.until.is_none_or(|until| now < until)
    }
    /// The later it ends, the more it weighs; what has no end weighs most.
    fn end(&self) -> Moment {
        self.until.unwrap_or(Moment::MAX)
    }
}

/// How a gate stands at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Which gate.
    pub gate: Gate,
    /// Whether it is open.
    pub is_open: bool,
    /// The ruling that decides it; none: the privilege's default does.
    pub by: Option<Ruling>,
    /// Every ruling in force, that one included.
    pub rulings: Vec<Ruling>,
}

impl Standing {
    /// How a gate stands by what was ruled about it. Sees no clock and no database.
    pub fn of(gate: Gate, rulings: Vec<Ruling>, now: Moment) -> Self {
        let rulings: Vec<Ruling> = rulings.into_iter().filter(|ruling| ruling.in_force(now)).collect();
        let last = |opens: bool| rulings.iter().filter(|r| r.opens == opens).max_by_key(|r| r.end());
        let by = last(false).or_else(|| last(true)).cloned();
        let is_open = by.as_ref().map_or(gate.privilege.is_open, |ruling| ruling.opens);
        Self { gate, is_open, by, rulings }
    }
}

/// A gate that stood shut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// To what.
    pub privilege: &'static PrivilegeSpec,
    /// What shut it; none: it is shut until somebody opens it.
    pub by: Option<Ruling>,
}

impl std::fmt::Display for Closed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "you may not {} now", self.privilege.en)?;
        let Some(ruling) = &self.by else {
            return f.write_str(": it has to be opened for you first; ask the platform");
        };
        write!(f, ": {}", ruling.why.text.en)?;
        if let By::Policy { id, version } = &ruling.why.by {
            write!(f, " (rule {id}, version {version})")?;
        }
        match ruling.until {
            Some(until) => write!(f, "; until {until}")?,
            None => f.write_str("; until it is opened again")?,
        }
        write!(f, ". {}", ruling.why.remedy.en)
    }
}

impl Closed {
    /// The same sentence in Chinese.
    pub fn zh(&self) -> String {
        let what = self.privilege.zh;
        let Some(ruling) = &self.by else {
            return format!("现在不能{what}：要先由平台开通，请联系平台。");
        };
        let rule = match &ruling.why.by {
            By::Hand => String::new(),
            By::Policy { id, version } => format!("（规则 {id}，第 {version} 版）"),
        };
        let until = match ruling.until {
            Some(until) => format!("到 {until} 为止"),
            None => "直到重新开通".to_owned(),
        };
        format!("现在不能{what}：{}{rule}；{until}。{}", ruling.why.text.zh, ruling.why.remedy.zh)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    kernel::privileges! {
        /// A door that is open.
        Door "test_door" of Shop { zh: "进门", en: "enter", open: true }

        /// A safe that is shut.
        Safe "test_safe" of Shop { zh: "开柜", en: "open the safe", open: false }
    }

    fn shop() -> Id<kernel::id::Shop> {
        Id::from_raw(RawId::new(Moment::from_micros(1), 7))
    }

    fn ruling(by: By, opens: bool, until: Option<i64>) -> Ruling {
        let words = |en: &str| Words { zh: format!("{en}。"), en: en.to_owned() };
        Ruling {
            id: Id::from_raw(RawId::default()),
            opens,
            why: Why { by, reason: "late".into(), text: words("orders wait"), remedy: words("Ship them.") },
            since: Moment::from_micros(0),
            until: until.map(Moment::from_micros),
            made_by: "system".into(),
        }
    }

    fn policy(id: &str) -> By {
        By::Policy { id: id.into(), version: 2 }
    }

    #[test]
    fn what_closes_longest_counts_then_what_opens_then_the_default() {
        let close = |id, until| ruling(policy(id), false, until);
        let open = |until| ruling(By::Hand, true, until);
        for (rulings, now, door, safe) in [
            (vec![], 5, true, false),
            (vec![open(None)], 5, true, true),
            (vec![open(Some(5))], 4, true, true),
            (vec![open(Some(5))], 5, true, false),
            (vec![close("a", Some(5))], 4, false, false),
            (vec![close("a", Some(5))], 5, true, false),
            (vec![close("a", Some(5)), open(None)], 4, false, false),
            (vec![close("a", Some(5)), open(None)], 5, true, true),
            (vec![close("a", Some(5)), close("b", None)], 9, false, false),
        ] {
            let now = Moment::from_micros(now);
            let stands = |gate| Standing::of(gate, rulings.clone(), now).is_open;
            let found = (stands(Gate::of(Door, shop())), stands(Gate::of(Safe, shop())));
            assert_eq!(found, (door, safe), "{rulings:?} at {now}");
        }
        let both = vec![close("a", None), close("b", Some(9))];
        let standing = Standing::of(Gate::of(Door, shop()), both, Moment::from_micros(1));
        assert_eq!(standing.by.unwrap().why.by, policy("a"));
        assert_eq!(standing.rulings.len(), 2);
    }

    #[test]
    fn a_closed_gate_says_why_by_which_rule_until_when_and_how_it_opens() {
        let until = Some(1_700_000_000_000_000);
        let closed = Closed { privilege: Door::SPEC, by: Some(ruling(policy("late-presale"), false, until)) };
        assert_eq!(
            closed.to_string(),
            "you may not enter now: orders wait (rule late-presale, version 2); until 2023-11-14T22:13:20Z. Ship them."
        );
        assert_eq!(
            closed.zh(),
            "现在不能进门：orders wait。（规则 late-presale，第 2 版）；到 2023-11-14T22:13:20Z 为止。Ship them.。"
        );
        let by_hand = Closed { privilege: Door::SPEC, by: Some(ruling(By::Hand, false, None)) };
        assert_eq!(
            by_hand.to_string(),
            "you may not enter now: orders wait; until it is opened again. Ship them."
        );
        assert!(by_hand.zh().contains("直到重新开通") && !by_hand.zh().contains("规则"));
        let never = Closed { privilege: Safe::SPEC, by: None };
        assert!(
            never.to_string().starts_with("you may not open the safe now: it has to be opened for you first")
        );
        assert!(never.zh().contains("现在不能开柜"));
    }

    #[test]
    fn a_gate_is_named_by_its_code_and_only_for_its_kind_of_subject() {
        assert_eq!(Gate::named("test_door", shop()), Some(Gate::of(Door, shop())));
        assert_eq!(Gate::named("no_such", shop()), None);
        let order: Id<kernel::id::Order> = Id::from_raw(RawId::default());
        assert_eq!(Gate::named("test_door", order), None);
        assert_eq!(Gate::of(Door, shop()).subject(), shop().to_string());
    }
}
