//! Any form of a mechanism, rendered and read back.

use super::*;
use crate::{
    frame::Section,
    testing::{Site, html_fields},
};
use domain::{
    Language,
    mechanism::{FieldValue, FormFieldKind},
};
use std::collections::BTreeMap;

/// A form with a field of every kind and of every control.
const EVERY_KIND: &str = r#"
    id = "all"
    title = { zh = "甲", en = "a" }
    field = [
        { name = "agrees", label = { zh = "同意", en = "Agrees" }, type = "bool", required = true },
        { name = "maybe", label = { zh = "也许", en = "Maybe" }, type = "bool" },
        { name = "staff", label = { zh = "人数", en = "Staff" }, type = "number", unit = "人" },
        { name = "rating_level", label = { zh = "满意", en = "Level" }, type = "number", marks = "rating" },
        { name = "owed", label = { zh = "金额", en = "Owed" }, type = "money" },
        { name = "share", label = { zh = "比例", en = "Share" }, type = "ratio" },
        { name = "arose_on", label = { zh = "日期", en = "Arose on" }, type = "date" },
        { name = "voice_kind", label = { zh = "类别", en = "Kind" }, type = "code", vocabulary = "voice_kind" },
        { name = "trade", label = { zh = "行业", en = "Trade" }, type = "code", vocabulary = "industry" },
        { name = "channels", label = { zh = "渠道", en = "Channels" }, type = "code-set", vocabulary = "voice_channel" },
        { name = "subject", label = { zh = "事由", en = "Subject" }, type = "text", marks = "subject" },
        { name = "account", label = { zh = "情况", en = "Account" }, type = "text" },
        { name = "evidence", label = { zh = "附件", en = "Evidence" }, type = "file" },
        { name = "longer_by", label = { zh = "延长", en = "Longer by" }, type = "period" },
        { name = "unit_in_charge", label = { zh = "单位", en = "Unit" }, type = "organization" },
    ]
"#;

/// What people may type into each field; the last of each cannot be read.
const TYPED: [(&str, &[&str]); 13] = [
    ("agrees", &["true", "false", "perhaps"]),
    ("staff", &["12", "12.5人", "１２０", "-3", "many"]),
    ("rating_level", &["1", "5", "6"]),
    ("owed", &["300万", "3,000,000.50", "0.01", "￥12万元", "lots"]),
    ("share", &["5", "5.5%", "0.1", "half"]),
    ("arose_on", &["2026-03-02", "2026年3月2日", "2026-02-30"]),
    ("voice_kind", &["consultation", "复杂诉求", "none"]),
    ("trade", &["C39", "C"]),
    ("subject", &["land", " \"<b>&' = ", "a\r\nb"]),
    ("account", &["one\r\ntwo", "\r\n\r\nthree ", "</textarea><script>", "&amp; \u{0}x"]),
    ("evidence", &["receipt 7"]),
    ("unit_in_charge", &["市财政局", "finance-bureau", "Finance Bureau", "市财政厅"]),
    ("longer_by", &["5", "0"]),
];

/// Values as somebody would type them.
fn typed_of(
    ground: Ground<'_>,
    language: Language,
    form: &Form,
    values: &BTreeMap<String, FieldValue>,
) -> Typed {
    let mut typed = Typed::default();
    for field in &form.fields {
        match (values.get(&field.name), field.kind) {
            (None, _) => {}
            (Some(FieldValue::Bool(value)), _) => typed.add(&field.name, value.to_string()),
            (Some(FieldValue::Whole(value)), _) => typed.add(&field.name, value.to_string()),
            (Some(FieldValue::Texts(values)), _) => {
                for value in values {
                    typed.add(&field.name, value.clone());
                }
            }
            (Some(FieldValue::Text(text)), FormFieldKind::Period) => {
                let digits = text.bytes().take_while(u8::is_ascii_digit).count();
                let (count, unit) = text.split_at(digits);
                typed.add(&field.name, count.to_owned());
                typed.add(&format!("{}{}", field.name, typed::UNIT), unit.to_owned());
            }
            (Some(FieldValue::Text(text)), FormFieldKind::Organization) => {
                typed.add(&field.name, control::organization_name(ground.edition, language, text));
            }
            (Some(FieldValue::Text(text)), _) => typed.add(&field.name, text.clone()),
        }
    }
    typed
}

fn page(site: &Site, language: Language) -> Page {
    Page::new(&site.context(language), Section::Nowhere, "")
}

fn rendered(page: &Page, ground: Ground<'_>, form: &Form, typed: &Typed) -> String {
    CaseForm::new(page, (ground, "x"), Some(form), (typed, Reasons::default(), &[])).render().unwrap()
}

