//! What fulfils two wants at once, against all sets of a small vocabulary.

use super::wanted::Wanted;
use crate::{expression::Value, vocabulary::CodeBits};
use proptest::prelude::*;

/// Enough codes to fill more than one word would make brute force too slow; the second word is told by the last case.
const CODE_COUNT: usize = 5;

/// What is asked of a set: to hold one of these codes, or none of them.
type Asked = (bool, u64);

fn wanted((holds, codes): Asked) -> Wanted {
    let codes = CodeBits(vec![codes]);
    if holds { Wanted::holding(codes) } else { Wanted::without(codes) }
}

fn fulfils(set: u64, all: &[Asked]) -> bool {
    all.iter().all(|(holds, codes)| (set & codes != 0) == *holds)
}

fn together(all: &[Asked]) -> Option<Wanted> {
    let mut wants = all.iter().map(|asked| wanted(*asked));
    let first = wants.next()?;
    wants.try_fold(first, |known, next| known.and(&next))
}

fn asked() -> impl Strategy<Value = Vec<Asked>> {
    prop::collection::vec((any::<bool>(), 1_u64..1 << CODE_COUNT), 1..6)
}

/// What is asked of a code: to be one of these, or none of them.
fn of_code((is_one, codes): Asked) -> Wanted {
    let codes = CodeBits(vec![codes]);
    if is_one { Wanted::Codes(codes) } else { Wanted::OtherThan(codes) }
}

proptest! {
    #[test]
    fn wants_of_a_code_leave_a_code_where_one_fulfils_them(all in asked()) {
        let exists = (0..CODE_COUNT).any(|code| fulfils(1 << code, &all));
        let mut wants = all.iter().map(|asked| of_code(*asked));
        let first = wants.next().unwrap();
        let value = wants.try_fold(first, |known, next| known.and(&next)).and_then(|wanted| wanted.value(None, CODE_COUNT));
        match value {
            None => prop_assert!(!exists, "{all:?}"),
            Some(Value::Code(code)) => prop_assert!(fulfils(1 << code, &all), "{code} of {all:?}"),
            Some(other) => prop_assert!(false, "{other:?}"),
        }
    }

    #[test]
    fn wants_of_a_set_contradict_each_other_where_no_set_fulfils_them(all in asked(), held in 0_u64..1 << CODE_COUNT) {
        let sets = (0..1_u64 << CODE_COUNT).filter(|set| fulfils(*set, &all));
        let fewest = sets.map(|set| (set ^ held).count_ones()).min();
        let current = Value::Codes(CodeBits(vec![held]));
        let value = together(&all).map(|wanted| wanted.value(Some(&current), CODE_COUNT));
        match value {
            None => prop_assert_eq!(fewest, None),
            Some(Some(Value::Codes(CodeBits(words)))) => {
                prop_assert!(words.len() == 1 && fulfils(words[0], &all), "{:b} of {:?}", words[0], all);
                if all.iter().filter(|(holds, _)| *holds).count() <= 3 {
                    prop_assert_eq!(Some((words[0] ^ held).count_ones()), fewest);
                }
            }
            Some(other) => prop_assert!(false, "{other:?}"),
        }
    }

    #[test]
    fn wants_of_a_set_are_the_same_in_any_order(all in asked()) {
        let backwards: Vec<Asked> = all.iter().rev().copied().collect();
        if all.len() > 1 {
            prop_assert_eq!(together(&all), together(&backwards));
        }
    }
}

#[test]
fn a_code_of_the_second_word_is_added_and_one_is_taken_out() {
    let bits = |codes: &[u16]| {
        let mut bits = CodeBits::none(70);
        for code in codes {
            bits.insert(*code);
        }
        bits
    };
    let both = Wanted::holding(bits(&[3, 66, 69])).and(&Wanted::without(bits(&[3, 66]))).unwrap();
    let value = both.value(Some(&Value::Codes(bits(&[1, 3]))), 70);
    assert_eq!(value, Some(Value::Codes(bits(&[1, 69]))));
}
