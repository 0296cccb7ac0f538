//! Why somebody is suggested, in both languages; the words stand in `text.toml`.

use super::CompetenceRule;
use crate::Bilingual;
use std::{collections::BTreeMap, sync::LazyLock};

static TEXTS: LazyLock<BTreeMap<String, Bilingual>> = LazyLock::new(|| {
    toml::from_str(include_str!("text.toml"))
        .expect("the texts are part of the program, and a test reads them")
});

/// A text with its gaps filled.
fn text(key: &str, gaps: &[(&str, &Bilingual)]) -> Bilingual {
    let mut filled = TEXTS.get(key).cloned().unwrap_or_default();
    for (gap, value) in gaps {
        let gap = format!("{{{gap}}}");
        filled.zh = filled.zh.replace(&gap, &value.zh);
        filled.en = filled.en.replace(&gap, &value.en);
    }
    filled
}

fn same(text: &impl ToString) -> Bilingual {
    Bilingual { zh: text.to_string(), en: text.to_string() }
}

/// Why a rule suggests an organisation, and what is against it.
pub(super) fn reason(
    topic: &Bilingual,
    (is_chosen, words): (bool, &[String]),
    rule: &CompetenceRule,
    (has_refused, past_returns): (bool, u32),
) -> Bilingual {
    let quoted: Vec<String> = words.iter().map(|word| format!("“{word}”")).collect();
    let listed = Bilingual { zh: quoted.concat(), en: quoted.join(", ") };
    let mut parts = Vec::new();
    if is_chosen {
        parts.push(text("chosen", &[("topic", topic)]));
    } else {
        parts.push(text("found", &[("topic", topic), ("words", &listed)]));
    }
    parts.push(rule.reason.clone());
    if rule.derived {
        parts.push(text("derived", &[]));
    } else {
        let cited: Vec<String> = rule.cite.iter().map(ToString::to_string).collect();
        let cited = Bilingual { zh: cited.join("、"), en: cited.join(", ") };
        parts.push(text("cited", &[("cite", &cited)]));
    }
    if has_refused {
        parts.push(text("refused", &[]));
    }
    if past_returns > 0 {
        parts.push(text("returned", &[("count", &same(&past_returns))]));
    }
    let joined = |part: fn(&Bilingual) -> &str| parts.iter().map(part).collect::<String>();
    Bilingual { zh: joined(|part| &part.zh), en: joined(|part| &part.en) }
}

/// Why the desk itself stands at the end.
pub(super) fn desk(is_alone: bool) -> Bilingual {
    text(if is_alone { "desk_alone" } else { "desk" }, &[])
}
