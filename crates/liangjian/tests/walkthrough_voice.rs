//! The second walkthrough of ARCHITECTURE.md from end to end: a firm is answered in time, and what was answered badly or
//! late has consequences. Real edition, store and router on each database; only the clock is the test's.

mod city;

use city::{City, Somebody, cities};
use domain::access::Role;

const DESK: &str = "two-healths-office";
const UNIT: &str = "housing-construction-bureau";
const VOICE: &str = "enterprise-voice";

/// Everybody who takes part.
struct Cast<'c> {
    owner: Somebody<'c>,
    desk: Somebody<'c>,
    unit: Somebody<'c>,
    leader: Somebody<'c>,
}

impl<'c> Cast<'c> {
    async fn new(city: &'c City) -> Self {
        Self {
            owner: city.somebody(Role::FirmOwner, "").await,
            desk: city.somebody(Role::Coordinator, DESK).await,
            unit: city.somebody(Role::Clerk, UNIT).await,
            leader: city.somebody(Role::Leader, DESK).await,
        }
    }

    /// What the desk enters while somebody is on the telephone.
    async fn telephone(&self, subject: &str) -> String {
        let said = [
            ("firm", city::FIRM),
            ("f.subject", subject),
            ("f.voice_kind", "ordinary"),
            ("f.channel", "telephone"),
            ("f.identity", "hidden"),
        ];
        self.desk.file(VOICE, &said).await
    }

    /// Sends a case to the unit, which accepts it.
    async fn dispatch(&self, number: &str) {
        let whom = [("f.unit_in_charge", UNIT), ("f.competence_reason", "属住建职责")];
        self.desk.step(number, "dispatch", &whom).await;
        self.unit.step(number, "accept", &[]).await;
    }

    /// Writes down a call about a case.
    async fn call(&self, number: &str, said: &[(&str, &str)]) -> String {
        let page = self.desk.get("/desk/calls").await;
        let row = page.between(&format!("id=\"call-{number}\""), "</details>");
        let value = |name: &str| {
            let rest = row.split(&format!("name=\"{name}\" value=\"")).nth(1).expect("the row has it");
            rest.split('"').next().unwrap_or_default()
        };
        let mut form = vec![("case", value("case")), ("revision", value("revision"))];
        form.extend(said);
        let recorded = self.desk.send((&page, "/desk/calls"), &form).await;
        assert_eq!(recorded.status, 303, "{}", recorded.body);
        recorded.location
    }
}

#[tokio::test]
async fn a_firm_that_calls_is_answered_in_time_and_a_bad_answer_is_done_again() {
    for city in cities("walkthrough_voice").await {
        city.at("2026-03-02", 9).await;
        let cast = Cast::new(&city).await;
        // Two calls about one matter are one case.
        let (number, again) = (cast.telephone("路灯不亮").await, cast.telephone("路灯还是不亮").await);
        cast.desk.step(&again, "merge", &[("f.same_as", &number)]).await;
        cast.desk.get(&format!("/cases/{again}")).await.shows("并入同一事项").shows(&number);

        cast.dispatch(&number).await;
        let page = cast.unit.get(&format!("/cases/{number}")).await;
        page.shows("身份保密").lacks(city::FIRM).shows("2026年3月11日");

        // Four days of waiting for another body do not count for the unit, and count for the firm.
        city.at("2026-03-04", 9).await;
        cast.unit.step(&number, "wait-for-body", &[("f.reason", "等供电公司检测")]).await;
        city.at("2026-03-10", 9).await;
        cast.unit.step(&number, "go-on", &[]).await;
        let page = cast.unit.get(&format!("/cases/{number}")).await;
        page.shows("暂停计时：承办时限").shows("恢复计时：承办时限").shows("等待其他机关结果");
        cast.unit.step(&number, "answer", &[("f.answer", "已换灯泡")]).await;

        // Called in vain, called again, rated badly on the telephone: opened again by itself.
        city.at("2026-03-11", 9).await;
        let vain = cast.call(&number, &[("f.reached", "false")]).await;
        assert_eq!(vain, "/desk/calls?done=in_vain");
        city.at("2026-03-11", 15).await;
        let bad = [
            ("f.reached", "true"),
            ("f.rating_level", "5"),
            ("f.solved", "false"),
            ("f.call_note", "换了又坏"),
        ];
        assert_eq!(cast.call(&number, &bad).await, "/desk/calls?done=rated");
        let page = cast.desk.get(&format!("/cases/{number}")).await;
        page.shows("电话代录评价").shows("不满意，自动重办一次").shows("办理中");
        cast.unit.get("/notices").await.shows("企业不满意，本件重新办理");

        city.at("2026-03-13", 9).await;
        cast.unit.step(&number, "answer", &[("f.answer", "已更换整条线路")]).await;
        // Before the firm rates, the desk makes a proposal of what is common.
        cast.desk.step(&number, "propose", &[("f.reason", "多家企业反映路灯")]).await;
        cast.owner.step(&number, "rate", &[("f.rating_level", "1"), ("f.solved", "true")]).await;
        cast.owner.get(&format!("/cases/{number}")).await.shows("防报复观察");
        propose(&city, &cast, &number).await;

        city.at("2026-06-15", 9).await;
        cast.owner.get(&format!("/cases/{number}")).await.shows("办结");
    }
}

