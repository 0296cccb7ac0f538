//! What has to be evaluated for some policies: the columns with their atoms, the combinations, the groups.

use crate::{
    catalog::FieldIndex,
    engine::plan::{
        Plan,
        atom::{Atom, Condition},
        conditions,
        graph::Step,
        literal::Literal,
    },
    policy::PolicyIndex,
    vocabulary::CodeBits,
};
use std::{collections::BTreeMap, sync::Arc};

/// Some policies of a plan, and all that they need. Slots are numbered anew, atoms first.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// The policies, ascending.
    pub policies: Vec<PolicyIndex>,
    /// Fields that are read.
    pub(crate) fields: Vec<FieldIndex>,
    /// Number of slots.
    pub(crate) slots: usize,
    pub(crate) columns: Vec<ColumnAtoms>,
    /// Atoms that only the reference can evaluate.
    pub(crate) rows: Vec<(Condition, usize)>,
    pub(crate) steps: Vec<PlacedStep>,
    /// In the order of `policies`.
    pub(crate) roots: Vec<Root>,
    /// Groups of the plan with members here, and where their members stand in `policies`.
    pub(crate) groups: Vec<PlacedGroup>,
}

/// The atoms of one column, by kernel; each with its slot.
#[derive(Clone, Debug, Default)]
pub struct ColumnAtoms {
    pub field: FieldIndex,
    pub known: Vec<usize>,
    pub bools: Vec<usize>,
    /// Ascending.
    pub below: Vec<(i64, usize)>,
    pub equals: Vec<(i64, usize)>,
    pub within: Vec<CodeTable>,
    pub meets: Vec<CodeTable>,
    pub spells: Vec<(Arc<str>, usize)>,
    pub before: Vec<(i32, Condition, usize)>,
    pub of_one: Vec<(Condition, usize)>,
}

/// Up to eight atoms that ask which code it is.
#[derive(Clone, Debug, Default)]
pub struct CodeTable {
    /// Of each code, a bit for each atom that it fulfils; 256 or 65,536. Codes beyond fulfil none.
    pub bits: Vec<u8>,
    /// The slots of the atoms.
    pub slots: Vec<usize>,
}

/// A combination with its slot.
#[derive(Clone, Debug)]
pub struct PlacedStep {
    pub slot: usize,
    /// The slot in the plan.
    pub planned: usize,
    /// What it reads, in new numbers.
    pub reads: Box<[Literal]>,
}

/// All of some literals, negated or not.
#[derive(Clone, Debug, Default)]
pub struct Combination {
    pub all: Box<[Literal]>,
    pub is_negative: bool,
}

/// A policy.
#[derive(Clone, Debug)]
pub struct Root {
    pub policy: PolicyIndex,
    pub when: Combination,
    pub judged: Option<[Combination; 2]>,
    /// Conditions of the amount.
    pub conditions: Box<[Literal]>,
    /// Combinations that only this policy reads. Their slots are used again by every policy.
    pub steps: Vec<PlacedStep>,
}

/// A group.
#[derive(Clone, Debug)]
pub struct PlacedGroup {
    pub planned: usize,
    /// Where its members stand in the policies of the selection.
    pub members: Vec<usize>,
    /// Conditions of the ceiling.
    pub conditions: Box<[Literal]>,
}

/// New numbers of slots.
struct Places(Vec<u32>);

/// Who reads a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    Nobody,
    /// The policy that stands here in the selection.
    Policy(u32),
    Several,
}

const NOWHERE: u32 = u32::MAX;

impl Places {
    fn of(&self, literal: Literal) -> Literal {
        let place = self.0[literal.slot()];
        debug_assert_ne!(place, NOWHERE, "a slot that is read is selected");
        Literal::of(place).negated_if(literal.is_negative())
    }

    fn all(&self, literals: &[Literal]) -> Box<[Literal]> {
        literals.iter().map(|literal| self.of(*literal)).collect()
    }
}

