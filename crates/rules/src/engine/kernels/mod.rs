//! The loops that touch every row: comparisons, codes and logic over one chunk.
//!
//! Every kernel is generic over the width of the machine's registers; [`fearless_simd::dispatch`] chooses it
//! at run time. Of a condition a chunk has two bitmaps, *true* and *possible*. A row that is unknown is not
//! true and is possible.

#![expect(
    clippy::inline_always,
    reason = "a kernel has to be compiled into the caller that names the registers"
)]

pub mod column;
pub mod logic;
pub mod numeric;
pub mod proved;

/// The bitmaps of all slots over one chunk.
#[derive(Clone, Debug)]
pub struct Slots {
    words: Vec<u64>,
    /// Words of one bitmap.
    pub width: usize,
}

impl Slots {
    /// So many slots; the first is true everywhere, the second unknown.
    pub fn new(slots: usize, width: usize) -> Self {
        let mut words = vec![0; slots.max(2) * 2 * width];
        words[..2 * width].fill(u64::MAX);
        words[3 * width..4 * width].fill(u64::MAX);
        Self { words, width }
    }

    /// Where a slot is true, and where it is possible.
    #[inline(always)]
    pub fn pair(&self, slot: usize) -> (&[u64], &[u64]) {
        self.words[slot * 2 * self.width..(slot + 1) * 2 * self.width].split_at(self.width)
    }

    /// The same to write to.
    #[inline(always)]
    pub fn pair_mut(&mut self, slot: usize) -> (&mut [u64], &mut [u64]) {
        self.words[slot * 2 * self.width..(slot + 1) * 2 * self.width].split_at_mut(self.width)
    }

    /// The slots before one, and that one to write to.
    #[inline(always)]
    pub fn before(&mut self, slot: usize) -> (View<'_>, (&mut [u64], &mut [u64])) {
        let (before, after) = self.words.split_at_mut(slot * 2 * self.width);
        let (own, _) = after.split_at_mut(2 * self.width);
        (View { words: before, width: self.width }, own.split_at_mut(self.width))
    }

    /// All of them.
    #[inline(always)]
    pub fn view(&self) -> View<'_> {
        View { words: &self.words, width: self.width }
    }

    /// Whether a slot is true, and whether it is possible, in one row of the chunk.
    pub fn at(&self, slot: usize, row: usize) -> (bool, bool) {
        let (holds, possible) = self.pair(slot);
        (holds[row / 64] >> (row % 64) & 1 == 1, possible[row / 64] >> (row % 64) & 1 == 1)
    }
}

/// Some slots to read.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    words: &'a [u64],
    width: usize,
}

impl<'a> View<'a> {
    /// Where a slot is true, and where it is possible.
    #[inline(always)]
    pub fn pair(&self, slot: usize) -> (&'a [u64], &'a [u64]) {
        self.words[slot * 2 * self.width..(slot + 1) * 2 * self.width].split_at(self.width)
    }
    /// Both words of every slot, where a bitmap is one word.
    #[inline(always)]
    pub fn single_words(&self) -> &'a [[u64; 2]] {
        debug_assert_eq!(self.width, 1);
        self.words.as_chunks().0
    }

    /// One word of both.
    #[inline(always)]
    pub fn word(&self, slot: usize, at: usize) -> (u64, u64) {
        let from = slot * 2 * self.width + at;
        (self.words[from], self.words[from + self.width])
    }
}