#[tokio::test]
async fn what_is_rendered_and_sent_back_unchanged_reads_back_the_same() {
    let site = Site::new().await;
    let form: Form = toml::from_str(EVERY_KIND).unwrap();
    let voice = site.mechanism("enterprise-voice");
    let ground = Ground { mechanism: &voice.definition, edition: &site.edition };
    let (mut seed, mut read_values) = (7_u64, 0);
    for round in 0..400 {
        let language = if round % 2 == 0 { Language::Zh } else { Language::En };
        let page = page(&site, language);
        let mut pairs = Vec::new();
        for (field, texts) in TYPED {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let at = usize::try_from(seed >> 33).unwrap() % (texts.len() + 1);
            if let Some(text) = texts.get(at) {
                pairs.push((format!("f.{field}"), (*text).to_owned()));
            }
            if at % 2 == 1 {
                pairs.push(("f.channels".to_owned(), ["web", "visit", "letter"][at % 3].to_owned()));
            }
        }
        pairs.push(("f.longer_by.unit".to_owned(), ["wd", "m"][round % 2].to_owned()));
        let first = read(ground, Some(&form), &Typed::sent(&pairs));
        read_values += first.values.len();
        // What was typed comes back as it was typed, faults and all.
        let again = Typed::sent(&html_fields(&rendered(&page, ground, &form, &Typed::sent(&pairs))));
        let again = read(ground, Some(&form), &again);
        for (name, value) in &first.values {
            assert_eq!(again.values.get(name), Some(value), "typed {pairs:?}");
        }
        // And values that are kept come back as they are.
        let kept = typed_of(ground, language, &form, &first.values);
        let kept = Typed::sent(&html_fields(&rendered(&page, ground, &form, &kept)));
        assert_eq!(read(ground, Some(&form), &kept).values, first.values, "typed {pairs:?}");
    }
    assert!(read_values > 2_000, "{read_values} values were read");
}

#[tokio::test]
async fn every_form_of_every_mechanism_is_whole_in_both_languages() {
    let site = Site::new().await;
    let mut count = 0;
    for version in site.edition.mechanisms.iter() {
        let ground = Ground { mechanism: &version.definition, edition: &site.edition };
        for language in [Language::Zh, Language::En] {
            let page = page(&site, language);
            for form in &version.definition.forms {
                let html = rendered(&page, ground, form, &Typed::default());
                assert!(!html.contains('⟦'), "{html}");
                for field in &form.fields {
                    assert!(html.contains(&format!("name=\"f.{}\"", field.name)), "{} {html}", field.name);
                }
                let is_refused = !read(ground, Some(form), &Typed::default()).faults.is_empty();
                assert_eq!(is_refused, form.fields.iter().any(|field| field.required), "{}", form.id);
                count += 1;
            }
        }
    }
    assert!(count > 40, "{count} forms were seen");
}

#[tokio::test]
async fn everything_that_stands_against_a_step_is_told_at_once_with_the_way_to_it() {
    let site = Site::new().await;
    let page = page(&site, Language::Zh);
    let voice = site.mechanism("enterprise-voice");
    let ground = Ground { mechanism: &voice.definition, edition: &site.edition };
    let form = voice.definition.forms.iter().find(|form| form.id == "dispatch");
    let typed = Typed::sent(&[("f.unit_in_charge".to_owned(), "市财政厅".to_owned())]);
    let read = read(ground, form, &typed);
    assert_eq!(read.values.len(), 0);
    let against = |reason| domain::mechanism::Refusal {
        step: "dispatch".to_owned(),
        reason,
        cite: Some("a26".to_owned()),
    };
    let refusals = [
        against(domain::mechanism::RefusalReason::FieldMissing { field: "unit_in_charge".to_owned() }),
        against(domain::mechanism::RefusalReason::ConditionNotMet {
            when: "times_return < 3 and not over_acceptance".to_owned(),
        }),
    ];
    let reasons = Reasons::told(&page, &voice.definition, (form, &read), &refusals);
    let html = CaseForm::new(&page, (ground, "dispatch"), form, (&typed, reasons, &[])).render().unwrap();
    for part in [
        "<a href=\"#dispatch-unit_in_charge\">承办单位</a>：没有这个单位，是否指“市财政局”？",
        "<a href=\"#dispatch-competence_reason\">派单依据</a>：请填写",
        "“退回派单台”次数 &#60; 3 且 并非 “受理或退回时限”已到期",
        "href=\"/regulation/26\"",
        "value=\"市财政厅\"",
        "autofocus",
    ] {
        assert!(html.contains(part), "`{part}` is not in:\n{html}");
    }
}

#[tokio::test]
async fn a_draft_keeps_what_was_typed_be_it_right_or_wrong() {
    let pairs = [("f.owed", "lots"), ("f.channels", "web"), ("f.channels", "visit"), ("revision", "3")];
    let pairs: Vec<_> = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let typed = Typed::sent(&pairs);
    let kept = typed.kept();
    assert_eq!(kept["owed"], FieldValue::Texts(vec!["lots".to_owned()]));
    assert_eq!(Typed::of_draft(&kept), typed);
    assert_eq!(typed.fields().collect::<Vec<_>>(), ["channels", "owed"]);
}
