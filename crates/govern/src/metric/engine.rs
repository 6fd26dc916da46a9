//! The window engine: every contribution is two steps in a difference array of days x shops, and a running sum over the
//! days turns the steps into readings. Days are rows, shops are columns: facts arrive nearly in order of time, so that
//! the rows being written to stay in the processor's cache.

use crate::{Error, Result};
use kernel::{AskError, Moment};

/// Microseconds in a day of 24 h.
pub(super) const DAY: i64 = 86_400_000_000;

/// The most memory one grid takes.
const MAX_BYTES: usize = 3 << 30;

/// The sums of one metric: a pair for each moment and shop.
#[derive(Debug, Clone)]
pub struct Grid {
    ends: Vec<Moment>,
    shops: usize,
    cells: Cells,
    read: u64,
}

/// Pairs of numerator and denominator. The narrow ones halve the memory of rates.
#[derive(Debug, Clone)]
enum Cells {
    Narrow(Vec<[i32; 2]>),
    Wide(Vec<[i64; 2]>),
}

/// One reading of a grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GridRow {
    /// Which of the moments asked about, from 0.
    pub day: usize,
    /// The shop's number.
    pub shop: i64,
    /// The numerator, unscaled.
    pub num: i64,
    /// The denominator.
    pub den: i64,
}

impl Grid {
    /// The moments asked about.
    pub fn ends(&self) -> &[Moment] {
        &self.ends
    }
    /// How many shops the grid has room for: their numbers are below this.
    pub fn shops(&self) -> usize {
        self.shops
    }
    /// How many contributions were read.
    pub fn contributions(&self) -> u64 {
        self.read
    }
    /// Numerator and denominator of a shop at a moment; (0, 0) without contributions.
    #[inline]
    pub fn at(&self, day: usize, shop: i64) -> (i64, i64) {
        match usize::try_from(shop) {
            Ok(s) if s < self.shops && day < self.ends.len() => self.cells.get(day * self.shops + s),
            _ => (0, 0),
        }
    }
    /// Every reading that is not (0, 0), day by day and in each by shop.
    pub fn rows(&self) -> impl Iterator<Item = GridRow> + '_ {
        (0..self.ends.len()).flat_map(|day| self.day(day))
    }
    /// The readings of one moment that are not (0, 0), by shop.
    pub fn day(&self, day: usize) -> impl Iterator<Item = GridRow> + '_ {
        let start = day * self.shops;
        (0..self.shops).filter_map(move |s| {
            let (num, den) = self.cells.get(start + s);
            (num != 0 || den != 0).then_some(GridRow { day, shop: s as i64, num, den })
        })
    }
    /// Calls `each` with every reading that is not (0, 0): the quickest way through a large grid.
    pub fn each(&self, mut each: impl FnMut(GridRow)) {
        fn walk<T: Copy + Into<i64>>(cells: &[[T; 2]], shops: usize, each: &mut impl FnMut(GridRow)) {
            for (day, row) in cells.chunks_exact(shops).enumerate() {
                for (shop, [num, den]) in row.iter().enumerate() {
                    let (num, den): (i64, i64) = ((*num).into(), (*den).into());
                    if num != 0 || den != 0 {
                        each(GridRow { day, shop: shop as i64, num, den });
                    }
                }
            }
        }
        if self.shops == 0 {
            return;
        }
        match &self.cells {
            Cells::Narrow(cells) => walk(cells, self.shops, &mut each),
            Cells::Wide(cells) => walk(cells, self.shops, &mut each),
        }
    }
    /// The sums over all shops, one pair for each moment.
    pub fn totals(&self) -> Vec<(i64, i64)> {
        let mut totals = vec![(0, 0); self.ends.len()];
        self.each(|row| {
            totals[row.day].0 += row.num;
            totals[row.day].1 += row.den;
        });
        totals
    }
}

impl Cells {
    #[inline]
    fn get(&self, i: usize) -> (i64, i64) {
        match self {
            Self::Narrow(cells) => (i64::from(cells[i][0]), i64::from(cells[i][1])),
            Self::Wide(cells) => (cells[i][0], cells[i][1]),
        }
    }
}

