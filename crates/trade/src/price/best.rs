//! Which coupons save most.
//!
//! Of a shop's deals and coupons for freight at most one each is taken for the shop, of its coupons for goods as many as the
//! market's terms let go together, of the platform's at most one each for the purchase. A shop's choices are laid out
//! beforehand. For each choice of the platform's two the shops are gone through one after the other, and
//! of the choices so far only those are kept that another one does not beat whatever follows: a coupon never takes off
//! more than what it counts grows, so a choice that saved more by as much as the other one left for later is no worse.
//! Only where the platform's threshold is not certain to be reached can several choices stay open. The answer is exact
//! as long as no more than [`OPEN`] of them do, and a shop has no more than [`LAID_OUT`] choices.

use super::ask::{Asked, freight};
use super::document::{Clause, Reason, Refused};
use crate::coupon::{Claimed, Class, Issuer, Kind};
use crate::terms::Terms;
use kernel::{Currency, Moment, Money, split_by};
use std::cell::Cell;

/// The most choices that are kept open. Ordinary carts keep one or two.
const OPEN: usize = 512;
/// The most choices of one shop's deals and coupons for goods that are laid out, those of few coupons first.
const LAID_OUT: usize = 2_048;

/// What is chosen from: every amount that does not depend on the choice. Shops and their lines stand in the order of
/// their ids, and claims too, so that no answer depends on the order of a question.
pub(super) struct Field<'a> {
    pub(super) currency: Currency,
    pub(super) terms: &'a Terms,
    pub(super) claims: Vec<&'a Claimed>,
    pub(super) shops: Vec<FieldShop<'a>>,
    /// Why a claim cannot be taken whatever else is; none: it can.
    standing: Vec<Option<Reason>>,
    /// For each of the platform's claims for goods, shop and choice of goods: what is left in its scope.
    left: Vec<Vec<Vec<i64>>>,
    /// How many steps were taken so far: a measure of the work that does not depend on the machine.
    pub(super) steps: Cell<u64>,
}

/// One shop's goods.
pub(super) struct FieldShop<'a> {
    /// Where it stands in the question.
    pub(super) at: usize,
    pub(super) shop: &'a super::ShopAsked,
    pub(super) lines: Vec<FieldLine<'a>>,
    /// Its goods at their prices.
    pub(super) goods: i64,
    /// Its freight before coupons.
    pub(super) freight: i64,
    /// No coupon for its goods, then each of its own and what of them goes together.
    pub(super) offs: Vec<Off>,
    /// Its own coupons for freight, and what each takes off.
    freight_offs: Vec<(usize, i64)>,
}

/// One line.
pub(super) struct FieldLine<'a> {
    /// Where it stands in its shop's question.
    pub(super) at: usize,
    pub(super) line: &'a super::LineAsked,
    pub(super) goods: i64,
}

/// What a shop's own deal and coupons for goods do to it.
pub(super) struct Off {
    /// Each of them, in the order in which they count.
    pub(super) taken: Vec<OffClaim>,
    /// What they take off together.
    pub(super) amount: i64,
    /// How that falls to the lines.
    pub(super) lines: Vec<i64>,
}

/// One of them.
pub(super) struct OffClaim {
    /// Which claim.
    pub(super) claim: usize,
    /// What it counts of each line; none of those that lie outside of its scope.
    pub(super) base: Vec<Option<i64>>,
    /// How what it takes off falls to the lines.
    pub(super) lines: Vec<i64>,
}

impl Off {
    fn has(&self, claim: usize) -> bool {
        self.taken.iter().any(|taken| taken.claim == claim)
    }
}

/// What was chosen.
#[derive(Clone)]
pub(super) struct Chosen {
    /// The platform's claim for goods, and what it takes off.
    pub(super) platform: Option<(usize, i64)>,
    /// The platform's claim for freight, and what it takes off.
    pub(super) platform_freight: Option<(usize, i64)>,
    /// For each shop of the field: which of its [`Off`]s, and which claim for freight takes off how much.
    pub(super) shops: Vec<(usize, Option<(usize, i64)>)>,
    /// All that is saved.
    saved: i64,
    /// How many claims that takes, and the sum of their ends: of equal savings the one that takes fewer claims is
    /// chosen, and of those the one whose claims end sooner.
    taken: (u32, i128),
}

