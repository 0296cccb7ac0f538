//! Numbers that look random and are the same on every machine.

/// Splitmix, 64 bits.
#[derive(Clone, Copy, Debug)]
pub struct Chance(u64);

impl Chance {
    /// Starts at a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A stream of its own for a part of the work.
    #[must_use]
    pub fn stream(seed: u64, part: u64) -> Self {
        let mut chance = Self(seed ^ part.wrapping_mul(0xd134_2543_de82_ef95));
        chance.draw();
        chance
    }

    /// The next 64 bits.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A whole number below `end`, which is not nought.
    pub fn below(&mut self, end: u64) -> u64 {
        // The high half of the product is as even as the 64 bits are.
        ((u128::from(self.draw()) * u128::from(end)) >> 64) as u64
    }

    /// Between both, each included.
    pub fn between(&mut self, least: i64, most: i64) -> i64 {
        least + self.below(most.abs_diff(least) + 1) as i64
    }

    /// Whether one of so many chances came.
    pub fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    /// A number of `least` to `most` decimal digits, each length as likely as another.
    pub fn of_digits(&mut self, least: u32, most: u32) -> i64 {
        let digits = least + self.below(u64::from(most - least) + 1) as u32;
        self.below(10_u64.pow(digits)) as i64
    }
}
