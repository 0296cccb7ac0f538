//! Codes: bare words that mean an entry of a vocabulary because of what they stand beside.

use super::{Checker, Dimension};
use crate::{
    catalog::{Type, VocabularyIndex},
    expression::{Comparison, Expression, Value},
    span::Span,
    spelling::did_you_mean,
    syntax::{CodeWord, Kind, Tree},
    vocabulary::{CodeBits, CodeIndex},
};

impl Checker<'_, '_> {
    /// A code of a vocabulary; reported where there is none.
    fn code(&mut self, written: &str, vocabulary: VocabularyIndex, span: Span) -> Option<CodeIndex> {
        let known = self.scope.catalog.vocabulary(vocabulary);
        if let Some(code) = known.find(written) {
            return Some(code);
        }
        let words = known.codes().iter().flat_map(|code| [code.code.as_str(), code.label.zh.as_str()]);
        let hint = did_you_mean(written, words, "write a code of the vocabulary");
        self.fault(span, format!("`{written}` is no code of `{}`", known.name), hint)
    }

    /// A code as a value.
    pub(super) fn code_constant(
        &mut self,
        written: &str,
        vocabulary: VocabularyIndex,
        span: Span,
    ) -> Option<(Expression, Dimension)> {
        let code = self.code(written, vocabulary, span)?;
        Some((Expression::Constant(Value::Code(code)), Dimension::Code(vocabulary)))
    }

    /// `subject in (…)`.
    pub(super) fn code_in(&mut self, subject: &Tree, codes: &[CodeWord], below: bool) -> Option<Expression> {
        let subject = self.typed(subject, None)?;
        let (Dimension::Code(vocabulary) | Dimension::CodeSet(vocabulary)) = subject.dimension else {
            let what = format!("{} belongs to no vocabulary", subject.dimension.described(self.scope));
            return self.fault(subject.span, what, "ask for a field that holds a code, or compare with `=`");
        };
        let mut bits = CodeBits::none(self.scope.catalog.vocabulary(vocabulary).codes().len());
        let mut whole = true;
        for word in codes {
            match self.code(&word.code, vocabulary, word.span) {
                Some(code) if below => {
                    let within = self.scope.catalog.vocabulary(vocabulary).within(code);
                    bits.0.iter_mut().zip(within.0).for_each(|(kept, added)| *kept |= added);
                }
                Some(code) => bits.insert(code),
                None => whole = false,
            }
        }
        whole.then(|| Expression::CodeIn(Box::new(subject.expression), bits))
    }

    #[expect(
        clippy::option_option,
        reason = "no such comparison, a faulty one and a good one are three things"
    )]
    /// A comparison of a code with a bare word: `None` where it is none, `Some(None)` where it is a faulty one.
    pub(super) fn code_comparison(
        &mut self,
        comparison: Comparison,
        left: &Tree,
        right: &Tree,
    ) -> Option<Option<Expression>> {
        let (subject, written, span) = match (self.bare_word(left), self.bare_word(right)) {
            (_, Some(word)) => (left, word, right.span),
            (Some(word), None) => (right, word, left.span),
            (None, None) => return None,
        };
        match self.probe(subject)? {
            Dimension::Code(_) => {}
            Dimension::CodeSet(_) => {
                let whole = left.span.cover(right.span);
                return Some(self.fault(whole, "a set of codes cannot be compared", "write `… in (…)`"));
            }
            _ => return None,
        }
        let negated = match comparison {
            Comparison::Equal => false,
            Comparison::NotEqual => true,
            _ => {
                let hint = "compare with `=`, or list the codes with `in (…)`";
                return Some(self.fault(span, "codes have no order", hint));
            }
        };
        let word = CodeWord { code: written, span };
        let inside = self.code_in(subject, &[word], false);
        Some(inside.map(|inside| if negated { Expression::Not(Box::new(inside)) } else { inside }))
    }

    /// A word that can only be a code: no field, parameter or term has its name.
    fn bare_word(&self, tree: &Tree) -> Option<String> {
        match &tree.kind {
            Kind::Name { name, prior: 0 } if !self.is_name(name) => Some(name.clone()),
            Kind::Text(text) => Some(text.clone()),
            Kind::Numeral(numeral) if numeral.is_plain() => Some(numeral.digits.clone()),
            _ => None,
        }
    }

    /// The dimension of a tree, without reporting anything.
    fn probe(&mut self, tree: &Tree) -> Option<Dimension> {
        // The nodes seen stay counted: probes inside probes would double the work at every level.
        let fault_count = self.faults.len();
        let dimension = self.typed(tree, None).map(|typed| typed.dimension);
        self.faults.truncate(fault_count);
        dimension
    }

    /// Branches of one type; bare words are codes where a code is expected or another branch is one.
    pub(super) fn case(
        &mut self,
        branches: &[(Tree, Tree)],
        otherwise: Option<&Tree>,
        expected: Option<&Type>,
    ) -> Option<(Expression, Dimension)> {
        let checked: Vec<_> =
            branches.iter().map(|(when, then)| (self.condition(when), self.typed(then, expected))).collect();
        let last = otherwise.map(|tree| self.typed(tree, expected));
        let whole: Option<Vec<_>> = checked.into_iter().map(|(when, then)| Some((when?, then?))).collect();
        let (whole, last) = match (whole, last) {
            (Some(whole), None) => (whole, None),
            (Some(whole), Some(Some(last))) => (whole, Some(last)),
            _ => return None,
        };
        let mut dimension: Option<Dimension> = None;
        for value in whole.iter().map(|(_, then)| then).chain(&last) {
            dimension = Some(match dimension {
                None => value.dimension.clone(),
                Some(before) => self.joined(before, value)?,
            });
        }
        let branches = whole.into_iter().map(|(when, then)| (when, then.expression)).collect();
        let last = last.map(|last| Box::new(last.expression));
        Some((Expression::Case(branches, last), dimension?))
    }
}
