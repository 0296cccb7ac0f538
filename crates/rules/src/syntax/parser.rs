//! Tokens into a tree. A part that cannot be read is reported and becomes [`Kind::Broken`]; reading goes on behind
//! the next `and`, `or` or bracket, so that every fault is told at once.

use super::{
    lexer::{Placed, Token, tokens},
    spelling::{Function, Names, Word, advice, words},
    tree::{CodeWord, Kind, Tree},
};
use crate::{
    expression::{Comparison, Operation, Summary},
    span::{Fault, Span},
    spelling::nearest,
};

/// Longest text of an expression.
pub const TEXT_BYTES_MAX: usize = 16 << 10;
/// Deepest nesting.
pub const DEPTH_MAX: usize = 48;
/// Most nodes of a tree.
pub const TREES_MAX: usize = 4_000;
/// Most faults reported for one text.
const FAULTS_MAX: usize = 20;

/// Reads an expression in either spelling; the tree is whole where no fault is reported.
pub fn parse(text: &str, names: &dyn Names) -> (Tree, Vec<Fault>) {
    let whole = Span::new(0, text.len());
    if text.len() > TEXT_BYTES_MAX {
        let what = format!("the expression has more than {TEXT_BYTES_MAX} bytes");
        let fault = Fault::new(whole, what, "name parts of it as terms");
        return (Tree::new(Kind::Broken, whole), vec![fault]);
    }
    let mut faults = Vec::new();
    let tokens = tokens(text, names, &mut faults);
    let mut parser = Parser { tokens, at: 0, names, faults, depth: 0, trees: 0 };
    let tree = parser.whole();
    parser.faults.truncate(FAULTS_MAX);
    (tree, parser.faults)
}

struct Parser<'n> {
    tokens: Vec<Placed>,
    at: usize,
    names: &'n dyn Names,
    faults: Vec<Fault>,
    depth: usize,
    trees: usize,
}

/// A part could not be read; the fault has been reported.
struct Unread;

type Read<T> = Result<T, Unread>;

