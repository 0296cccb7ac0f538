//! A combination or its negation, in one word.

/// A slot and whether it is negated. A slot has two bitmaps in every chunk: true, and possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Literal(u32);

impl Literal {
    /// What always holds.
    pub const TRUE: Self = Self::of(0);
    /// What never holds.
    pub const FALSE: Self = Self::TRUE.negated();
    /// What is never known.
    pub const UNKNOWN: Self = Self::of(1);

    /// The slot as it is.
    pub const fn of(slot: u32) -> Self {
        Self(slot << 1)
    }

    /// The opposite. What is never known is its own opposite.
    pub const fn negated(self) -> Self {
        if self.0 == Self::UNKNOWN.0 { self } else { Self(self.0 ^ 1) }
    }

    /// Negated where `negative`.
    pub const fn negated_if(self, negative: bool) -> Self {
        if negative { self.negated() } else { self }
    }

    /// Its slot.
    pub const fn slot(self) -> usize {
        (self.0 >> 1) as usize
    }

    /// Whether the slot is negated.
    pub const fn is_negative(self) -> bool {
        self.0 & 1 == 1
    }
}
