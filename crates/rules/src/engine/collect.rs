//! What is kept of a run besides the totals: sets of firms, lists, statuses.

use super::bind::CHUNK_WORDS;
use crate::policy::{PolicyIndex, Status};

/// One policy over one chunk of firms.
#[derive(Clone, Copy, Debug)]
pub struct PolicyChunk<'a> {
    /// The policy.
    pub policy: PolicyIndex,
    /// Where it stands in the selection.
    pub position: usize,
    /// The first firm; a multiple of 64.
    pub first: usize,
    /// Number of firms.
    pub rows: usize,
    /// A bit for each firm that is entitled; bits beyond the last firm are nought.
    pub entitled: &'a [u64],
    /// A bit for each firm whose status is undetermined.
    pub undetermined: &'a [u64],
    /// A bit for each firm whose status needs judgement.
    pub judgement: &'a [u64],
    /// What is due to those that are entitled.
    pub due: Due<'a>,
}

/// What is due under one policy.
#[derive(Clone, Copy, Debug)]
pub enum Due<'a> {
    /// The policy has no amount.
    Nothing,
    /// The same in fen to every firm that is entitled; `None` where it is unknown.
    Fixed(Option<i64>),
    /// In fen to each firm that is entitled, in their order.
    Each(&'a [Option<i64>]),
}

impl PolicyChunk<'_> {
    /// Every entitled firm with what is due to it, ascending.
    pub fn entitlements(&self) -> impl Iterator<Item = (usize, Option<i64>)> + '_ {
        bits(self.entitled).enumerate().map(|(at, row)| {
            let fen = match self.due {
                Due::Nothing => None,
                Due::Fixed(fen) => fen,
                Due::Each(all) => all[at],
            };
            (self.first + row, fen)
        })
    }
}

/// The places of the bits that are set, ascending.
pub fn bits(words: &[u64]) -> impl Iterator<Item = usize> + '_ {
    words.iter().enumerate().flat_map(|(word, bits)| {
        let mut bits = *bits;
        std::iter::from_fn(move || {
            let at = (bits != 0).then(|| bits.trailing_zeros() as usize)?;
            bits &= bits - 1;
            Some(word * 64 + at)
        })
    })
}

/// Keeps something of every chunk of a run.
pub trait Collector: Send {
    /// Whether it looks at the amounts of single firms; without that they are summed up and not kept.
    const TAKES_AMOUNTS: bool = true;
    /// Takes a policy over a chunk. Of one policy the chunks come in ascending order.
    fn take(&mut self, chunk: &PolicyChunk<'_>);
    /// Puts what was kept of later chunks behind this.
    fn append(&mut self, later: Self);
}

impl Collector for () {
    const TAKES_AMOUNTS: bool = false;

    fn take(&mut self, _: &PolicyChunk<'_>) {}
    fn append(&mut self, (): Self) {}
}

/// For every policy of the selection the firms that are entitled, ascending.
///
/// A firm costs one byte where the next before it is less than 128 away, else a few more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntitledSets(Vec<FirmSet>);

/// Firms, ascending, as distances.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct FirmSet {
    first: usize,
    last: usize,
    count: usize,
    /// Distances after the first, seven bits to a byte, the lowest first.
    distances: Vec<u8>,
}

impl FirmSet {
    fn push(&mut self, row: usize) {
        if self.count == 0 {
            self.first = row;
        } else {
            let mut distance = row - self.last;
            while distance >= 128 {
                self.distances.push(distance as u8 | 128);
                distance >>= 7;
            }
            self.distances.push(distance as u8);
        }
        self.last = row;
        self.count += 1;
    }

    fn rows(&self) -> impl Iterator<Item = usize> + '_ {
        let mut row = self.first;
        let mut bytes = self.distances.iter();
        let following = std::iter::from_fn(move || {
            let (mut distance, mut shift) = (0_usize, 0);
            loop {
                let byte = *bytes.next()?;
                distance |= usize::from(byte & 127) << shift;
                shift += 7;
                if byte < 128 {
                    row += distance;
                    return Some(row);
                }
            }
        });
        (self.count > 0).then_some(self.first).into_iter().chain(following)
    }
}

impl EntitledSets {
    /// For a selection of so many policies.
    pub fn new(policies: usize) -> Self {
        Self(vec![FirmSet::default(); policies])
    }

