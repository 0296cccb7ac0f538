//! `voice.toml` and `lpr.toml`: what the desk goes by, and the loan prime rates. The nearest layer that has the file
//! says it.

use crate::{
    document::{Document, Located, Place},
    heads::Layer,
    problem::Problems,
    spelling::did_you_mean,
    systems::{Sources, dangling},
    tree::Tree,
};
use domain::{
    arrears::LprTable,
    mechanism::MechanismVersion,
    voice::{VoiceTerms, voice_form},
};
use rust_decimal::Decimal;
use serde::de::DeserializeOwned;

/// The head of the nearest layer's file, where all of it could be read.
fn nearest<T: DeserializeOwned>(
    tree: &Tree,
    layers: &[Layer],
    name: &str,
    check: impl Fn(&Located<T>, &mut Problems),
    problems: &mut Problems,
) -> Option<T> {
    let mut nearest = None;
    for layer in layers {
        let file = format!("{}/{name}", layer.id);
        let document = tree.text(&file).and_then(|text| Document::parse(&file, text, &[], problems));
        let Some(located) = document.and_then(|document| document.head.read::<T>(problems)) else { continue };
        if !located.is_whole() {
            continue;
        }
        let before = problems.count();
        check(&located, problems);
        if problems.count() == before {
            nearest = Some(located.value);
        }
    }
    nearest
}

/// The terms of the desk.
pub(crate) fn read_terms(
    tree: &Tree,
    layers: &[Layer],
    (sources, mechanisms): (&Sources, &[MechanismVersion]),
    problems: &mut Problems,
) -> Option<VoiceTerms> {
    let check = |located: &Located<VoiceTerms>, problems: &mut Problems| {
        check_terms(&located.value, &located.place, problems);
        check_proposals(&located.value, &located.place, mechanisms, problems);
        for (at, citation) in located.value.cite.iter().enumerate() {
            if let Some((what, hint)) = dangling(citation, sources) {
                let what = format!("the citation {citation} points at nothing: {what}");
                problems.at(&located.place, &format!("cite.{at}"), what, hint);
            }
        }
    };
    nearest(tree, layers, "voice.toml", check, problems)
}

/// What becomes of a common problem must be there.
fn check_proposals(
    terms: &VoiceTerms,
    place: &Place,
    mechanisms: &[MechanismVersion],
    problems: &mut Problems,
) {
    let definitions = || mechanisms.iter().map(|version| &version.definition);
    let wanted = &terms.proposal_mechanism;
    if !wanted.is_empty() && !definitions().any(|one| one.id == *wanted) {
        let what = format!("the mechanism `{wanted}` does not exist");
        let known = definitions().map(|one| one.id.as_str());
        problems.at(place, "proposal_mechanism", what, did_you_mean(wanted, known, "name a mechanism"));
    }
    let step = &terms.joining_step;
    let steps = || definitions().filter(|one| voice_form(one).is_some()).flat_map(|one| &one.steps);
    if !step.is_empty() && !steps().any(|known| known.id == *step) {
        let what = format!("no mechanism that takes in voices has the step `{step}`");
        let known = steps().map(|known| known.id.as_str());
        problems.at(place, "joining_step", what, did_you_mean(step, known, "name one of its steps"));
    }
}

fn check_terms(terms: &VoiceTerms, place: &Place, problems: &mut Problems) {
    let (likeness, cluster) = (&terms.likeness, &terms.cluster);
    let shares = [
        ("likeness.same_firm_permille", likeness.same_firm_permille),
        ("likeness.other_firm_permille", likeness.other_firm_permille),
        ("cluster.alike_permille", cluster.alike_permille),
        ("cluster.alike_in_topic_permille", cluster.alike_in_topic_permille),
        ("cluster.alike_in_topic_and_place_permille", cluster.alike_in_topic_and_place_permille),
    ];
    for (field, share) in shares {
        if share == 0 || share > 1_000 {
            problems.at(place, field, format!("`{field}` is {share}"), "write a share from 1 to 1000");
        }
    }
    let falling = [
        ("cluster.alike_in_topic_permille", cluster.alike_permille, cluster.alike_in_topic_permille),
        (
            "cluster.alike_in_topic_and_place_permille",
            cluster.alike_in_topic_permille,
            cluster.alike_in_topic_and_place_permille,
        ),
    ];
    for (field, above, share) in falling {
        if share > above {
            let what = format!("`{field}` asks for more than where less is shared");
            problems.at(place, field, what, format!("write at most {above}"));
        }
    }
    let counts = [
        ("cluster.window_days", u64::from(cluster.window_days), 1),
        ("proposal.firms_min", u64::from(terms.proposal.firms_min), 2),
        ("proposal.voices_min", u64::from(terms.proposal.voices_min), u64::from(terms.proposal.firms_min)),
        ("retaliation_days", u64::from(terms.retaliation_days), 1),
        ("smallest_cell", terms.smallest_cell, 2),
    ];
    for (field, count, least) in counts {
        if count < least {
            problems.at(place, field, format!("`{field}` is {count}"), format!("write at least {least}"));
        }
    }
}