/// Where a moment falls among the sorted, nearly even ends of days: a guess, and a step or two. That is several times
/// quicker than a binary search, and there are two of them for each contribution.
pub(crate) struct Ends<'a> {
    ends: &'a [Moment],
    first: i64,
    per_micro: f64,
}

impl<'a> Ends<'a> {
    pub(crate) fn new(ends: &'a [Moment]) -> Self {
        let (first, last) = match (ends.first(), ends.last()) {
            (Some(first), Some(last)) => (first.micros(), last.micros()),
            _ => (0, 0),
        };
        let per_micro = if last > first { (ends.len() - 1) as f64 / (last - first) as f64 } else { 0.0 };
        Self { ends, first, per_micro }
    }
    /// The index of the first end at or after `micros`; the number of ends if there is none.
    #[inline]
    pub(crate) fn at_or_after(&self, micros: i64) -> usize {
        let n = self.ends.len();
        // A negative or huge guess saturates: `as` from a float never wraps.
        let mut i = ((micros.saturating_sub(self.first) as f64 * self.per_micro) as usize).min(n);
        while i < n && self.ends[i].micros() < micros {
            i += 1;
        }
        while i > 0 && self.ends[i - 1].micros() >= micros {
            i -= 1;
        }
        i
    }
}

/// Adds contributions up.
pub(super) struct Engine<'a> {
    ends: &'a [Moment],
    index: Ends<'a>,
    window: i64,
    shops: usize,
    // A row for each end, and a spare one for the steps after the last.
    cells: Cells,
    // Where the steps of a batch go.
    steps: Vec<(u32, u32)>,
    // An upper bound of what any narrow cell can hold.
    weight: i64,
    read: u64,
}

impl<'a> Engine<'a> {
    /// `ends` are sorted; `shops` is how many there are as far as known; `narrow` if sums are expected to be small.
    pub(super) fn new(ends: &'a [Moment], window_days: i64, shops: usize, narrow: bool) -> Result<Self> {
        debug_assert!(ends.is_sorted());
        let size = room(ends.len() + 1, shops, if narrow { 8 } else { 16 })?;
        let cells = if narrow { Cells::Narrow(vec![[0; 2]; size]) } else { Cells::Wide(vec![[0; 2]; size]) };
        let window = window_days.saturating_mul(DAY);
        Ok(Self { ends, index: Ends::new(ends), window, shops, cells, steps: Vec::new(), weight: 0, read: 0 })
    }

    /// Takes a batch of contributions.
    pub(super) fn add(
        &mut self,
        subject: &[i64],
        anchor: &[i64],
        known_at: &[i64],
        num: &[i64],
        den: &[i64],
    ) -> Result<(), AskError> {
        let rows = subject.len();
        assert!(anchor.len() == rows && known_at.len() == rows && num.len() == rows && den.len() == rows);
        let (mut low, mut high) = (0, -1);
        for s in subject {
            low = low.min(*s);
            high = high.max(*s);
        }
        if low < 0 {
            return Err(AskError(format!(
                "column 1 (\"subject\") holds {low}, which is not a shop's number"
            )));
        }
        if high >= self.shops as i64 {
            self.grow(high as usize + 1).map_err(|err| AskError(err.to_string()))?;
        }
        self.read += rows as u64;
        if let Cells::Narrow(narrow) = &self.cells {
            // Differences and running sums of shops stay within the sum of all magnitudes.
            for (n, d) in num.iter().zip(den) {
                self.weight = self.weight.saturating_add(n.saturating_abs().max(d.saturating_abs()));
            }
            if self.weight > i64::from(i32::MAX) {
                room(self.ends.len() + 1, self.shops, 16).map_err(|err| AskError(err.to_string()))?;
                self.cells =
                    Cells::Wide(narrow.iter().map(|[n, d]| [i64::from(*n), i64::from(*d)]).collect());
            }
        }
        // First where, then what: in a short loop without branches more of the scattered writes are under way at once.
        self.steps.clear();
        for i in 0..rows {
            let from = self.index.at_or_after(anchor[i].max(known_at[i]));
            let to = self.index.at_or_after(anchor[i].saturating_add(self.window)).max(from);
            let shop = subject[i] as usize;
            // `room` keeps a grid far below 2^32 cells.
            self.steps.push(((from * self.shops + shop) as u32, (to * self.shops + shop) as u32));
        }
        let steps = &self.steps;
        macro_rules! steps {
            ($cells:expr, $int:ty) => {
                for ((from, to), (num, den)) in steps.iter().zip(num.iter().zip(den)) {
                    let (num, den) = (*num as $int, *den as $int);
                    let cell = &mut $cells[*from as usize];
                    cell[0] = cell[0].wrapping_add(num);
                    cell[1] = cell[1].wrapping_add(den);
                    let cell = &mut $cells[*to as usize];
                    cell[0] = cell[0].wrapping_sub(num);
                    cell[1] = cell[1].wrapping_sub(den);
                }
            };
        }
        match &mut self.cells {
            Cells::Narrow(cells) => steps!(cells, i32),
            Cells::Wide(cells) => steps!(cells, i64),
        }
        Ok(())
    }