impl Chosen {
    /// The claims in it.
    pub(super) fn claims(&self, field: &Field<'_>) -> Vec<usize> {
        let mut all: Vec<usize> = Vec::new();
        all.extend(self.platform.map(|(claim, _)| claim));
        all.extend(self.platform_freight.map(|(claim, _)| claim));
        for (shop, (off, freight)) in field.shops.iter().zip(&self.shops) {
            all.extend(shop.offs.get(*off).into_iter().flat_map(|off| &off.taken).map(|taken| taken.claim));
            all.extend(freight.map(|(claim, _)| claim));
        }
        all.sort_unstable();
        all
    }

    fn beats(&self, other: &Self) -> bool {
        (self.saved, std::cmp::Reverse(self.taken)) > (other.saved, std::cmp::Reverse(other.taken))
    }
}

/// What a coupon for goods takes off a base, at most `cap`.
fn takes(kind: &Kind, terms: &Terms, base: i64, cap: i64) -> i64 {
    let amount = match kind {
        Kind::Off { off, .. } | Kind::Freight { off, .. } => off.minor,
        Kind::Percent { ppm, most, .. } => {
            let share = terms.discount_rounding.part(base, *ppm);
            most.map_or(share, |most| share.min(most.minor))
        }
        // It counts units: see `deal`.
        Kind::Deal { .. } => 0,
    };
    amount.min(base).min(cap).max(0)
}

/// What a deal takes off units, each with its price and how many there are; none if there are too few of them.
fn deal(kind: &Kind, terms: &Terms, units: impl Iterator<Item = (i64, i64)>) -> Option<i64> {
    let Kind::Deal { buy, get, ppm, most, .. } = kind else { return None };
    let mut units: Vec<(i64, i64)> = units.collect();
    units.sort_unstable();
    let all: i64 = units.iter().map(|(_, quantity)| quantity).sum();
    let mut cheaper = all / (buy + get) * get;
    if cheaper == 0 {
        return None;
    }
    let mut price = 0;
    for (unit, quantity) in units {
        let these = cheaper.min(quantity);
        price += unit * these;
        cheaper -= these;
    }
    let amount = terms.discount_rounding.part(price, *ppm);
    Some(most.map_or(amount, |most| amount.min(most.minor)))
}

/// Whether goods of a shop lie in a claim's scope.
fn in_scope(claim: &Claimed, shop: &super::ShopAsked, line: &super::LineAsked) -> bool {
    let its = match claim.issuer {
        Issuer::Platform => true,
        Issuer::Shop(issuer) => issuer == shop.shop,
    };
    its && claim.scope.holds(&line.category, line.product)
}

impl<'a> Field<'a> {
    pub(super) fn new(asked: &'a Asked, terms: &'a Terms, now: Moment, currency: Currency) -> Self {
        let mut shops: Vec<FieldShop<'a>> = asked
            .shops
            .iter()
            .enumerate()
            .map(|(at, shop)| {
                let line = |(at, line): (usize, &'a super::LineAsked)| FieldLine {
                    at,
                    line,
                    goods: line.unit.minor * line.quantity,
                };
                let mut lines: Vec<FieldLine<'a>> = shop.lines.iter().enumerate().map(line).collect();
                lines.sort_by_key(|line| line.line.sku);
                let goods = lines.iter().map(|line| line.goods).sum();
                let none = Off { taken: Vec::new(), amount: 0, lines: vec![0; lines.len()] };
                FieldShop {
                    at,
                    shop,
                    goods,
                    freight: freight(shop, goods, currency).due.minor,
                    lines,
                    offs: vec![none],
                    freight_offs: Vec::new(),
                }
            })
            .collect();
        shops.sort_by_key(|shop| shop.shop.shop);
        let mut claims: Vec<&Claimed> = asked.claims.iter().collect();
        claims.sort_by_key(|claim| claim.claim);
        claims.dedup_by_key(|claim| claim.claim);
        let mut field = Self {
            currency,
            terms,
            standing: Vec::with_capacity(claims.len()),
            left: Vec::with_capacity(claims.len()),
            claims,
            shops,
            steps: Cell::new(0),
        };
        for claim in 0..field.claims.len() {
            let standing = field.stand(claim, now);
            field.standing.push(standing);
        }
        for shop in 0..field.shops.len() {
            field.lay_out(shop);
        }
        for claim in 0..field.claims.len() {
            let left = field.left_by(claim);
            field.left.push(left);
        }
        field
    }

