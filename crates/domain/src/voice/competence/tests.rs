//! A small made table: what it suggests, and what is wrong with it.

use super::*;
use proptest::prelude::*;

const TABLE: &str = r#"
fallback = "desk"
[[topics]]
id = "tax"
title = { zh = "税费", en = "Tax" }
keywords = ["税务", "发票"]
[[topics]]
id = "refund"
parent = "tax"
title = { zh = "退税", en = "Refund" }
keywords = ["退税", "出口退税"]
[[topics]]
id = "road"
title = { zh = "道路", en = "Road" }
keywords = ["道路", "货车限行"]
[[rules]]
id = "tax"
topic = "tax"
organization = "tax-bureau"
reason = { zh = "税费归税务。", en = "Tax is for the tax service." }
cite = ["w1.3"]
[[rules]]
id = "road"
topic = "road"
organization = "transport-bureau"
reason = { zh = "道路归交通。", en = "Roads are for transport." }
derived = true
[[rules]]
id = "road-place"
topic = "road"
to_place = true
reason = { zh = "当地道路归当地。", en = "Local roads are local." }
derived = true
[[rules]]
id = "truck"
topic = "road"
keywords = ["限行"]
organization = "police"
reason = { zh = "限行归公安。", en = "Bans are for the police." }
derived = true
[[rules]]
id = "mill"
topic = "road"
keywords = ["纺织"]
place = "longwan"
organization = "zone"
reason = { zh = "园区管园区。", en = "The zone cares." }
derived = true
"#;

fn table() -> CompetenceTable {
    toml::from_str(TABLE).expect("the table can be read")
}

fn ranked(inquiry: &Inquiry<'_>, returns: &[PastReturn]) -> String {
    let suggestion = table().suggest(inquiry, returns);
    let shown = suggestion.candidates.iter().map(|candidate| candidate.organization.as_str());
    shown.collect::<Vec<_>>().join(" ")
}

fn said(text: &str) -> Inquiry<'_> {
    Inquiry { text, ..Inquiry::default() }
}

#[test]
fn words_show_the_topic_and_what_a_rule_says_more_goes_first() {
    assert_eq!(ranked(&said("出口退税何时到账"), &[]), "tax-bureau desk");
    assert_eq!(ranked(&said("园区道路破损"), &[]), "transport-bureau desk");
    let at = |text, place| Inquiry { place: Some(place), ..said(text) };
    assert_eq!(ranked(&at("园区道路破损", "longwan"), &[]), "longwan transport-bureau desk");
    assert_eq!(ranked(&at("道路货车限行", "ouhai"), &[]), "police ouhai transport-bureau desk");
    assert_eq!(ranked(&at("纺织园道路", "longwan"), &[]), "zone longwan transport-bureau desk");
    assert_eq!(ranked(&said("今天天气好"), &[]), "desk");
    assert_eq!(ranked(&said(""), &[]), "desk");
}

#[test]
fn a_longer_word_hides_the_shorter_one_inside_it_and_the_subject_counts_twice() {
    let suggestion = table().suggest(&said("出口退税的发票"), &[]);
    assert_eq!(suggestion.topics[0].words, ["出口退税"]);
    assert_eq!(suggestion.topics.iter().map(|topic| topic.weight).collect::<Vec<_>>(), [16, 4]);
    let subject = Inquiry { subject: "发票", text: "发票退税", ..Inquiry::default() };
    assert_eq!(table().suggest(&subject, &[]).topics[0].id, "tax");
}

#[test]
fn a_chosen_topic_goes_first_and_the_others_stay() {
    let chosen = Inquiry { topic: Some("tax"), ..said("货车限行") };
    assert_eq!(ranked(&chosen, &[]), "tax-bureau police transport-bureau desk");
}

#[test]
fn who_sent_it_back_goes_behind_and_who_often_does_weighs_less() {
    let text = "园区道路 税务 发票";
    assert_eq!(ranked(&said(text), &[]), "tax-bureau transport-bureau desk");
    let refused = ["tax-bureau".to_owned()];
    let again = Inquiry { refused_by: &refused, ..said(text) };
    assert_eq!(ranked(&again, &[]), "transport-bureau tax-bureau desk");
    let past = |count| [PastReturn { topic: "tax".to_owned(), organization: "tax-bureau".to_owned(), count }];
    assert_eq!(ranked(&said(text), &past(3)), "tax-bureau transport-bureau desk");
    assert_eq!(ranked(&said(text), &past(4)), "transport-bureau tax-bureau desk");
    let reason = table().suggest(&again, &past(4)).candidates[1].reason.clone();
    assert!(reason.zh.contains("已退回过本件") && reason.zh.contains("4次"), "{}", reason.zh);
}

