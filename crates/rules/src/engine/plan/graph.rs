//! All distinct atoms and combinations, each once, in an order in which they can be evaluated.

use super::{
    atom::{Atom, Condition},
    literal::Literal,
    numeric::Program,
};
use crate::expression::Comparison;
use std::collections::HashMap;

/// What a slot holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// True everywhere.
    True,
    /// Known nowhere.
    Unknown,
    /// A condition of the facts.
    Atom(Atom),
    /// All of them (Kleene), at least two; ascending, each once. One of them is the negation of all of the
    /// negated.
    All(Box<[Literal]>),
    /// Whether it is known.
    Known(Literal),
    /// The second where the first is true, the third where it is false, unknown where it is unknown.
    Choice([Literal; 3]),
    /// The number against nought; the condition is what to evaluate where it does not fit.
    Signum(Comparison, Box<Program>, Box<Condition>),
}

/// The slots.
#[derive(Clone, Debug)]
pub struct Graph {
    /// What each slot holds; every slot stands after those it reads.
    pub steps: Vec<Step>,
    by_step: HashMap<Step, u32>,
}

impl Graph {
    /// True and unknown.
    pub fn new() -> Self {
        let mut graph = Self { steps: Vec::new(), by_step: HashMap::new() };
        graph.step(Step::True);
        graph.step(Step::Unknown);
        graph
    }

    /// The slot of a step; equal steps share one.
    pub fn step(&mut self, step: Step) -> Literal {
        if let Some(slot) = self.by_step.get(&step) {
            return Literal::of(*slot);
        }
        let slot = self.steps.len() as u32;
        self.by_step.insert(step.clone(), slot);
        self.steps.push(step);
        Literal::of(slot)
    }

    /// All of them.
    pub fn all(&mut self, literals: impl IntoIterator<Item = Literal>) -> Literal {
        let mut flat: Vec<Literal> =
            literals.into_iter().filter(|literal| *literal != Literal::TRUE).collect();
        flat.sort_unstable();
        flat.dedup();
        match flat.as_slice() {
            [] => Literal::TRUE,
            [one] => *one,
            some if some.contains(&Literal::FALSE) => Literal::FALSE,
            _ => self.step(Step::All(flat.into_boxed_slice())),
        }
    }

    /// At least one of them.
    pub fn any(&mut self, literals: impl IntoIterator<Item = Literal>) -> Literal {
        let negated: Vec<Literal> = literals.into_iter().map(Literal::negated).collect();
        self.all(negated).negated()
    }

    /// Whether it is known.
    pub fn known(&mut self, literal: Literal) -> Literal {
        match &self.steps[literal.slot()] {
            Step::True | Step::Known(_) => Literal::TRUE,
            Step::Unknown => Literal::FALSE,
            // Whether a condition is known does not depend on its sign.
            _ => self.step(Step::Known(Literal::of(literal.slot() as u32))),
        }
    }

    /// `then` or `otherwise`, by `when`.
    pub fn choice(&mut self, when: Literal, then: Literal, otherwise: Literal) -> Literal {
        match when {
            Literal::TRUE => then,
            Literal::FALSE => otherwise,
            Literal::UNKNOWN => Literal::UNKNOWN,
            _ => self.step(Step::Choice([when, then, otherwise])),
        }
    }

    /// The slots a slot reads.
    pub fn reads(&self, slot: usize) -> &[Literal] {
        match &self.steps[slot] {
            Step::True | Step::Unknown | Step::Atom(_) => &[],
            Step::All(all) => all,
            Step::Known(one) => std::slice::from_ref(one),
            Step::Choice(three) => three,
            Step::Signum(_, program, _) => &program.conditions,
        }
    }

    /// Takes apart every `All` that stands in one other `All` and nowhere else; in Kleene's logic that changes
    /// nothing. What is shared stays a slot of its own. `roots` are what is asked for.
    pub fn take_apart(&mut self, roots: &[Literal]) {
        let mut uses = vec![0_u32; self.steps.len()];
        let mut open: Vec<usize> = Vec::new();
        let mut count = |literal: Literal, open: &mut Vec<usize>| {
            uses[literal.slot()] += 1;
            if uses[literal.slot()] == 1 {
                open.push(literal.slot());
            }
        };
        for root in roots {
            count(*root, &mut open);
        }
        while let Some(slot) = open.pop() {
            for read in self.reads(slot) {
                count(*read, &mut open);
            }
        }
        for slot in 0..self.steps.len() {
            let Step::All(all) = &self.steps[slot] else { continue };
            let mut flat = Vec::new();
            for literal in all {
                match &self.steps[literal.slot()] {
                    Step::All(inner) if !literal.is_negative() && uses[literal.slot()] == 1 => {
                        flat.extend_from_slice(inner);
                    }
                    _ => flat.push(*literal),
                }
            }
            flat.sort_unstable();
            flat.dedup();
            self.steps[slot] = Step::All(flat.into_boxed_slice());
        }
    }

    /// Whether a literal rests on an atom that only the reference can evaluate.
    pub fn is_slow(&self, literal: Literal) -> bool {
        let mut open = vec![literal.slot()];
        let mut seen = vec![false; self.steps.len()];
        while let Some(slot) = open.pop() {
            if std::mem::replace(&mut seen[slot], true) {
                continue;
            }
            if matches!(&self.steps[slot], Step::Atom(atom) if atom.is_slow()) {
                return true;
            }
            open.extend(self.reads(slot).iter().map(|read| read.slot()));
        }
        false
    }
}