/// The loan prime rates.
pub(crate) fn read_rates(tree: &Tree, layers: &[Layer], problems: &mut Problems) -> Option<LprTable> {
    let check = |located: &Located<LprTable>, problems: &mut Problems| {
        let (table, place) = (&located.value, &located.place);
        for (at, row) in table.rates.iter().enumerate() {
            if at > 0 && table.rates[at - 1].from >= row.from {
                let what = format!("{} does not follow the row before", row.from);
                problems.at(place, &format!("rate.{at}.from"), what, "put the rows in order of their days");
            }
            for (field, rate) in [("one_year", row.one_year), ("five_year", row.five_year)] {
                if rate <= Decimal::ZERO || rate > Decimal::ONE_HUNDRED {
                    let what = format!("`{field}` is {rate}");
                    problems.at(
                        place,
                        &format!("rate.{at}.{field}"),
                        what,
                        "write percent a year, such as \"3.45\"",
                    );
                }
            }
        }
        if table.rates.last().is_none_or(|last| last.from > table.through) {
            let what = "`through` lies before the last rate, or there is none";
            problems.at(place, "through", what, "write the last day of which the rates are known");
        }
    };
    nearest(tree, layers, "lpr.toml", check, problems)
}

#[cfg(test)]
mod tests {
    use crate::{Tree, load, tests::sample};

    const TERMS: &str = "cite = [\"a3\"]\nretaliation_days = 90\nsmallest_cell = 3\nderived = { zh = \"自定\", en = \"Our own\" }\n\n[likeness]\nsame_firm_permille = 190\nother_firm_permille = 220\n\n[cluster]\nwindow_days = 90\nalike_permille = 260\nalike_in_topic_permille = 180\nalike_in_topic_and_place_permille = 120\n\n[proposal]\nfirms_min = 5\nvoices_min = 6\n";
    const RATES: &str = "through = 2025-11-19\nverified = false\n\n[[rate]]\nfrom = 2024-10-21\none_year = \"3.10\"\nfive_year = \"3.60\"\n\n[[rate]]\nfrom = 2025-05-20\none_year = \"3.00\"\nfive_year = \"3.50\"\n";

    fn problems(file: &str, text: &str, (from, to): (&str, &str)) -> Vec<String> {
        assert!(text.contains(from), "{from}");
        let mut files = sample();
        files.insert(format!("sample/{file}"), text.replacen(from, to, 1));
        let loaded = load(&Tree::from_files(files), "sample");
        let is_there = loaded.edition.voice_terms.is_some() || loaded.edition.lpr.is_some();
        assert_eq!(is_there, loaded.problems.is_empty(), "what has a problem is not used");
        let printed = loaded.problems.into_iter().map(|problem| problem.to_string());
        printed.map(|line| line.trim_start_matches(&format!("sample/{file}")).to_owned()).collect()
    }

    #[test]
    fn terms_of_the_desk_and_rates_are_read_and_every_problem_has_its_line() {
        let none = ("", "");
        assert_eq!(problems("voice.toml", TERMS, none), [""; 0]);
        assert_eq!(problems("lpr.toml", RATES, none), [""; 0]);
        let terms = [
            ("= 190", "= 0", ":7: `likeness.same_firm_permille` is 0 · write a share from 1 to 1000"),
            (
                "= 180",
                "= 270",
                ":13: `cluster.alike_in_topic_permille` asks for more than where less is shared · write at most 260",
            ),
            ("voices_min = 6", "voices_min = 4", ":18: `proposal.voices_min` is 4 · write at least 5"),
            (
                "retaliation_days = 90",
                "retaliation_days = 0",
                ":2: `retaliation_days` is 0 · write at least 1",
            ),
            ("smallest_cell = 3", "smallest_cell = 1", ":3: `smallest_cell` is 1 · write at least 2"),
            (
                "smallest_cell",
                "proposal_mechanism = \"none\"\nsmallest_cell",
                ":3: the mechanism `none` does not exist · name a mechanism",
            ),
            (
                "smallest_cell",
                "joining_step = \"none\"\nsmallest_cell",
                ":3: no mechanism that takes in voices has the step `none` · name one of its steps",
            ),
            ("a3", "a99", ":1: the citation a99 points at nothing: there is no article 99 · "),
            ("firms_min", "firm_min", ":17: "),
        ];
        for (from, to, expected) in terms {
            let problems = problems("voice.toml", TERMS, (from, to));
            assert!(problems[0].starts_with(expected), "{expected}\n{}", problems.join("\n"));
        }
        let rates = [
            ("2025-11-19", "2025-05-19", ":1: `through` lies before the last rate, or there is none · "),
            ("2025-05-20", "2024-10-21", ":10: 2024-10-21 does not follow the row before · "),
            ("\"3.60\"", "\"360\"", ":7: `five_year` is 360 · write percent a year, such as \"3.45\""),
        ];
        for (from, to, expected) in rates {
            let problems = problems("lpr.toml", RATES, (from, to));
            assert!(problems[0].starts_with(expected), "{expected}\n{}", problems.join("\n"));
        }
    }
}
