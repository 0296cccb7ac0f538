//! Groups of made voices; added one by one, forgotten, and read anew they are the same, and as a slow reference says.

use super::*;
use crate::voice::similarity::KnownNames;
use proptest::prelude::*;
use std::sync::LazyLock;

static FINDER: LazyLock<WordFinder> =
    LazyLock::new(|| WordFinder::new(["排污许可证", "货车限行", "投标保证金"]));

const TERMS: ClusterTerms = ClusterTerms {
    window_days: 90,
    alike_permille: 260,
    alike_in_topic_permille: 180,
    alike_in_topic_and_place_permille: 120,
};
const RULE: ProposalRule = ProposalRule { firms_min: 3, voices_min: 3 };

fn day(text: &str) -> NaiveDate {
    text.parse().expect("it is a day")
}

/// A voice, and what was written.
type Said = (HeardVoice, String);

/// A voice; `about` is topic and place.
fn voice(id: &str, firm: &str, on: &str, about: (&str, &str), text: &str) -> Said {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let voice = HeardVoice {
        id: id.to_owned(),
        firm: firm.to_owned(),
        day: day(on),
        topic: some(about.0),
        place: some(about.1),
        clause: None,
        organization: None,
        accused: Vec::new(),
        words: FINDER.words(text),
    };
    (voice, text.to_owned())
}

fn features((_, text): &Said) -> Features {
    Features::of(text, &KnownNames::default())
}

fn added(voices: &[Said]) -> CommonProblems {
    let mut problems = CommonProblems::new(TERMS, Rarity::default());
    for said in voices {
        problems.insert(said.0.clone(), features(said));
    }
    problems
}

fn standing(problems: &CommonProblems) -> Vec<CommonProblem> {
    problems.standing(RULE, |_| true)
}

fn made() -> Vec<Said> {
    let (truck, permit) = (("transport", "longwan"), ("environment", "pingyang"));
    let texts = [
        (
            "a1",
            "f1",
            "2026-03-01",
            truck,
            "滨海园区外的道路白天货车限行，送货只能等到晚上，希望调整货车限行时段",
        ),
        ("a2", "f2", "2026-03-09", truck, "货车限行太严，园区企业白天进不了货，能不能办通行证"),
        ("a3", "f3", "2026-03-20", truck, "白天货车限行，客户提货的车开不进园区，请调整限行时段"),
        ("a4", "f1", "2026-04-02", truck, "再次反映滨海园区货车限行，白天送货的车进不来"),
        ("b1", "f4", "2026-03-05", permit, "排污许可证续证材料交了四十天没有答复，证已经过期"),
        ("b2", "f5", "2026-04-11", permit, "排污许可证续证迟迟没有批下来，证过期后怕被处罚"),
        ("c1", "f6", "2026-03-06", ("", ""), "员工子女入学积分不够，排不上公办小学"),
        ("d1", "f7", "2026-03-07", ("", ""), "投标保证金只收现金，不收银行保函"),
    ];
    texts.map(|(id, firm, on, about, text)| voice(id, firm, on, about, text)).to_vec()
}

