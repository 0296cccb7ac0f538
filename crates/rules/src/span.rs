//! Where something stands in the text of an expression, and what is wrong there.

use std::fmt;

/// A half-open range of bytes. All spans are equal: two expressions that say the same are the same.
#[derive(Clone, Copy, Debug, Default)]
pub struct Span {
    /// First byte.
    pub from: u32,
    /// One past the last byte.
    pub to: u32,
}

impl Span {
    /// The range `from..to`.
    pub fn new(from: usize, to: usize) -> Self {
        Self { from: from as u32, to: to as u32 }
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn cover(self, other: Self) -> Self {
        Self { from: self.from.min(other.from), to: self.to.max(other.to) }
    }
}

impl PartialEq for Span {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Span {}

impl std::hash::Hash for Span {
    fn hash<H: std::hash::Hasher>(&self, _: &mut H) {}
}

/// A fault of an expression or a definition: what, where, what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where in the text of the expression.
    pub span: Span,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub hint: String,
}

impl Fault {
    /// A fault.
    pub fn new(span: Span, what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { span, what: what.into(), hint: hint.into() }
    }
}

/// `what · at FROM–TO · hint`, offsets in bytes.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} · at {}–{} · {}", self.what, self.span.from, self.span.to, self.hint)
    }
}