    /// Makes room for more shops than were known of.
    fn grow(&mut self, wanted: usize) -> Result<()> {
        fn relay<T: Copy + Default>(old: &[[T; 2]], from: usize, to: usize, days: usize) -> Vec<[T; 2]> {
            let mut new = vec![[T::default(); 2]; to * days];
            for day in 0..days {
                new[day * to..day * to + from].copy_from_slice(&old[day * from..(day + 1) * from]);
            }
            new
        }
        let shops = wanted.max(self.shops + self.shops / 2);
        let days = self.ends.len() + 1;
        match &mut self.cells {
            Cells::Narrow(cells) => {
                room(days, shops, 8)?;
                *cells = relay(cells, self.shops, shops, days);
            }
            Cells::Wide(cells) => {
                room(days, shops, 16)?;
                *cells = relay(cells, self.shops, shops, days);
            }
        }
        self.shops = shops;
        Ok(())
    }

    /// Sums the steps up.
    pub(super) fn finish(mut self) -> Grid {
        let size = self.ends.len() * self.shops;
        macro_rules! sum {
            ($cells:expr) => {{
                $cells.truncate(size);
                for day in 1..self.ends.len() {
                    let (before, rest) = $cells.split_at_mut(day * self.shops);
                    let before = &before[(day - 1) * self.shops..];
                    for (now, then) in rest[..self.shops].iter_mut().zip(before) {
                        now[0] = now[0].wrapping_add(then[0]);
                        now[1] = now[1].wrapping_add(then[1]);
                    }
                }
            }};
        }
        match &mut self.cells {
            Cells::Narrow(cells) => sum!(cells),
            Cells::Wide(cells) => sum!(cells),
        }
        Grid { ends: self.ends.to_vec(), shops: self.shops, cells: self.cells, read: self.read }
    }
}

