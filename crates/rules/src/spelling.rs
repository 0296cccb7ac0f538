//! "Did you mean": the nearest of the known words.

/// Longest name; longer words are not compared, as the work grows with the square of the length.
const LENGTH_MAX: usize = 64;

/// The candidate nearest to `word`, if it is near enough to be what was meant.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().count();
    if length > LENGTH_MAX {
        return None;
    }
    let near = candidates.into_iter().filter(|candidate| candidate.chars().count() <= LENGTH_MAX);
    // Half of a word of two characters is another word: 晚于 is no slip of 低于.
    let most = if length <= 2 && !word.is_ascii() { 0 } else { (length / 3).max(1) };
    let (distance, best) = near.map(|candidate| (distance(word, candidate), candidate)).min()?;
    (distance <= most).then_some(best)
}

/// `did you mean x`, or what to do otherwise.
pub fn did_you_mean<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
    otherwise: &str,
) -> String {
    nearest(word, candidates)
        .map_or_else(|| otherwise.to_owned(), |found| format!("did you mean `{found}`? {otherwise}"))
}

/// Edit distance: insertions, deletions and replacements of single characters.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, from) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_offered_only_if_it_is_near() {
        assert_eq!(nearest("finanse-bureau", ["tax-bureau", "finance-bureau"]), Some("finance-bureau"));
        assert_eq!(nearest("天", ["且", "吨"]), None);
        assert_eq!(nearest("zzz", ["tax-bureau", "finance-bureau"]), None);
        assert_eq!(nearest(&"x".repeat(1000), ["x"]), None);
    }
}