    /// The firms entitled under the policy that stands at `position` in the selection, ascending.
    pub fn firms(&self, position: usize) -> impl Iterator<Item = usize> + '_ {
        self.0[position].rows()
    }

    /// Bytes it takes.
    pub fn byte_count(&self) -> usize {
        self.0.iter().map(|set| set.distances.len() + size_of::<FirmSet>()).sum()
    }
}

impl Collector for EntitledSets {
    fn take(&mut self, chunk: &PolicyChunk<'_>) {
        bits(chunk.entitled).for_each(|row| self.0[chunk.position].push(chunk.first + row));
    }

    fn append(&mut self, later: Self) {
        for (own, later) in self.0.iter_mut().zip(later.0) {
            if let Some(first) = (later.count > 0).then_some(later.first) {
                own.push(first);
                own.distances.extend_from_slice(&later.distances);
                own.count += later.count - 1;
                own.last = later.last;
            }
        }
    }
}

/// For every firm the policies it is entitled to, by position in the selection, with what is due.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FirmLists {
    /// Where the list of a firm ends.
    ends: Vec<u32>,
    entries: Vec<(u32, Option<i64>)>,
    /// The chunk that is being taken: firm, position, due.
    open: Vec<(u32, u32, Option<i64>)>,
    open_rows: std::ops::Range<usize>,
}

impl FirmLists {
    /// The policies of the firm that stands at `index` among the firms of the run, with what is due.
    ///
    /// # Panics
    /// Where there is no such firm.
    pub fn policies(&self, index: usize) -> &[(u32, Option<i64>)] {
        let from = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.entries[from as usize..self.ends[index] as usize]
    }

    /// Files the chunk that is open.
    fn close(&mut self) {
        self.open.sort_unstable();
        let mut open = std::mem::take(&mut self.open).into_iter().peekable();
        for row in std::mem::take(&mut self.open_rows) {
            while let Some((_, position, fen)) = open.next_if(|(firm, ..)| *firm as usize == row) {
                self.entries.push((position, fen));
            }
            self.ends.push(self.entries.len() as u32);
        }
    }

    /// The lists, nothing left open.
    #[must_use]
    pub fn closed(mut self) -> Self {
        self.close();
        self
    }
}

impl Collector for FirmLists {
    fn take(&mut self, chunk: &PolicyChunk<'_>) {
        if self.open_rows.start != chunk.first || self.open_rows.is_empty() {
            self.close();
            self.open_rows = chunk.first..chunk.first + chunk.rows;
        }
        let own = chunk.entitlements().map(|(row, fen)| (row as u32, chunk.position as u32, fen));
        self.open.extend(own);
    }

    fn append(&mut self, mut later: Self) {
        self.close();
        later.close();
        let before = self.entries.len() as u32;
        self.entries.append(&mut later.entries);
        self.ends.extend(later.ends.iter().map(|end| end + before));
    }
}

/// The status of every firm under every policy, two bits for each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statuses {
    /// For each policy of the selection, the lower and the higher bits.
    planes: Vec<[Vec<u64>; 2]>,
}

impl Statuses {
    /// For a selection of so many policies.
    pub fn new(policies: usize) -> Self {
        Self { planes: vec![[Vec::new(), Vec::new()]; policies] }
    }

    /// The status of a firm under the policy that stands at `position` in the selection.
    pub fn status(&self, position: usize, row: usize) -> Status {
        let bit = |plane: &[u64]| plane[row / 64] >> (row % 64) & 1;
        let [lower, higher] = &self.planes[position];
        match (bit(higher), bit(lower)) {
            (0, 0) => Status::NotEntitled,
            (0, _) => Status::Entitled,
            (_, 0) => Status::Undetermined,
            _ => Status::NeedsJudgement,
        }
    }
}

impl Collector for Statuses {
    fn take(&mut self, chunk: &PolicyChunk<'_>) {
        let [lower, higher] = &mut self.planes[chunk.position];
        let words = chunk.rows.div_ceil(64).min(CHUNK_WORDS);
        for word in 0..words {
            lower.push(chunk.entitled[word] | chunk.judgement[word]);
            higher.push(chunk.undetermined[word] | chunk.judgement[word]);
        }
    }

    fn append(&mut self, later: Self) {
        for (own, later) in self.planes.iter_mut().zip(later.planes) {
            own.iter_mut().zip(later).for_each(|(own, later)| own.extend(later));
        }
    }
}
