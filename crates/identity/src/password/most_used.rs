//! Passwords that are tried first: a list of some 100,000 leaked ones from the crate `passwords`, the words that people
//! here use, and what a keyboard or a calendar gives.

use passwords::analyzer::is_common_password;

/// Words that the list, which comes from abroad, lacks: what people here type before the figures.
const LOCAL_WORDS: [&str; 36] = [
    "woaini", "woaiwo", "woaizhongguo", "wodemima", "mima", "mimamima", "nihao", "zhongguo", "zhejiang",
    "wenzhou", "liangjian", "oujiang", "yongjia", "yueqing", "ruian", "pingyang", "cangnan", "longgang",
    "lucheng", "ouhai", "longwan", "dongtou", "wencheng", "taishun", "gongsi", "qiye", "laoban", "kehu",
    "zhengfu", "guanli", "guanliyuan", "yonghu", "denglu", "facai", "gongxifacai", "shunfeng",
];

/// Rows and columns of the keyboard, and the two orders everybody knows.
const WALKS: [&str; 13] = [
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop[]",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "!@#$%^&*()_+",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "qazwsxedcrfvtgbyhnujmikolp",
    "qweasdzxc",
    "147258369",
    "159753",
];

/// Shortest piece of a walk that counts as one.
const LEAST_WALK_CHARACTERS: usize = 3;

/// Whether it is a leaked password, or one with other capitals, signs for letters, or figures and signs around it.
pub fn is_common(text: &str) -> bool {
    let small = text.to_lowercase();
    let plain = without_disguise(&small);
    let mut bare = vec![small.as_str(), plain.as_str()];
    for form in [&small, &plain] {
        let core = form.trim_matches(|one: char| !one.is_alphabetic());
        // A long ending is worth something: a word and eight figures are not the word alone.
        if !core.is_empty() && form.chars().count() - core.chars().count() <= 6 {
            bare.push(core);
        }
    }
    if is_common_password(text) {
        return true;
    }
    bare.iter().any(|form| {
        let is_local = LOCAL_WORDS.contains(form);
        is_local || (form.chars().count() >= 4 && is_common_password(form))
    })
}

/// Letters for the signs that stand for them.
fn without_disguise(small: &str) -> String {
    let plain = small.chars().map(|one| match one {
        '@' | '4' => 'a',
        '3' => 'e',
        '1' | '!' => 'i',
        '0' => 'o',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    });
    plain.collect()
}

/// Whether it can be said in a few words: a walk over the keyboard, one piece again and again, or a date.
pub fn is_predictable(text: &str) -> bool {
    let letters: Vec<char> = text.to_lowercase().chars().collect();
    if letters.len() < 4 {
        return false;
    }
    is_repeated(&letters) || is_date(&letters) || is_walk(&letters)
}

/// One piece of at most a third of the length again and again, or two halves of at most four characters.
fn is_repeated(letters: &[char]) -> bool {
    let distinct: std::collections::BTreeSet<_> = letters.iter().collect();
    let is_again =
        |piece: usize| letters.iter().skip(piece).zip(letters).all(|(later, earlier)| later == earlier);
    distinct.len() <= 2 || (1..=letters.len() / 3).chain(1..=4.min(letters.len() / 2)).any(is_again)
}

/// Eight figures that are a day of the last or this century, with or without signs and letters of two around them.
fn is_date(letters: &[char]) -> bool {
    let figures: Vec<u32> = letters.iter().filter_map(|one| one.to_digit(10)).collect();
    if figures.len() != 8 || letters.len() > 10 {
        return false;
    }
    let number = |from: usize, to: usize| figures[from..to].iter().fold(0, |sum, figure| sum * 10 + figure);
    let is_day = |year: u32, month: u32, day: u32| {
        (1900..2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day)
    };
    is_day(number(0, 4), number(4, 6), number(6, 8))
        || is_day(number(4, 8), number(2, 4), number(0, 2))
        || is_day(number(4, 8), number(0, 2), number(2, 4))
}

/// Whether the whole of it is made of at most three walks, forwards or backwards.
fn is_walk(letters: &[char]) -> bool {
    let mut rest = letters;
    for _ in 0..3 {
        let longest =
            (LEAST_WALK_CHARACTERS..=rest.len()).rev().find(|&length| is_on_a_walk(&rest[..length]));
        let Some(length) = longest else { return false };
        rest = &rest[length..];
        if rest.is_empty() {
            return true;
        }
    }
    false
}

fn is_on_a_walk(piece: &[char]) -> bool {
    let forwards: String = piece.iter().collect();
    let backwards: String = piece.iter().rev().collect();
    let is_same = piece.iter().all(|letter| letter == &piece[0]);
    is_same || WALKS.iter().any(|walk| walk.contains(&forwards) || walk.contains(&backwards))
}