    fn step(&self, n: usize) {
        self.steps.set(self.steps.get() + n as u64);
    }

    /// Why a claim cannot be taken, whatever else is.
    fn stand(&self, claim: usize, now: Moment) -> Option<Reason> {
        let claim = self.claims[claim];
        if claim.kind.currency() != self.currency {
            return Some(Reason::OtherCurrency);
        }
        if now < claim.from {
            return Some(Reason::NotYet { from: claim.from });
        }
        if now >= claim.until {
            return Some(Reason::Expired { until: claim.until });
        }
        if claim.outside
            && let Some(segment) = claim.segment
        {
            return Some(Reason::NotInSegment { segment });
        }
        let class = claim.class();
        if self.terms.most_of(class) == 0 {
            return Some(Reason::Barred { clause: Clause::Most { class, most: 0 } });
        }
        let (mut any, mut counted, mut cap, mut freight) = (false, 0i64, 0i64, 0i64);
        let mut units: Vec<(i64, i64)> = Vec::new();
        for shop in &self.shops {
            self.step(shop.lines.len());
            let mut mine = shop.lines.iter().filter(|line| in_scope(claim, shop.shop, line.line)).peekable();
            if mine.peek().is_none() {
                continue;
            }
            let mut goods = 0;
            for line in mine {
                goods += line.goods;
                units.push((line.line.unit.minor, line.line.quantity));
            }
            any = true;
            counted += goods;
            cap += goods.min(shop.goods - 1);
            freight += shop.freight;
        }
        let of = |minor| Money::new(minor, self.currency);
        let over = claim.kind.over();
        if !any {
            return Some(Reason::OutOfScope);
        }
        if counted < over.minor {
            return Some(Reason::Short { over, counted: of(counted), short: of(over.minor - counted) });
        }
        let most = match claim.kind {
            Kind::Off { .. } | Kind::Percent { .. } => takes(&claim.kind, self.terms, counted, cap),
            Kind::Freight { .. } => freight,
            Kind::Deal { buy, get, .. } => {
                let counted = units.iter().map(|(_, quantity)| quantity).sum();
                match deal(&claim.kind, self.terms, units.into_iter()) {
                    Some(amount) => amount.min(cap),
                    None => return Some(Reason::FewUnits { needs: buy + get, counted }),
                }
            }
        };
        (most == 0).then_some(Reason::NothingToTake)
    }

    /// Whether two claims may lower the same shop's part, as far as their classes and they themselves say.
    pub(super) fn goes(&self, a: usize, b: usize) -> bool {
        let (a, b) = (self.claims[a], self.claims[b]);
        let (of, with) = (a.class(), b.class());
        !a.exclusive && !b.exclusive && (of == with || self.terms.combine(of, with))
    }

    /// By which clause a claim does not go with one of those that were taken, if it is by one.
    fn clause(&self, a: usize, b: usize, taken: &[usize]) -> Option<Clause> {
        let (a, b) = (self.claims[a], self.claims[b]);
        let (class, with) = (a.class(), b.class());
        if a.issuer.shop().zip(b.issuer.shop()).is_some_and(|(a, b)| a != b) {
            return None;
        }
        if a.exclusive || b.exclusive {
            return Some(Clause::Exclusive);
        }
        if class == with {
            let most = self.terms.most_of(class);
            let same = |claim: &&usize| {
                let one = self.claims[**claim];
                (one.class(), one.issuer) == (class, a.issuer)
            };
            let full = taken.iter().filter(same).count() as i64 >= most;
            return full.then_some(Clause::Most { class, most });
        }
        (!self.terms.combine(class, with)).then_some(Clause::Apart { class, with })
    }

