//! A case stays on the version on which it began, whatever comes into force meanwhile.

use super::*;
use crate::testing::fixtures;

/// The mechanism with a second version from 10 March on, in which the unit has three days instead of seven.
fn both_versions() -> Vec<MechanismVersion> {
    let mut newer = VERSIONS[0].definition.clone();
    newer.version = 2;
    newer.effective = "2026-03-10".parse().unwrap();
    let unit = newer.clocks.iter_mut().find(|clock| clock.id == "unit").unwrap();
    unit.terms.period = "3wd".parse().unwrap();
    let (newer, faults) = MechanismVersion::of(newer, &[]);
    assert_eq!(faults, []);
    vec![VERSIONS[0].clone(), newer]
}

async fn take(store: &Store, procedures: &Procedures<'_>, head: CaseHead, line: &str) -> CaseHead {
    let wanted = WantedStep {
        case: head.id.clone(),
        revision: head.revision,
        step: step(line),
        person: "somebody".to_owned(),
    };
    match store.take_step(procedures, wanted, &deed("somebody")).await.unwrap() {
        Taken::Done(head) => head,
        other => panic!("{line}: {other:?}"),
    }
}

#[tokio::test]
async fn a_case_goes_on_by_its_version_after_a_newer_one_is_in_force() {
    let versions = both_versions();
    let both = Procedures { versions: &versions, ..procedures() };
    for fixture in fixtures().await {
        let store = &fixture.store;
        let first = open(store, filed("one", FILED)).await;
        let later =
            NewCase { first: step("2026-03-10 file firm subject=用电报装太慢"), ..filed("two", FILED) };
        let Opened::New(second) = store.open_case(&both, later, &deed("owner")).await.unwrap() else {
            panic!("it is new");
        };
        assert_eq!((first.version, second.version), (1, 2), "{}", fixture.engine());
        // Both are dispatched on one day: the older has the seven days it began with.
        let first = take(store, &both, first, "2026-03-11 dispatch desk unit=tax").await;
        let second = take(store, &both, second, "2026-03-11 dispatch desk unit=tax").await;
        let due = |head: &CaseHead| head.unit_due.as_ref().unwrap().at.to_string();
        assert_eq!((due(&first), due(&second)), ("2026-03-20".to_owned(), "2026-03-16".to_owned()));
        let now = "2026-03-18".parse().unwrap();
        store.pass_time(&both, now, noon(5), 100).await.unwrap();
        let state = store.case(&first.id).await.unwrap().unwrap().state;
        assert_eq!((state.version, state.rungs.len()), (1, 1), "warned, not late");
        assert_eq!(store.replay_cases(&both).await.unwrap(), []);
        // Without the older version the first case would stand still, and that can be asked beforehand.
        assert_eq!(store.lacking_versions(&both).await.unwrap(), []);
        let only_newer = Procedures { versions: &versions[1..], ..procedures() };
        let lacking = store.lacking_versions(&only_newer).await.unwrap();
        let expected = RunningVersion { mechanism: "voice".to_owned(), version: 1, cases: 1 };
        assert_eq!(lacking, [expected]);
    }
}
