//! The thresholds on made pairs, and lookups against the comparison of all pairs.

use super::*;
use proptest::prelude::*;
use serde::Deserialize;
use std::collections::BTreeSet;

#[derive(Deserialize)]
struct MatterFile {
    names: Vec<(String, String)>,
    matter: Vec<Matter>,
}

#[derive(Deserialize)]
struct Matter {
    voices: Vec<String>,
}

/// The made voices with the number of their matter.
fn made() -> Vec<(usize, String, Features)> {
    let file: MatterFile = toml::from_str(include_str!("matters.toml")).expect("the made voices can be read");
    let names = KnownNames::new(file.names.iter().map(|(name, id)| (name.as_str(), id.as_str())));
    let told = |(at, matter): (usize, Matter)| {
        let features = matter.voices.into_iter().map(|text| (at, text.clone(), Features::of(&text, &names)));
        features.collect::<Vec<_>>()
    };
    file.matter.into_iter().enumerate().flat_map(told).collect()
}

/// Precision and recall in thousandths of calling two voices one matter from a likeness on.
fn measured(voices: &[(usize, String, Features)], least: u32, show: bool) -> (u32, u32) {
    let rarity = Rarity::of(voices.iter().map(|(_, _, features)| features));
    let (mut right, mut wrong, mut missed) = (0, 0, 0);
    for (at, (matter, text, features)) in voices.iter().enumerate() {
        for (other_matter, other_text, other) in &voices[..at] {
            let permille = alike(features, other, &rarity).permille;
            match (matter == other_matter, permille >= least) {
                (true, true) => right += 1,
                (false, false) => {}
                (is_same, is_called_same) => {
                    if show {
                        println!(
                            "{} {permille}: {text} | {other_text}",
                            if is_same { "missed" } else { "wrong" }
                        );
                    }
                    missed += u32::from(is_same);
                    wrong += u32::from(is_called_same);
                }
            }
        }
    }
    (right * 1_000 / (right + wrong).max(1), right * 1_000 / (right + missed).max(1))
}

#[test]
fn the_thresholds_hold_on_made_pairs_with_few_wrong_and_few_missed() {
    let voices = made();
    for least in (100..=400).step_by(30) {
        let (precision, recall) = measured(&voices, least, false);
        println!("from {least}: precision {precision} permille, recall {recall} permille");
    }
    let thresholds = Thresholds::default();
    let (precision, recall) = measured(&voices, thresholds.other_firm_permille, true);
    assert!(precision >= 980 && recall >= 920, "other firm: precision {precision}, recall {recall}");
    let (precision, recall) = measured(&voices, thresholds.same_firm_permille, false);
    assert!(precision >= 950 && recall >= 940, "same firm: precision {precision}, recall {recall}");
}

#[test]
fn the_bands_find_nearly_every_pair_that_is_alike_and_few_others() {
    let voices = made();
    let (mut alike, mut found, mut others, mut looked_at) = (0, 0, 0, 0);
    for (at, (matter, _, features)) in voices.iter().enumerate() {
        for (other_matter, _, other) in &voices[..at] {
            let bands: BTreeSet<u64> = Sketch::of(features).bands().into_iter().collect();
            let meets = Sketch::of(other).bands().iter().any(|band| bands.contains(band));
            if matter == other_matter {
                alike += 1;
                found += u32::from(meets);
            } else {
                others += 1;
                looked_at += u32::from(meets);
            }
        }
    }
    println!("bands: {found} of {alike} pairs of one matter, {looked_at} of {others} others");
    assert!(found * 100 >= alike * 85, "{found} of {alike}");
    assert!(looked_at * 100 <= others * 8, "{looked_at} of {others}");
}

#[test]
fn the_same_firm_repeats_and_another_firm_shares() {
    let voices = made();
    let rarity = Rarity::of(voices.iter().map(|(_, _, features)| features));
    let mut index = VoiceIndex::default();
    index.insert("v1", "firm-a", voices[0].2.clone());
    index.insert("v2", "firm-b", voices[1].2.clone());
    index.insert("v3", "firm-a", voices[5].2.clone());
    let near = |index: &VoiceIndex, firm: &str| {
        let near = index.near(firm, &voices[2].2, &rarity, Thresholds::default());
        near.into_iter().map(|near| (near.id, near.relation)).collect::<Vec<_>>()
    };
    let (one, two) = ("v1".to_owned(), "v2".to_owned());
    assert_eq!(near(&index, "firm-a"), [(one.clone(), Relation::Repeat), (two.clone(), Relation::Shared)]);
    assert_eq!(near(&index, "firm-b"), [(two.clone(), Relation::Repeat), (one.clone(), Relation::Shared)]);
    index.remove("v1");
    assert_eq!(near(&index, "firm-a"), [(two, Relation::Shared)]);
}