    /// What a shop's own claims do to it: each alone, and those that go together.
    fn lay_out(&mut self, at: usize) {
        let of = self.shops[at].shop.shop;
        let mine = |class| -> Vec<usize> {
            self.usable(class).filter(|claim| self.claims[*claim].issuer == Issuer::Shop(of)).collect()
        };
        let mut freights = Vec::new();
        for claim in mine(Class::ShopFreight) {
            if let Kind::Freight { off, .. } = self.claims[claim].kind {
                freights.push((claim, off.minor.min(self.shops[at].freight)));
            }
        }
        // Shares count before amounts.
        let mut coupons = mine(Class::Shop);
        coupons.sort_by_key(|claim| !matches!(self.claims[*claim].kind, Kind::Percent { .. }));
        let most = usize::try_from(self.terms.most_of(Class::Shop)).unwrap_or(1);
        let mut sets: Vec<Vec<usize>> = mine(Class::Deal).into_iter().map(|claim| vec![claim]).collect();
        let mut last: Vec<Vec<usize>> = std::iter::once(Vec::new()).chain(sets.clone()).collect();
        for _ in 0..most {
            let mut longer = Vec::new();
            for set in &last {
                let place = |claim: &usize| coupons.iter().position(|one| one == claim);
                let after = set.last().and_then(place).map_or(0, |place| place + 1);
                for claim in &coupons[after..] {
                    if longer.len() + sets.len() < LAID_OUT && set.iter().all(|with| self.goes(*with, *claim))
                    {
                        longer.push(set.iter().copied().chain([*claim]).collect::<Vec<usize>>());
                    }
                }
            }
            sets.extend(longer.iter().cloned());
            last = longer;
        }
        sets.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
        let offs: Vec<Off> = sets.iter().filter_map(|set| self.off(at, set)).collect();
        let shop = &mut self.shops[at];
        shop.offs.extend(offs);
        shop.freight_offs = freights;
    }

    /// What some of a shop's claims take off its goods, one after the other; none if one of them takes off nothing.
    fn off(&self, at: usize, set: &[usize]) -> Option<Off> {
        let shop = &self.shops[at];
        let mut off =
            Off { taken: Vec::with_capacity(set.len()), amount: 0, lines: vec![0; shop.lines.len()] };
        for claim in set {
            let its = self.claims[*claim];
            let base: Vec<Option<i64>> = shop
                .lines
                .iter()
                .zip(&off.lines)
                .map(|(line, off)| in_scope(its, shop.shop, line.line).then_some(line.goods - off))
                .collect();
            let weights: Vec<i64> = base.iter().map(|base| base.unwrap_or(0)).collect();
            let (counted, cap) = (weights.iter().sum::<i64>(), shop.goods - off.amount - 1);
            self.step(weights.len());
            let mut in_it = shop.lines.iter().zip(&base).filter(|(_, base)| base.is_some());
            let amount = match its.kind {
                Kind::Deal { .. } => {
                    let units = in_it.by_ref().map(|(line, _)| (line.line.unit.minor, line.line.quantity));
                    deal(&its.kind, self.terms, units).unwrap_or(0).min(cap)
                }
                _ => takes(&its.kind, self.terms, counted, cap),
            };
            if amount < 1 || counted < its.kind.over().minor {
                return None;
            }
            let lines = split_weighed(amount, &weights);
            for (sum, part) in off.lines.iter_mut().zip(&lines) {
                *sum += part;
            }
            off.amount += amount;
            off.taken.push(OffClaim { claim: *claim, base, lines });
        }
        Some(off)
    }