fn room(days: usize, shops: usize, each: usize) -> Result<usize> {
    days.checked_mul(shops)
        .filter(|cells| cells.checked_mul(each).is_some_and(|bytes| bytes <= MAX_BYTES))
        .ok_or(Error::TooLarge { shops, days: days - 1 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn moments(micros: &[i64]) -> Vec<Moment> {
        micros.iter().map(|m| Moment::from_micros(*m)).collect()
    }

    fn run(ends: &[Moment], rows: &[[i64; 5]], days: i64, shops: usize, narrow: bool) -> Grid {
        let mut engine = Engine::new(ends, days, shops, narrow).unwrap();
        for chunk in rows.chunks(3) {
            let col = |i: usize| chunk.iter().map(|r| r[i]).collect::<Vec<_>>();
            engine.add(&col(0), &col(1), &col(2), &col(3), &col(4)).unwrap();
        }
        engine.finish()
    }

    #[test]
    fn a_contribution_counts_from_its_anchor_up_to_but_not_at_the_windows_end() {
        let ends = moments(&[9, 10, 10 + DAY - 1, 10 + DAY]);
        let grid = run(&ends, &[[0, 10, 10, 1, 2]], 1, 1, true);
        let seen: Vec<_> = (0..4).map(|day| grid.at(day, 0)).collect();
        assert_eq!(seen, [(0, 0), (1, 2), (1, 2), (0, 0)]);
    }

    #[test]
    fn a_contribution_known_after_its_window_never_counts() {
        let ends = moments(&[0, DAY, 2 * DAY, 3 * DAY]);
        let grid = run(&ends, &[[0, 0, 2 * DAY, 1, 1]], 2, 1, false);
        assert_eq!(grid.rows().count(), 0);
        let grid = run(&ends, &[[0, 0, DAY, 1, 1]], 2, 1, false);
        assert_eq!(grid.rows().collect::<Vec<_>>(), [GridRow { day: 1, shop: 0, num: 1, den: 1 }]);
    }

    #[test]
    fn shops_that_were_not_known_of_find_room() {
        let ends = moments(&[0, 1]);
        let grid = run(&ends, &[[0, 0, 0, 1, 1], [7, 0, 0, 1, 1], [3, 1, 1, 5, 1]], 9, 1, true);
        assert_eq!(
            (grid.at(1, 0), grid.at(1, 7), grid.at(1, 3), grid.at(0, 3)),
            ((1, 1), (1, 1), (5, 1), (0, 0))
        );
        assert_eq!(grid.at(1, 1_000_000), (0, 0));
        assert_eq!(grid.totals(), [(2, 2), (7, 3)]);
    }

    #[test]
    fn sums_that_outgrow_the_narrow_cells_are_widened() {
        let big = i64::from(i32::MAX);
        let ends = moments(&[0, 1]);
        let rows = [[0, 0, 0, big, 1], [0, 0, 0, 1, 1], [0, 1, 1, big, 1], [0, 1, 1, big, 1]];
        let grid = run(&ends, &rows, 9, 1, true);
        assert_eq!((grid.at(0, 0), grid.at(1, 0)), ((big + 1, 2), (3 * big + 1, 4)));
    }

    #[test]
    fn a_negative_shop_and_a_grid_beyond_memory_are_refused() {
        let ends = moments(&[0]);
        let mut engine = Engine::new(&ends, 1, 1, true).unwrap();
        let err = engine.add(&[-1], &[0], &[0], &[1], &[1]).unwrap_err();
        assert!(err.to_string().contains("\"subject\""), "{err}");
        let many = vec![Moment::default(); 4000];
        assert!(matches!(Engine::new(&many, 1, 1_000_000, true), Err(Error::TooLarge { .. })));
    }

    #[test]
    fn nothing_asked_about_is_nothing_answered() {
        let grid = run(&[], &[[0, 0, 0, 1, 1]], 1, 1, true);
        assert_eq!(grid.rows().count(), 0);
        grid.each(|row| panic!("{row:?}"));
    }

    proptest! {
        #[test]
        fn the_guessed_index_is_the_searched_one(
            mut ends in proptest::collection::vec(-1_000i64..1_000, 0..40),
            micros in proptest::collection::vec(prop_oneof![-1_200i64..1_200, Just(i64::MIN), Just(i64::MAX)], 1..40),
        ) {
            ends.sort_unstable();
            let ends = moments(&ends);
            let index = Ends::new(&ends);
            for m in micros {
                prop_assert_eq!(index.at_or_after(m), ends.partition_point(|e| e.micros() < m));
            }
        }

        #[test]
        fn the_engine_adds_up_what_the_rule_says(
            mut ends in proptest::collection::vec(0i64..20 * DAY, 1..20),
            rows in proptest::collection::vec((0i64..4, 0i64..20 * DAY, 0i64..20 * DAY, -3i64..4, -3i64..4), 0..60),
            days in 1i64..6,
            narrow: bool,
        ) {
            ends.sort_unstable();
            let ends = moments(&ends);
            let rows: Vec<[i64; 5]> = rows.into_iter().map(|(s, a, k, n, d)| [s, a, k, n, d]).collect();
            let grid = run(&ends, &rows, days, 2, narrow);
            let mut walked = Vec::new();
            grid.each(|row| walked.push(row));
            prop_assert_eq!(walked, grid.rows().collect::<Vec<_>>());
            for (day, end) in ends.iter().enumerate() {
                for shop in 0..4 {
                    let t = end.micros();
                    let counts = |r: &&[i64; 5]| r[0] == shop && r[1].max(r[2]) <= t && t < r[1] + days * DAY;
                    let want = rows.iter().filter(counts).fold((0, 0), |(n, d), r| (n + r[3], d + r[4]));
                    prop_assert_eq!(grid.at(day, shop), want);
                }
            }
        }
    }
}