#[test]
fn the_reason_names_words_rule_and_source_in_both_languages() {
    let first = |text: &str| table().suggest(&said(text), &[]).candidates[0].reason.clone();
    let tax = first("出口退税");
    assert_eq!(tax.zh, "诉求中提到“出口退税”，属于“退税”。税费归税务。依据：w1.3。");
    assert_eq!(tax.en, "The voice mentions “出口退税”: “Refund”. Tax is for the tax service. Source: w1.3.");
    assert!(first("道路").en.ends_with("our reading; a person confirms it."));
    for language in [|text: &Bilingual| text.zh.clone(), |text: &Bilingual| text.en.clone()] {
        assert!(!language(&first("无")).is_empty() && !language(&tax).contains('{'));
    }
}

/// What is wrong with the table after one change.
fn faults(from: &str, to: &str) -> Vec<String> {
    assert!(TABLE.contains(from), "{from}");
    let table: CompetenceTable = toml::from_str(&TABLE.replacen(from, to, 1)).expect("it can be read");
    let shown = |fault: CompetenceFault| format!("{}.{}: {:?}", fault.id, fault.field, fault.what);
    table.faults().into_iter().map(shown).collect()
}

#[test]
fn every_fault_of_a_table_is_found() {
    assert_eq!(faults("", ""), [""; 0]);
    let never = "[[rules]]\nid = \"late\"\ntopic = \"road\"\nkeywords = [\"限行\"]\norganization = \"x\"\nderived = true\nreason = { zh = \"a\", en = \"a\" }\n";
    let rows = [
        (
            "parent = \"tax\"",
            "parent = \"no\"",
            vec!["refund.parent: NoSuchTopic(\"no\")", "refund.id: NoWay"],
        ),
        ("parent = \"tax\"", "parent = \"refund\"", vec!["refund.parent: Ring", "refund.id: NoWay"]),
        (
            "[\"道路\", \"货车限行\"]",
            "[\"道路\", \"发 票\"]",
            vec!["road.keywords.1: SameWord { word: \"发 票\", other: \"tax\" }"],
        ),
        (
            "[\"道路\", \"货车限行\"]",
            "[\"路\", \"道路\", \"道路。\"]",
            vec!["road.keywords.0: NoWord(\"路\")", "road.keywords.2: NoWord(\"道路。\")"],
        ),
        (
            "organization = \"transport-bureau\"",
            "to_place = true",
            vec!["road.id: NoWay", "road-place.id: NeverWins(\"road\")"],
        ),
        (
            "to_place = true",
            "",
            vec!["road-place.organization: NotOneOrganization", "road-place.id: NeverWins(\"road\")"],
        ),
        ("cite = [\"w1.3\"]", "", vec!["tax.cite: NoSource"]),
        (
            "topic = \"tax\"",
            "topic = \"tx\"",
            vec!["tax.id: NoWay", "refund.id: NoWay", "tax.topic: NoSuchTopic(\"tx\")"],
        ),
        (
            "[[rules]]\nid = \"mill\"",
            &format!("{never}[[rules]]\nid = \"mill\""),
            vec!["late.id: NeverWins(\"truck\")"],
        ),
    ];
    for (from, to, expected) in rows {
        assert_eq!(faults(from, to), expected, "{to}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn each_organisation_stands_once_the_desk_is_there_and_refusals_only_push_down(
        words in proptest::collection::vec(proptest::sample::select(vec!["道路", "限行", "货车限行", "退税", "发票", "税务", "x"]), 0..8),
        place in proptest::option::of(proptest::sample::select(vec!["longwan", "ouhai"])),
        refused in proptest::sample::select(vec!["tax-bureau", "police", "transport-bureau", "ouhai"]),
    ) {
        let text = words.concat();
        let before = Inquiry { place, ..said(&text) };
        let order = |inquiry: &Inquiry<'_>| -> Vec<String> {
            table().suggest(inquiry, &[]).candidates.into_iter().map(|candidate| candidate.organization).collect()
        };
        let (first, list) = (order(&before), [refused.to_owned()]);
        let then = order(&Inquiry { refused_by: &list, ..before });
        let mut expected: Vec<String> = first.iter().filter(|one| *one != refused && *one != "desk").cloned().collect();
        expected.extend(first.iter().filter(|one| *one == refused).cloned());
        expected.push("desk".to_owned());
        prop_assert_eq!(then, expected);
    }
}