    /// What a platform's claim for goods would find in each shop, for each of the shop's choices.
    fn left_by(&self, at: usize) -> Vec<Vec<i64>> {
        let claim = self.claims[at];
        if claim.class() != Class::Platform || self.standing[at].is_some() {
            return Vec::new();
        }
        let of_shop = |shop: &FieldShop<'_>| {
            let mine: Vec<usize> =
                (0..shop.lines.len()).filter(|i| in_scope(claim, shop.shop, shop.lines[*i].line)).collect();
            let left = |off: &Off| {
                self.step(mine.len());
                if off.taken.iter().any(|taken| !self.goes(at, taken.claim)) {
                    return 0;
                }
                mine.iter().map(|i| shop.lines[*i].goods - off.lines[*i]).sum()
            };
            shop.offs.iter().map(left).collect()
        };
        self.shops.iter().map(of_shop).collect()
    }

    fn usable(&self, class: Class) -> impl Iterator<Item = usize> + '_ {
        (0..self.claims.len())
            .filter(move |i| self.standing[*i].is_none() && self.claims[*i].class() == class)
    }

    fn until(&self, claim: Option<usize>) -> i128 {
        claim.map_or(0, |claim| i128::from(self.claims[claim].until.micros()))
    }

    /// What the platform's claim for goods finds in a shop.
    pub(super) fn left(&self, platform: usize, shop: usize, off: usize) -> i64 {
        self.left[platform][shop][off]
    }

    /// What of a shop's freight the platform's claim for freight finds.
    pub(super) fn freight_left(
        &self,
        platform_freight: usize,
        shop: usize,
        off: usize,
        freight: Option<(usize, i64)>,
    ) -> i64 {
        let (claim, shop) = (self.claims[platform_freight], &self.shops[shop]);
        let goes = |with: usize| self.goes(platform_freight, with);
        let barred = shop.offs[off].taken.iter().any(|taken| !goes(taken.claim))
            || freight.is_some_and(|(with, _)| !goes(with));
        if barred || !shop.lines.iter().any(|line| in_scope(claim, shop.shop, line.line)) {
            return 0;
        }
        shop.freight - freight.map_or(0, |(_, amount)| amount)
    }
}

/// Splits an amount by weights that are not below zero; to a weight of nothing falls nothing.
pub(super) fn split_weighed(amount: i64, weights: &[i64]) -> Vec<i64> {
    if amount == 0 {
        return vec![0; weights.len()];
    }
    let weights: Vec<u64> = weights.iter().map(|weight| weight.unsigned_abs()).collect();
    split_by(amount, &weights)
}

/// One choice for one shop.
#[derive(Clone, Copy)]
struct Option1 {
    off: usize,
    freight: Option<(usize, i64)>,
    saved: i64,
    /// What is left for the platform's claim for goods, and at most how much of it may be taken.
    left: i64,
    cap: i64,
    /// What is left for the platform's claim for freight.
    freight_left: i64,
    taken: (u32, i128),
}

/// Choices for the shops so far.
#[derive(Clone, Copy)]
struct State {
    saved: i64,
    left: i64,
    cap: i64,
    freight_left: i64,
    taken: (u32, i128),
    /// The last choice in the list of all.
    node: usize,
}

impl State {
    /// Whether this is no worse than another one, whatever follows. `safe`: the platform's threshold is reached anyway.
    fn is_as_good(&self, other: &Self, safe: bool) -> bool {
        let less = |mine: i64, its: i64| (its - mine).max(0);
        let goods = less(self.left, other.left).max(less(self.cap, other.cap));
        let lost = goods + less(self.freight_left, other.freight_left);
        let gained = self.saved - other.saved;
        gained >= lost && (safe || self.left >= other.left) && (gained > lost || self.taken <= other.taken)
    }
}

/// The best choice; without any claim that is none of them.
pub(super) fn choose(field: &Field<'_>) -> Chosen {
    solve(field, None).unwrap_or_else(|| Chosen {
        platform: None,
        platform_freight: None,
        shops: vec![(0, None); field.shops.len()],
        saved: 0,
        taken: (0, 0),
    })
}

/// The best choice, or the best one with a claim in it.
fn solve(field: &Field<'_>, with: Option<usize>) -> Option<Chosen> {
    let forced = with.map(|claim| (claim, field.claims[claim].class()));
    let of = |class: Class| -> Vec<Option<usize>> {
        match forced {
            Some((claim, its)) if its == class => vec![Some(claim)],
            _ => std::iter::once(None).chain(field.usable(class).map(Some)).collect(),
        }
    };
    let (platforms, freights) = (of(Class::Platform), of(Class::PlatformFreight));
    let mut best: Option<Chosen> = None;
    for platform in &platforms {
        for freight in &freights {
            if platform.zip(*freight).is_some_and(|(one, other)| !field.goes(one, other)) {
                continue;
            }
            let found = over_shops(field, *platform, *freight, forced);
            if let Some(found) = found
                && best.as_ref().is_none_or(|best| found.beats(best))
            {
                best = Some(found);
            }
        }
    }
    best
}

