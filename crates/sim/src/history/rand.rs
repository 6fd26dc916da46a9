//! Randomness by counting: a draw is a hash of a key and a number, so that any order can be made at any time.

/// The finaliser of splitmix64.
pub(crate) const fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// A key, made from a seed and what it is for.
pub(crate) const fn key(seed: u64, purpose: u64, number: u64) -> u64 {
    mix(mix(seed ^ purpose.wrapping_mul(0x9e37_79b9_7f4a_7c15))
        .wrapping_add(number.wrapping_mul(0xd134_2543_de82_ef95)))
}

/// The draws of one key, one after the other.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) const fn new(key: u64) -> Self {
        Self(key)
    }
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }
    /// 0 to `n` - 1.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(n)) >> 64) as u64
    }
    /// `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1) as u64) as i64
    }
    /// True in `ppm` of a million cases.
    pub(crate) fn chance(&mut self, ppm: u32) -> bool {
        self.below(1_000_000) < u64::from(ppm)
    }
    /// Small numbers often, large ones rarely: the product of two draws, in millionths.
    pub(crate) fn skewed(&mut self) -> i64 {
        (self.below(1_000) * self.below(1_000)) as i64
    }
}

/// Draws numbers by weight in constant time (Walker's alias method, in whole numbers).
pub(crate) struct Alias {
    slots: Vec<(u64, u32)>,
}

impl Alias {
    pub(crate) fn new(weights: &[u64]) -> Self {
        let n = weights.len() as u128;
        let total: u128 = weights.iter().map(|w| u128::from(*w)).sum::<u128>().max(1);
        // Scaled so that a slot is full at `total`.
        let mut scaled: Vec<u128> = weights.iter().map(|w| u128::from(*w) * n).collect();
        let (mut small, mut large): (Vec<usize>, Vec<usize>) =
            (0..weights.len()).partition(|i| scaled[*i] < total);
        let mut slots: Vec<(u64, u32)> = (0..weights.len()).map(|i| (u64::MAX, i as u32)).collect();
        while let (Some(s), Some(l)) = (small.pop(), large.last().copied()) {
            slots[s] = (((scaled[s] << 64) / total).min(u128::from(u64::MAX)) as u64, l as u32);
            scaled[l] -= total - scaled[s];
            if scaled[l] < total {
                large.pop();
                small.push(l);
            }
        }
        Self { slots }
    }
    pub(crate) fn draw(&self, dice: &mut Dice) -> u32 {
        let slot = dice.below(self.slots.len() as u64) as usize;
        let (limit, other) = self.slots[slot];
        if dice.next() <= limit { slot as u32 } else { other }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_drawn_by_their_weight() {
        let weights = [1u64, 0, 7, 2];
        let alias = Alias::new(&weights);
        let mut dice = Dice::new(key(1, 2, 3));
        let mut drawn = [0u64; 4];
        for _ in 0..100_000 {
            drawn[alias.draw(&mut dice) as usize] += 1;
        }
        for (weight, drawn) in weights.iter().zip(drawn) {
            assert!(drawn.abs_diff(weight * 10_000) < 600, "{drawn} for {weight}");
        }
    }

    #[test]
    fn draws_stay_within_their_limits() {
        let mut dice = Dice::new(7);
        for _ in 0..10_000 {
            assert!((-3..=3).contains(&dice.between(-3, 3)));
            assert!((0..1_000_000).contains(&dice.skewed()));
        }
        assert!(!dice.chance(0) && dice.chance(1_000_000));
    }
}
