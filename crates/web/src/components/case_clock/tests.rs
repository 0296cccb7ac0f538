//! Clocks of cases, in words and in pictures.

use super::*;
use crate::{frame::Section, testing::Site};
use domain::{
    Language,
    mechanism::course::{CaseStep, Course},
};

fn moment(text: &str) -> Moment {
    text.parse().unwrap()
}

/// The unit's clock of a voice that is filed on the first day and dispatched, accepted and so on, on the given days.
async fn unit_clock(language: Language, steps: &[(&str, &str, &str)], now: &str) -> (String, Words) {
    let site = Site::new().await;
    let version = site.mechanism("enterprise-voice");
    let office = site.edition.office_time();
    let text = |text: &str| domain::mechanism::FieldValue::Text(text.to_owned());
    let data = [
        ("subject", "land"),
        ("voice_kind", "ordinary"),
        ("channel", "web"),
        ("identity", "named"),
        ("unit_in_charge", "finance-bureau"),
        ("competence_reason", "money"),
        ("reason", "papers"),
        ("answer", "done"),
    ];
    let mut course = Course::begin(version, office, moment(steps[0].0));
    for (at, step, by) in steps {
        let definition = version.definition.steps.iter().find(|known| known.id == *step).unwrap();
        let form = version.definition.forms.iter().find(|form| Some(&form.id) == definition.form.as_ref());
        let fields: Vec<_> =
            form.into_iter().flat_map(|form| &form.fields).map(|field| field.name.as_str()).collect();
        let given = data.iter().filter(|(name, _)| fields.contains(name));
        let step = CaseStep {
            at: moment(at),
            step: (*step).to_owned(),
            by: (*by).to_owned(),
            organization: None,
            data: given.map(|(name, value)| ((*name).to_owned(), text(value))).collect(),
        };
        course.take(&step).unwrap();
    }
    let run = course.state().runs.iter().find(|run| run.clock == "unit").unwrap();
    let page = Page::new(&site.context(language), Section::Nowhere, "");
    let whose = ("unit".to_owned(), "clock-1".to_owned());
    let clock = CaseClock::new(&page, (&version.definition, run), whose, (office, moment(now))).unwrap();
    (clock.render().unwrap(), clock.standing)
}

#[tokio::test]
async fn what_is_left_is_told_in_working_days() {
    let begun = [
        ("2026-03-02", "file", "firm"),
        ("2026-03-03", "dispatch", "desk"),
        ("2026-03-04", "accept", "unit"),
    ];
    let paused = [&begun[..], &[("2026-03-05", "ask-papers", "unit")]].concat();
    let answered = [&begun[..], &[("2026-03-06", "answer", "unit")]].concat();
    let late = [&begun[..], &[("2026-03-16", "answer", "unit")]].concat();
    for (steps, now, zh, en, tone) in [
        (&begun[..], "2026-03-04", "还剩 6个工作日", "6 working days left", "calm"),
        (&begun[..], "2026-03-11", "还剩 1个工作日", "1 working day left", "soon"),
        (&begun[..], "2026-03-12", "今天到期", "due today", "soon"),
        (&begun[..], "2026-03-17", "逾期 3个工作日", "3 working days overdue", "late"),
        (&paused[..], "2026-04-17", "暂停计时", "stands still", "calm"),
        (&answered[..], "2026-04-17", "2026年3月6日按期完成", "done in time on 6 March 2026", "done"),
        (&late[..], "2026-04-17", "2026年3月16日逾期完成", "done late on 16 March 2026", "late"),
    ] {
        for (language, expected) in [(Language::Zh, zh), (Language::En, en)] {
            let (html, words) = unit_clock(language, steps, now).await;
            assert_eq!((words.text.as_str(), words.tone), (expected, tone), "{now}");
            assert!(html.contains(expected), "{html}");
        }
    }
}

#[tokio::test]
async fn every_day_is_told_with_what_became_of_it() {
    let steps = [
        ("2026-02-11", "file", "firm"),
        ("2026-02-12", "dispatch", "desk"),
        ("2026-02-12", "accept", "unit"),
        ("2026-02-25", "ask-papers", "unit"),
        ("2026-02-27", "hand-in", "firm"),
    ];
    let (html, _) = unit_clock(Language::Zh, &steps, "2026-03-02").await;
    for part in ["春节", "等待企业补正", "bar-counted", "bar-rest", "bar-paused", "bar-now", "2026年2月13日"]
    {
        assert!(html.contains(part), "`{part}` is not in:\n{html}");
    }
    assert!(!html.contains("style="), "{html}");
    let (beyond, _) = unit_clock(
        Language::En,
        &[("2031-03-03", "file", "firm"), ("2031-03-04", "dispatch", "desk")],
        "2031-03-04",
    )
    .await;
    assert!(beyond.contains("provisional"), "{beyond}");
}