impl Plan {
    /// These policies, and those that share a group with one of them.
    pub fn select(&self, policies: &[PolicyIndex]) -> Selection {
        let mut chosen = vec![false; self.policies.len()];
        for policy in policies {
            chosen[*policy as usize] = true;
        }
        let policies = self.closed(chosen);
        let groups: Vec<usize> = (0..self.groups.len())
            .filter(|group| {
                self.groups[*group].members.first().is_some_and(|one| policies.binary_search(one).is_ok())
            })
            .collect();
        let owners = self.owners(&policies, &groups);
        let mut selection = Selection { policies, ..Selection::default() };
        let (places, own) = self.place(&owners, &mut selection);
        self.fill(&groups, &places, &mut selection);
        selection.roots.iter_mut().zip(own).for_each(|(root, steps)| root.steps = steps);
        selection
    }

    /// What a literal is made of, where its slot is a combination.
    fn taken_apart(&self, literal: Literal) -> (&[Literal], bool) {
        match &self.graph.steps[literal.slot()] {
            Step::All(all) => (all, literal.is_negative()),
            _ => (&[], literal.is_negative()),
        }
    }

    /// For every slot who reads it. Atoms and programs are evaluated for all together.
    fn owners(&self, policies: &[PolicyIndex], groups: &[usize]) -> Vec<Owner> {
        let mut owners = vec![Owner::Nobody; self.graph.steps.len()];
        let mut open: Vec<usize> = Vec::new();
        for (position, policy) in policies.iter().enumerate() {
            let policy = &self.policies[*policy as usize];
            for root in policy.judged.iter().flatten().chain([&policy.when]) {
                let (all, _) = self.taken_apart(*root);
                open.extend(all.iter().map(|one| one.slot()));
                if all.is_empty() {
                    open.push(root.slot());
                }
            }
            open.extend(conditions(policy.amount.as_ref()).iter().map(|one| one.slot()));
            self.claim(&mut owners, &mut open, Owner::Policy(position as u32));
        }
        for group in groups {
            open.extend(conditions(self.groups[*group].ceiling.as_ref()).iter().map(|one| one.slot()));
        }
        self.claim(&mut owners, &mut open, Owner::Several);
        owners
    }

    fn claim(&self, owners: &mut [Owner], open: &mut Vec<usize>, owner: Owner) {
        let mut open: Vec<(usize, Owner)> = open.drain(..).map(|slot| (slot, owner)).collect();
        while let Some((slot, owner)) = open.pop() {
            let is_combination =
                matches!(self.graph.steps[slot], Step::All(_) | Step::Known(_) | Step::Choice(_));
            let own = match owners[slot] {
                _ if !is_combination => Owner::Several,
                Owner::Nobody => owner,
                before if before == owner => before,
                _ => Owner::Several,
            };
            if owners[slot] != own {
                owners[slot] = own;
                open.extend(self.graph.reads(slot).iter().map(|read| (read.slot(), own)));
            }
        }
    }

    /// Numbers the needed slots: the two constants, the atoms column by column, the combinations in order.
    fn place(&self, owners: &[Owner], selection: &mut Selection) -> (Places, Vec<Vec<PlacedStep>>) {
        let mut places = Places(vec![NOWHERE; owners.len()]);
        let mut columns: BTreeMap<FieldIndex, Vec<(&Atom, usize)>> = BTreeMap::new();
        let mut next = 2;
        places.0[Literal::TRUE.slot()] = Literal::TRUE.slot() as u32;
        places.0[Literal::UNKNOWN.slot()] = Literal::UNKNOWN.slot() as u32;
        let slots = || (0..owners.len()).filter(|slot| owners[*slot] == Owner::Several);
        for slot in slots() {
            if let Step::Atom(atom) = &self.graph.steps[slot]
                && let Some(field) = atom.field()
            {
                columns.entry(field).or_default().push((atom, slot));
            }
        }
        for (field, atoms) in columns {
            let mut column = ColumnAtoms { field, ..ColumnAtoms::default() };
            for (atom, slot) in atoms {
                places.0[slot] = next as u32;
                column.add(atom, next);
                next += 1;
            }
            column.below.sort_unstable();
            selection.columns.push(column);
        }
        for slot in slots() {
            match &self.graph.steps[slot] {
                Step::Atom(Atom::Row(condition)) => selection.rows.push(((**condition).clone(), next)),
                Step::True | Step::Unknown | Step::Atom(_) => continue,
                _ => {
                    let reads = places.all(self.graph.reads(slot));
                    selection.steps.push(PlacedStep { slot: next, planned: slot, reads });
                }
            }
            places.0[slot] = next as u32;
            next += 1;
        }
        let own = self.place_own(owners, &mut places, next);
        let pool = own.iter().map(Vec::len).max().unwrap_or(0);
        selection.slots = next + pool;
        (places, own)
    }