/// The choices of a shop under the platform's two.
fn options(
    field: &Field<'_>,
    at: usize,
    platform: Option<usize>,
    platform_freight: Option<usize>,
    forced: Option<(usize, Class)>,
) -> Vec<Option1> {
    let shop = &field.shops[at];
    let must = |class: Class| forced.filter(|(_, its)| *its == class).map(|(claim, _)| claim);
    let must_off = must(Class::Shop).or_else(|| must(Class::Deal));
    let must_freight = must(Class::ShopFreight);
    let mine = |claim: usize| field.claims[claim].issuer == Issuer::Shop(shop.shop.shop);
    // Of a shop's claims for freight the one that takes off most, of equal ones the one that ends first; and of those that go
    // with no other coupon as well.
    let best = |exclusive: bool| {
        let some = shop.freight_offs.iter().copied();
        some.filter(|(claim, amount)| *amount > 0 && field.claims[*claim].exclusive == exclusive)
            .max_by_key(|(claim, amount)| (*amount, std::cmp::Reverse((field.claims[*claim].until, *claim))))
    };
    let freights: Vec<Option<(usize, i64)>> = match must_freight.filter(|claim| mine(*claim)) {
        Some(must) => {
            shop.freight_offs.iter().copied().filter(|(claim, _)| *claim == must).map(Some).collect()
        }
        None => {
            std::iter::once(None).chain([best(false), best(true)].into_iter().flatten().map(Some)).collect()
        }
    };
    let part = |off: &Off, with: usize| off.taken.iter().any(|taken| !field.goes(taken.claim, with));
    let mut all = Vec::with_capacity(shop.offs.len() * freights.len());
    for (i, off) in shop.offs.iter().enumerate() {
        if must_off.filter(|claim| mine(*claim)).is_some_and(|must| !off.has(must)) {
            continue;
        }
        for freight in &freights {
            if freight.is_some_and(|(with, _)| part(off, with)) {
                continue;
            }
            let barred =
                platform.zip(*freight).is_some_and(|(platform, (with, _))| !field.goes(platform, with));
            let left = platform.filter(|_| !barred).map_or(0, |claim| field.left(claim, at, i));
            let rest = shop.goods - off.amount;
            let saved = off.amount + freight.map_or(0, |(_, amount)| amount);
            let claims = || off.taken.iter().map(|taken| taken.claim).chain(freight.map(|(claim, _)| claim));
            let count = claims().count() as u32;
            let ends = claims().map(|claim| field.until(Some(claim))).sum();
            let freight_left = platform_freight.map_or(0, |claim| field.freight_left(claim, at, i, *freight));
            all.push(Option1 {
                off: i,
                freight: *freight,
                saved,
                left,
                cap: left.min(rest - 1),
                freight_left,
                taken: (count, ends),
            });
        }
    }
    all
}