#[test]
fn voices_of_one_problem_make_a_group_with_its_words_firms_and_days() {
    let standing = standing(&added(&made()));
    let groups: Vec<String> = standing.iter().map(|problem| problem.voices.join(" ")).collect();
    assert_eq!(groups, ["a1 a2 a3 a4", "b1 b2"]);
    let trucks = &standing[0];
    assert_eq!(trucks.label[0], "货车限行", "{:?}", trucks.label);
    assert_eq!(standing[1].label[0], "排污许可证", "{:?}", standing[1].label);
    assert_eq!(
        (trucks.firms.len(), trucks.first_day, trucks.last_day),
        (3, day("2026-03-01"), day("2026-04-02"))
    );
    assert_eq!(standing.iter().map(|problem| problem.is_proposal).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn a_voice_counts_for_as_many_days_as_the_window_has() {
    let mut problems = added(&made());
    let sizes = |problems: &CommonProblems| {
        standing(problems).iter().map(|problem| problem.voices.len()).collect::<Vec<_>>()
    };
    problems.pass(day("2026-05-29"));
    assert_eq!(sizes(&problems), [4, 2]);
    problems.pass(day("2026-05-30"));
    assert_eq!(sizes(&problems), [3, 2]);
    problems.pass(day("2026-06-07"));
    assert_eq!(sizes(&problems), [2]);
}

#[test]
fn what_somebody_does_not_see_joins_nothing_for_him() {
    let problems = added(&made());
    let seen = problems.standing(RULE, |voice| !["a2", "a3", "b1"].contains(&voice.id.as_str()));
    let groups: Vec<(String, usize)> =
        seen.iter().map(|problem| (problem.voices.join(" "), problem.firms.len())).collect();
    assert_eq!(groups, [("a1 a4".to_owned(), 1)]);
    assert!(!seen[0].is_proposal);
}

/// Groups by joining whatever belongs together until nothing changes.
fn reference(voices: &[Said]) -> BTreeSet<BTreeSet<String>> {
    let weighed = |said: &Said| Weighed::of(features(said), &Rarity::default());
    let mut groups: Vec<Vec<&Said>> = voices.iter().map(|voice| vec![voice]).collect();
    let belong = |one: &Said, other: &Said| {
        let of_other = keys(&other.0, &features(other));
        let meets = keys(&one.0, &features(one)).iter().any(|key| of_other.contains(key));
        meets && TERMS.joins(&one.0, &other.0, compare(&weighed(one), &weighed(other)).permille)
    };
    let pair = |groups: &[Vec<&Said>]| {
        let pairs = (0..groups.len()).flat_map(|one| (0..one).map(move |other| (one, other)));
        pairs
            .into_iter()
            .find(|(one, other)| groups[*one].iter().any(|a| groups[*other].iter().any(|b| belong(a, b))))
    };
    while let Some((one, other)) = pair(&groups) {
        let moved = groups.remove(one);
        groups[other].extend(moved);
    }
    let ids = |group: Vec<&Said>| group.into_iter().map(|said| said.0.id.clone()).collect();
    groups.into_iter().filter(|group| group.len() > 1).map(ids).collect()
}

/// Words, topic and place, firm.
type MadeRow = ((Vec<&'static str>, (&'static str, &'static str)), u8);

fn voices() -> impl Strategy<Value = Vec<Said>> {
    let words = ["货车限行", "白天", "园区", "排污许可证", "续证", "过期", "投标", "保函", "现金"];
    let text = proptest::collection::vec(proptest::sample::select(words.to_vec()), 1..7);
    let about = proptest::sample::select(vec![("", ""), ("t", ""), ("t", "p"), ("u", "p")]);
    let voice_of = |(at, row): (usize, MadeRow)| {
        let ((text, about), firm) = row;
        voice(&format!("v{at}"), &firm.to_string(), "2026-03-01", about, &text.concat())
    };
    let all = proptest::collection::vec(((text, about), 0_u8..4), 1..10);
    all.prop_map(move |rows| rows.into_iter().enumerate().map(voice_of).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn groups_are_the_same_in_any_order_after_changes_and_by_the_slow_way(
        voices in voices(), order in any::<u64>(), gone in 0_usize..10,
    ) {
        let mut shuffled = voices.clone();
        shuffled.sort_by_key(|said| said.0.id.bytes().fold(order, |key, byte| (key ^ u64::from(byte)).wrapping_mul(0x9E37_79B9_7F4A_7C15)));
        let mut lived = added(&shuffled);
        // Some are forgotten and come again, one stays away.
        lived.remove(&voices[0].0.id);
        lived.insert(voices[0].0.clone(), features(&voices[0]));
        let left: Vec<Said> = voices.iter().enumerate().filter(|(at, _)| *at != gone).map(|(_, voice)| voice.clone()).collect();
        lived.remove(&format!("v{gone}"));
        let anew = standing(&added(&left));
        prop_assert_eq!(&standing(&lived), &anew);
        let groups: BTreeSet<BTreeSet<String>> = anew.into_iter().map(|problem| problem.voices.into_iter().collect()).collect();
        prop_assert_eq!(groups, reference(&left));
    }
}