    /// The combinations of single policies, in slots from `first` on.
    fn place_own(&self, owners: &[Owner], places: &mut Places, first: usize) -> Vec<Vec<PlacedStep>> {
        let mut own: Vec<Vec<PlacedStep>> = Vec::new();
        for (planned, owner) in owners.iter().enumerate() {
            let Owner::Policy(position) = *owner else { continue };
            let position = position as usize;
            own.resize_with(own.len().max(position + 1), Vec::new);
            let slot = first + own[position].len();
            let reads = places.all(self.graph.reads(planned));
            own[position].push(PlacedStep { slot, planned, reads });
            places.0[planned] = slot as u32;
        }
        own
    }

    fn fill(&self, groups: &[usize], places: &Places, selection: &mut Selection) {
        let combination = |literal: &Literal| {
            let (all, is_negative) = self.taken_apart(*literal);
            if all.is_empty() {
                return Combination { all: Box::new([places.of(*literal)]), is_negative: false };
            }
            Combination { all: places.all(all), is_negative }
        };
        let mut fields = Vec::new();
        for index in &selection.policies {
            let policy = &self.policies[*index as usize];
            fields.extend_from_slice(&policy.reads.fields);
            selection.roots.push(Root {
                policy: *index,
                when: combination(&policy.when),
                judged: policy.judged.as_ref().map(|two| two.each_ref().map(combination)),
                conditions: places.all(&conditions(policy.amount.as_ref())),
                steps: Vec::new(),
            });
        }
        for planned in groups {
            let group = &self.groups[*planned];
            fields.extend_from_slice(&group.reads.fields);
            let place = |member| selection.policies.binary_search(member).expect("groups are selected whole");
            selection.groups.push(PlacedGroup {
                planned: *planned,
                members: group.members.iter().map(place).collect(),
                conditions: places.all(&conditions(group.ceiling.as_ref())),
            });
        }
        fields.sort_unstable();
        fields.dedup();
        selection.fields = fields;
    }
}

impl ColumnAtoms {
    fn add(&mut self, atom: &Atom, slot: usize) {
        match atom {
            Atom::Known(_) => self.known.push(slot),
            Atom::Bool(_) => self.bools.push(slot),
            Atom::Below(_, below) => self.below.push((*below, slot)),
            Atom::Equals(_, value) => self.equals.push((*value, slot)),
            Atom::Within(_, codes) => add_codes(&mut self.within, codes, slot),
            Atom::Meets(_, codes) => add_codes(&mut self.meets, codes, slot),
            Atom::Spells(_, text) => self.spells.push((text.clone(), slot)),
            Atom::Before { day, condition, .. } => self.before.push((*day, (**condition).clone(), slot)),
            Atom::OfOne(_, condition) => self.of_one.push(((**condition).clone(), slot)),
            Atom::Row(_) => unreachable!("what reads several columns belongs to none"),
        }
    }
}

fn add_codes(tables: &mut Vec<CodeTable>, codes: &CodeBits, slot: usize) {
    if tables.last().is_none_or(|table| table.slots.len() == 8) {
        tables.push(CodeTable::default());
    }
    let table = tables.last_mut().expect("there is one");
    let bit = table.slots.len();
    table.slots.push(slot);
    // The kernels look up without a check where the codes are bytes or any code has a place.
    let places = if codes.0.len() * 64 <= 256 { 256 } else { 1 << 16 };
    table.bits.resize(table.bits.len().max(places), 0);
    for (word, bits) in codes.0.iter().enumerate() {
        let mut bits = *bits;
        while bits != 0 {
            table.bits[word * 64 + bits.trailing_zeros() as usize] |= 1 << bit;
            bits &= bits - 1;
        }
    }
}