/// The best choices of all shops under the platform's two; none if those would take nothing off.
fn over_shops(
    field: &Field<'_>,
    platform: Option<usize>,
    platform_freight: Option<usize>,
    forced: Option<(usize, Class)>,
) -> Option<Chosen> {
    let shops: Vec<Vec<Option1>> =
        (0..field.shops.len()).map(|at| options(field, at, platform, platform_freight, forced)).collect();
    let over = platform.map_or(0, |claim| field.claims[claim].kind.over().minor);
    let (mut least, mut most): (i64, i64) = (0, 0);
    for options in &shops {
        least += options.iter().map(|option| option.left).min().unwrap_or(0);
        most += options.iter().map(|option| option.left).max().unwrap_or(0);
    }
    let mut nodes: Vec<(usize, Option1)> = Vec::new();
    let start = State { saved: 0, left: 0, cap: 0, freight_left: 0, taken: (0, 0), node: usize::MAX };
    let mut states = vec![start];
    for options in &shops {
        least -= options.iter().map(|option| option.left).min().unwrap_or(0);
        most -= options.iter().map(|option| option.left).max().unwrap_or(0);
        let mut next = Vec::with_capacity(states.len() * options.len());
        for state in &states {
            field.step(options.len());
            for option in options {
                let left = state.left + option.left;
                if left + most < over {
                    continue;
                }
                nodes.push((state.node, *option));
                next.push(State {
                    saved: state.saved + option.saved,
                    left,
                    cap: state.cap + option.cap,
                    freight_left: state.freight_left + option.freight_left,
                    taken: (state.taken.0 + option.taken.0, state.taken.1 + option.taken.1),
                    node: nodes.len() - 1,
                });
            }
        }
        states = prune(next, |state| state.left + least >= over);
    }
    let end = |state: State| finish(field, platform, platform_freight, state);
    let (state, mut best) = states
        .into_iter()
        .filter_map(|state| Some((state, end(state)?)))
        .reduce(|best, other| if other.1.beats(&best.1) { other } else { best })?;
    let mut node = state.node;
    while let Some((before, option)) = nodes.get(node) {
        best.shops.push((option.off, option.freight));
        node = *before;
    }
    best.shops.reverse();
    Some(best)
}

/// Leaves out what another one beats whatever follows.
fn prune(mut states: Vec<State>, safe: impl Fn(&State) -> bool) -> Vec<State> {
    states.sort_by_key(|s| {
        std::cmp::Reverse((s.saved, s.left, s.cap, s.freight_left, std::cmp::Reverse((s.taken, s.node))))
    });
    let mut kept: Vec<State> = Vec::new();
    for state in states {
        if kept.len() < OPEN && !kept.iter().any(|better| better.is_as_good(&state, safe(better))) {
            kept.push(state);
        }
    }
    kept
}

/// With what the platform's two take off.
fn finish(
    field: &Field<'_>,
    platform: Option<usize>,
    platform_freight: Option<usize>,
    state: State,
) -> Option<Chosen> {
    let mut chosen = Chosen {
        platform: None,
        platform_freight: None,
        shops: Vec::with_capacity(field.shops.len()),
        saved: state.saved,
        taken: state.taken,
    };
    if let Some(claim) = platform {
        let kind = &field.claims[claim].kind;
        if state.left < kind.over().minor {
            return None;
        }
        let amount = takes(kind, field.terms, state.left, state.cap);
        chosen.add(field, claim, amount)?;
        chosen.platform = Some((claim, amount));
    }
    if let Some(claim) = platform_freight {
        let amount = takes(&field.claims[claim].kind, field.terms, state.freight_left, i64::MAX);
        chosen.add(field, claim, amount)?;
        chosen.platform_freight = Some((claim, amount));
    }
    Some(chosen)
}

impl Chosen {
    fn add(&mut self, field: &Field<'_>, claim: usize, amount: i64) -> Option<()> {
        self.saved += amount;
        self.taken = (self.taken.0 + 1, self.taken.1 + field.until(Some(claim)));
        (amount > 0).then_some(())
    }
}

/// The claims that were not taken, and why: in the order of their ids.
pub(super) fn refused(field: &Field<'_>, chosen: &Chosen) -> Vec<Refused> {
    let taken = chosen.claims(field);
    let why = |claim: usize| {
        if let Some(reason) = &field.standing[claim] {
            return reason.clone();
        }
        let Some(with) = solve(field, Some(claim)) else { return Reason::NothingToTake };
        let its = with.claims(field);
        let by: Vec<usize> =
            taken.iter().copied().filter(|claim| its.binary_search(claim).is_err()).collect();
        if by.is_empty() {
            return Reason::NothingToTake;
        }
        let clause = by.iter().find_map(|other| field.clause(claim, *other, &taken));
        let by = by.into_iter().map(|claim| field.claims[claim].claim).collect();
        Reason::Outdone { by, saves: Money::new(chosen.saved - with.saved, field.currency), clause }
    };
    (0..field.claims.len())
        .filter(|claim| taken.binary_search(claim).is_err())
        .map(|claim| Refused { claimed: field.claims[claim].clone(), reason: why(claim) })
        .collect()
}