impl Parser<'_> {
    fn whole(&mut self) -> Tree {
        let tree = self.or();
        if self.token() != &Token::End {
            let hint = match self.token() {
                Token::Name(name) => nearest(name, words()),
                _ => None,
            };
            let advised = match self.token() {
                Token::Name(name) => advice(name),
                Token::Comma if self.is_within_number() => Some("write the number without commas"),
                Token::Comma => Some("write `and` or `or` instead of the comma"),
                _ => None,
            };
            let otherwise = advised.unwrap_or("remove it, or join it with `and` or `or`");
            let hint = hint.map_or(otherwise.to_owned(), |word| format!("did you mean `{word}`?"));
            let _ = self.refuse::<()>("nothing is expected here", &hint);
        }
        tree
    }

    /// Whether a comma stands within a number: 3,000,000.
    fn is_within_number(&self) -> bool {
        let digits = |at: usize| match self.tokens.get(at).map(|placed| &placed.token) {
            Some(Token::Numeral(numeral)) => numeral.digits.len(),
            _ => 0,
        };
        self.at > 0 && digits(self.at - 1) > 0 && digits(self.at + 1) == 3
    }

    fn token(&self) -> &Token {
        &self.tokens[self.at].token
    }

    fn span(&self) -> Span {
        self.tokens[self.at].span
    }

    fn advance(&mut self) -> Placed {
        let placed = self.tokens[self.at].clone();
        if placed.token != Token::End {
            self.at += 1;
        }
        placed
    }

    /// Takes the token if it is this one.
    fn take(&mut self, token: &Token) -> bool {
        let is_it = self.token() == token;
        if is_it {
            self.at += 1;
        }
        is_it
    }

    fn take_word(&mut self, word: Word) -> bool {
        self.take(&Token::Word(word))
    }

    fn expect(&mut self, token: &Token, what: &str, hint: &str) -> Read<()> {
        if self.take(token) { Ok(()) } else { self.refuse(what, hint) }
    }

    fn refuse<T>(&mut self, what: &str, hint: &str) -> Read<T> {
        let (span, at_end) = (self.span(), self.token() == &Token::End);
        let what = if at_end { format!("the expression ends too early: {what}") } else { what.to_owned() };
        self.faults.push(Fault::new(span, what, hint));
        Err(Unread)
    }

    fn tree(&mut self, kind: Kind, from: Span) -> Tree {
        self.trees += 1;
        let last = self.tokens[self.at.saturating_sub(1)].span;
        Tree::new(kind, from.cover(if self.at == 0 { from } else { last }))
    }

    /// Reads a part; where that fails, skips to where the next part may begin.
    fn part(&mut self, read: impl FnOnce(&mut Self) -> Read<Tree>) -> Tree {
        let from = self.span();
        if self.depth >= DEPTH_MAX || self.trees >= TREES_MAX {
            let what =
                format!("the expression is nested deeper than {DEPTH_MAX} or has over {TREES_MAX} parts");
            self.faults.push(Fault::new(from, what, "name parts of it as terms"));
            self.at = self.tokens.len() - 1;
            return Tree::new(Kind::Broken, from);
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read.unwrap_or_else(|Unread| {
            self.skip();
            self.tree(Kind::Broken, from)
        })
    }

    /// To the next `and`, `or`, comma or closing word at this level.
    fn skip(&mut self) {
        let mut open = 0_usize;
        loop {
            match self.token() {
                Token::Open => open += 1,
                Token::Close if open > 0 => open -= 1,
                Token::End | Token::Close => return,
                Token::Comma if open == 0 => return,
                Token::Word(Word::And | Word::Or | Word::Then | Word::When | Word::Else | Word::End)
                    if open == 0 =>
                {
                    return;
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    fn or(&mut self) -> Tree {
        self.chain(Word::Or, Kind::Or, |parser| {
            parser.chain(Word::And, Kind::And, |parser| parser.part(Self::not))
        })
    }

    fn chain(&mut self, word: Word, kind: fn(Vec<Tree>) -> Kind, read: impl Fn(&mut Self) -> Tree) -> Tree {
        let from = self.span();
        let mut parts = vec![read(self)];
        while self.take_word(word) {
            parts.push(read(self));
        }
        match (parts.len(), parts.pop()) {
            (1, Some(only)) => only,
            (_, last) => {
                parts.extend(last);
                self.tree(kind(parts), from)
            }
        }
    }

    fn not(&mut self) -> Read<Tree> {
        let from = self.span();
        if self.take_word(Word::Not) {
            let inner = self.part(Self::not);
            return Ok(self.tree(Kind::Not(Box::new(inner)), from));
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Read<Tree> {
        let from = self.span();
        let left = self.sum()?;
        let compared = match self.token().clone() {
            Token::Word(Word::Compare(comparison)) => {
                self.advance();
                let right = self.sum()?;
                let comparison = self.behind_as_well(comparison);
                self.compared(comparison, left, right, from)
            }
            Token::Word(Word::At) => {
                self.advance();
                let right = self.sum()?;
                self.after_number(left, right, from)?
            }
            Token::Numeral(_) | Token::Date(_) => {
                let right = self.sum()?;
                self.after_number(left, right, from)?
            }
            Token::Word(word) => self.after_subject(left, word, from)?,
            _ => return Ok(left),
        };
        if matches!(self.token(), Token::Word(Word::Compare(_))) {
            return self.refuse("comparisons cannot be chained", "write `a <= b and b <= c`");
        }
        Ok(compared)
    }

    /// 为20人以上 and 达到20人以上 say behind the number what counts.
    fn behind_as_well(&mut self, before: Comparison) -> Comparison {
        match *self.token() {
            Token::Word(Word::CompareAfter(behind)) if before == behind || before == Comparison::Equal => {
                self.advance();
                behind
            }
            _ => before,
        }
    }

    fn compared(&mut self, comparison: Comparison, left: Tree, mut right: Tree, from: Span) -> Tree {
        if let (Kind::Name { name: field, prior: 0 }, Kind::Name { name: written, prior: 0 }) =
            (&left.kind, &right.kind)
            && let Some(name) = self.names.code(field, written)
        {
            right.kind = Kind::Name { name, prior: 0 };
        }
        self.tree(Kind::Compare(comparison, Box::new(left), Box::new(right)), from)
    }

    /// `营业收入 在 300万 以上`.
    fn after_number(&mut self, left: Tree, right: Tree, from: Span) -> Read<Tree> {
        let Token::Word(Word::CompareAfter(comparison)) = *self.token() else {
            let hint = match self.token() {
                Token::Name(name) => advice(name),
                _ => None,
            };
            let hint = hint.unwrap_or("write `<=`, `不超过`, or 以上 or 以下 behind the number");
            return self.refuse("a comparison is missing", hint);
        };
        self.advance();
        Ok(self.compared(comparison, left, right, from))
    }

    /// `in`, `within`, `is known` and their kin; anything else ends the comparison.
    fn after_subject(&mut self, subject: Tree, word: Word, from: Span) -> Read<Tree> {
        let subject = Box::new(subject);
        let (below, negated) = match word {
            Word::In => (false, false),
            Word::Within => (true, false),
            Word::NotIn => (false, true),
            Word::NotWithin => (true, true),
            Word::Not => {
                self.advance();
                match self.token() {
                    Token::Word(Word::In) => (false, true),
                    Token::Word(Word::Within) => (true, true),
                    _ => {
                        return self
                            .refuse("`in` or `within` is expected behind `not`", "write `not in (…)`");
                    }
                }
            }
            Word::Is => {
                self.advance();
                let negated = match self.token() {
                    Token::Word(Word::Known) => false,
                    Token::Word(Word::Unknown) => true,
                    _ => {
                        return self
                            .refuse("`known` or `unknown` is expected behind `is`", "write `is known`");
                    }
                };
                self.advance();
                return Ok(self.tree(Kind::Known { subject, negated }, from));
            }
            Word::IsKnown | Word::IsUnknown => {
                self.advance();
                return Ok(self.tree(Kind::Known { subject, negated: word == Word::IsUnknown }, from));
            }
            _ => return Ok(*subject),
        };
        self.advance();
        let mut codes = self.codes()?;
        if let Kind::Name { name: field, prior: 0 } = &subject.kind {
            for word in &mut codes {
                word.code = self.names.code(field, &word.code).unwrap_or_else(|| word.code.clone());
            }
        }
        Ok(self.tree(Kind::In { subject, codes, below, negated }, from))
    }

    fn codes(&mut self) -> Read<Vec<CodeWord>> {
        if !self.take(&Token::Open) {
            return Ok(vec![self.code()?]);
        }
        let mut codes = vec![self.code()?];
        while self.take(&Token::Comma) {
            codes.push(self.code()?);
        }
        self.expect(&Token::Close, "the set of codes is not closed", "add `)`, and commas between codes")?;
        Ok(codes)
    }

    fn code(&mut self) -> Read<CodeWord> {
        let span = self.span();
        let code = match self.token().clone() {
            Token::Name(code) | Token::Text(code) => code,
            Token::Numeral(numeral) if numeral.is_plain() => numeral.digits,
            _ => return self.refuse("a code is expected", "write a code of the vocabulary, such as `C39`"),
        };
        self.advance();
        Ok(CodeWord { code, span })
    }

    fn sum(&mut self) -> Read<Tree> {
        let from = self.span();
        let mut left = self.product()?;
        loop {
            let operation = match self.token() {
                Token::Plus => Operation::Add,
                Token::Minus => Operation::Subtract,
                _ => return Ok(left),
            };
            self.advance();
            let right = self.product()?;
            left = self.tree(Kind::Arithmetic(operation, Box::new(left), Box::new(right)), from);
        }
    }

    fn product(&mut self) -> Read<Tree> {
        let from = self.span();
        let mut left = self.signed()?;
        loop {
            let operation = match self.token() {
                Token::Times => Operation::Multiply,
                Token::Over => Operation::Divide,
                _ => return Ok(left),
            };
            self.advance();
            let right = self.signed()?;
            left = self.tree(Kind::Arithmetic(operation, Box::new(left), Box::new(right)), from);
        }
    }

    fn signed(&mut self) -> Read<Tree> {
        let from = self.span();
        if self.take(&Token::Minus) {
            let inner = self.part(Self::signed);
            return Ok(self.tree(Kind::Negate(Box::new(inner)), from));
        }
        self.primary()
    }

    fn primary(&mut self) -> Read<Tree> {
        let Placed { token, span } = self.tokens[self.at].clone();
        let kind = match token {
            Token::Numeral(numeral) => Kind::Numeral(numeral),
            Token::Date(date) => Kind::Date(date),
            Token::Text(text) => Kind::Text(text),
            Token::Word(Word::True) => Kind::Truth(true),
            Token::Word(Word::False) => Kind::Truth(false),
            Token::Word(Word::Unknown | Word::IsUnknown) => Kind::Unknown,
            Token::Name(name) => {
                self.advance();
                let name = self.names.identifier(&name).unwrap_or(name);
                let prior = self.prior()?;
                return Ok(self.tree(Kind::Name { name, prior }, span));
            }
            Token::Open => {
                self.advance();
                let inner = self.part(|parser| Ok(parser.or()));
                self.expect(&Token::Close, "a bracket is not closed", "add `)`")?;
                return Ok(inner);
            }
            Token::Word(Word::Function(function)) => return self.call(function),
            Token::Word(Word::Summary(summary)) => return self.aggregate(summary),
            Token::Word(Word::Slices) => return self.slices(),
            Token::Word(Word::Case) => return self.case(),
            Token::Word(_) => {
                return self.refuse("a value is expected here", "write a field, a number or a bracket");
            }
            _ => return self.refuse("a value is expected here", &self.value_hint()),
        };
        self.advance();
        Ok(self.tree(kind, span))
    }

    fn value_hint(&self) -> String {
        let written = match self.token() {
            Token::Name(name) => nearest(name, words()),
            _ => None,
        };
        written.map_or("write a field, a number or a bracket".to_owned(), |word| {
            format!("did you mean `{word}`?")
        })
    }

    /// `[-1]` behind a name.
    fn prior(&mut self) -> Read<u8> {
        if !self.take(&Token::OpenIndex) {
            return Ok(0);
        }
        let hint = "write the number of periods before, such as `[-1]`";
        self.expect(&Token::Minus, "a period before the current one is expected", hint)?;
        let prior = match self.token() {
            Token::Numeral(numeral) => numeral.digits.parse().ok().filter(|prior| (1..=20).contains(prior)),
            _ => None,
        };
        let Some(prior) = prior else {
            return self.refuse("a number of periods from 1 to 20 is expected", hint);
        };
        self.advance();
        self.expect(&Token::CloseIndex, "the index is not closed", "add `]`")?;
        Ok(prior)
    }

    fn call(&mut self, function: Function) -> Read<Tree> {
        let from = self.advance().span;
        let mut arguments = Vec::new();
        if function == Function::AsOf && self.token() != &Token::Open {
            return Ok(self.tree(Kind::Call(function, arguments), from));
        }
        self.expect(&Token::Open, "the arguments of the function are missing", "write them in brackets")?;
        if self.token() != &Token::Close {
            arguments.push(self.part(|parser| Ok(parser.or())));
            while self.take(&Token::Comma) {
                arguments.push(self.part(|parser| Ok(parser.or())));
            }
        }
        self.expect(&Token::Close, "the arguments are not closed", "add `)`, and commas between arguments")?;
        Ok(self.tree(Kind::Call(function, arguments), from))
    }

    /// `count(hires where months >= 6)`, `sum(hires.wage where …)`, `sum(hires: wage * months where …)`.
    fn aggregate(&mut self, summary: Summary) -> Read<Tree> {
        let from = self.advance().span;
        let hint = "write `count(table where …)`, `sum(table.field where …)` or `sum(table: value where …)`";
        self.expect(&Token::Open, "the child table is missing", hint)?;
        let Token::Name(name) = self.token().clone() else {
            return self.refuse("a child table is expected", hint);
        };
        self.advance();
        let identifier = |name: &str| self.names.identifier(name).unwrap_or_else(|| name.to_owned());
        let (table, field) = match name.split_once('.') {
            Some((table, field)) => (identifier(table), Some(identifier(field))),
            None => (identifier(&name), None),
        };
        let value = match field {
            Some(name) => Some(self.tree(Kind::Name { name, prior: 0 }, self.tokens[self.at - 1].span)),
            None if self.take(&Token::Colon) => Some(self.part(|parser| Ok(parser.or()))),
            None => None,
        };
        let filter = self.take_word(Word::Where).then(|| Box::new(self.part(|parser| Ok(parser.or()))));
        self.expect(&Token::Close, "the summary is not closed", "add `)`")?;
        Ok(self.tree(Kind::Aggregate { summary, table, value: value.map(Box::new), filter }, from))
    }

    /// `slices(revenue, 10万: 1%, 100万: 0.5%, else: 0.1%)`.
    fn slices(&mut self) -> Read<Tree> {
        let from = self.advance().span;
        let hint = "write `slices(value, 10万: 1%, 100万: 0.5%, else: 0.1%)`";
        self.expect(&Token::Open, "the value is missing", hint)?;
        let value = Box::new(self.part(|parser| Ok(parser.or())));
        let (mut bands, mut above) = (Vec::new(), None);
        while above.is_none() && self.take(&Token::Comma) {
            if self.take_word(Word::Else) {
                self.expect(&Token::Colon, "a colon is expected", hint)?;
                above = Some(Box::new(self.part(|parser| Ok(parser.or()))));
                break;
            }
            let to = self.part(|parser| Ok(parser.or()));
            self.expect(&Token::Colon, "a colon and a rate are expected", hint)?;
            bands.push((to, self.part(|parser| Ok(parser.or()))));
        }
        if bands.is_empty() {
            return self.refuse("a slice is expected", hint);
        }
        self.expect(&Token::Close, "the slices are not closed", "add `)`, and commas between slices")?;
        Ok(self.tree(Kind::Slices { value, bands, above }, from))
    }

    fn case(&mut self) -> Read<Tree> {
        let from = self.advance().span;
        let hint = "write `case when … then … else … end`";
        let mut branches = Vec::new();
        while self.take_word(Word::When) {
            let when = self.part(|parser| Ok(parser.or()));
            self.expect(&Token::Word(Word::Then), "`then` is expected", hint)?;
            branches.push((when, self.part(|parser| Ok(parser.or()))));
        }
        if branches.is_empty() {
            return self.refuse("`when` is expected", hint);
        }
        let otherwise = self.take_word(Word::Else).then(|| Box::new(self.part(|parser| Ok(parser.or()))));
        self.expect(&Token::Word(Word::End), "`end` is expected", hint)?;
        Ok(self.tree(Kind::Case { branches, otherwise }, from))
    }
}