#[test]
fn figures_and_places_that_differ_speak_against_the_same_matter() {
    let names = KnownNames::new([("鹿城区", "lucheng"), ("乐清市", "yueqing")]);
    let features = |text: &str| Features::of(text, &names);
    let rarity = Rarity::default();
    let permille = |one: &str, other: &str| alike(&features(one), &features(other), &rarity).permille;
    let here = "鹿城区某园区工程款三十万元拖欠";
    assert!(permille(here, "乐清市某园区工程款三十万元拖欠") < permille(here, "某园区工程款三十万元拖欠"));
    assert!(permille(here, "鹿城区某园区工程款80万元拖欠") < permille(here, "鹿城区某园区工程款30万元拖欠"));
    assert_eq!(permille(here, here), 1_000);
    assert_eq!(permille(here, ""), 0);
}

#[test]
fn a_stored_sketch_is_read_as_it_was_and_others_are_refused() {
    let sketch = Sketch::of(&made()[0].2);
    let bytes = sketch.to_bytes();
    assert_eq!((bytes.len(), Sketch::from_bytes(&bytes)), (SKETCH_BYTES, Ok(sketch.clone())));
    assert_eq!((sketch.bands().len(), sketch.estimate_permille(&sketch)), (BANDS, 1_000));
    // What is stored must mean the same in every later build.
    assert_eq!(
        Sketch::of(&Features::of("工程款", &KnownNames::default())).bands()[0],
        6_425_161_033_369_460_332
    );
    let mut of_another_version = bytes;
    of_another_version[0] = 99;
    assert_eq!(Sketch::from_bytes(&of_another_version), Err(NotASketch(SKETCH_BYTES)));
    assert_eq!(Sketch::from_bytes(&[]), Err(NotASketch(0)));
    assert!(Sketch::of(&Features::default()).bands().is_empty());
}

fn alike(one: &Features, other: &Features, rarity: &Rarity) -> Likeness {
    compare(&Weighed::of(one.clone(), rarity), &Weighed::of(other.clone(), rarity))
}

/// Texts of few words, so that many of them are alike.
fn texts() -> impl Strategy<Value = Vec<(u8, String)>> {
    let words =
        ["工程款", "拖欠", "出口退税", "三十万元", "鹿城区", "用电增容", "排污许可", "货车限行", "a", "，"];
    let text = proptest::collection::vec(proptest::sample::select(words.to_vec()), 0..12)
        .prop_map(|words| words.concat());
    proptest::collection::vec((0_u8..3, text), 1..14)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_a_lookup_finds_is_what_the_comparison_of_all_pairs_finds(texts in texts(), thresholds in (0_u32..900, 0_u32..900)) {
        let names = KnownNames::new([("鹿城区", "lucheng")]);
        let thresholds = Thresholds { same_firm_permille: thresholds.0, other_firm_permille: thresholds.1 };
        let voices: Vec<(String, Features)> =
            texts.iter().map(|(firm, text)| (firm.to_string(), Features::of(text, &names))).collect();
        let rarity = Rarity::of(voices.iter().map(|(_, features)| features));
        let mut index = VoiceIndex::default();
        for (at, (firm, features)) in voices.iter().enumerate() {
            index.insert(&at.to_string(), firm, features.clone());
        }
        for (firm, features) in &voices {
            let found = index.near(firm, features, &rarity, thresholds);
            let bands: BTreeSet<u64> = Sketch::of(features).bands().into_iter().collect();
            let mut expected: Vec<Near> = Vec::new();
            for (at, (other_firm, other)) in voices.iter().enumerate() {
                let likeness = alike(features, other, &rarity);
                prop_assert_eq!(&likeness, &alike(other, features, &rarity), "order does not matter");
                let is_same_firm = firm == other_firm;
                // Firms apart, only those that meet in a band are looked at.
                let meets = Sketch::of(other).bands().iter().any(|band| bands.contains(band));
                if let Some(relation) = thresholds.relation(likeness.permille, is_same_firm) && (is_same_firm || meets) {
                    expected.push(Near { id: at.to_string(), relation, likeness });
                }
            }
            let sorted = |mut near: Vec<Near>| { near.sort_by(|a, b| a.id.cmp(&b.id)); near };
            prop_assert_eq!(sorted(found), sorted(expected));
        }
    }
}