/// What is common becomes a proposal, which must be answered.
async fn propose(city: &City, cast: &Cast<'_>, number: &str) {
    let page = cast.desk.get(&format!("/cases/{number}")).await;
    let links = page.between("<h2 id=\"links\">", "</section>").to_owned();
    let mut linked = links.split("href=\"/cases/").skip(1).filter_map(|rest| rest.split('"').next());
    let proposal = linked.find(|other| links.contains(&format!("共性问题政策建议 {other}")));
    let proposal = proposal.expect("the proposal is linked").to_owned();
    let said = [
        ("f.competent_body", UNIT),
        ("f.problem", "路灯维修慢"),
        ("f.proposal", "统一巡检"),
        ("f.case_count", "3"),
        ("f.guidance_given", "true"),
    ];
    cast.desk.step(&proposal, "propose", &said).await;
    cast.unit.get("/notices").await.shows("共性问题政策建议");
    city.at("2026-03-20", 9).await;
    let adopted = [("f.measure_taken", "每月巡检一次"), ("f.effective_by", "2026-06-01")];
    cast.unit.step(&proposal, "adopt", &adopted).await;
    cast.desk.get(&format!("/cases/{proposal}")).await.shows("改进中").shows("每月巡检一次");
}

#[tokio::test]
async fn whoever_answers_late_is_reminded_and_then_named_in_the_circular() {
    for city in cities("walkthrough_late").await {
        city.at("2026-03-02", 9).await;
        let cast = Cast::new(&city).await;
        let number = cast.telephone("围挡挡路").await;
        cast.dispatch(&number).await;
        let told = async |somebody: &Somebody<'_>| somebody.get("/notices").await.body;
        // Seven working days from the dispatch: the last is 11 March.
        city.at("2026-03-11", 9).await;
        assert!(!told(&cast.unit).await.contains("本件已逾期"));
        city.at("2026-03-12", 9).await;
        assert!(told(&cast.unit).await.contains("本件已逾期，请立即办理"));
        assert!(told(&cast.desk).await.contains("本件已逾期，请立即办理"));
        assert!(!told(&cast.leader).await.contains("予以通报"));
        cast.unit.get("/desk?tab=overdue").await.shows("围挡挡路");
        city.at("2026-03-18", 9).await;
        for somebody in [&cast.unit, &cast.desk, &cast.leader] {
            assert!(told(somebody).await.contains("本件逾期五个工作日，予以通报"));
        }
        // The firm is told, and nobody else of its matter.
        assert!(told(&cast.owner).await.contains("本件未能按期答复"));
        cast.unit.step(&number, "answer", &[("f.answer", "已拆除")]).await;
        cast.unit.get("/desk?tab=overdue").await.lacks("围挡挡路");
    }
}
