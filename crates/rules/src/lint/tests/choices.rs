//! Choices, parts of conditions, bounds and shares.

use super::{at, found, giving, of};
use crate::{
    definition::{Benefit, PolicyDefinition},
    explain::fixture::{policy, unless, version},
};

fn paying(require: &[&str], amount: &str) -> PolicyDefinition {
    giving_all(require, giving(amount, |_| {}))
}

fn giving_all(require: &[&str], benefit: Benefit) -> PolicyDefinition {
    let mut version = version(require);
    version.benefit = Some(benefit);
    policy("p", version)
}

fn codes(policy: PolicyDefinition) -> Vec<(&'static str, String)> {
    found(vec![policy]).into_iter().map(|(code, _, path)| (code, path)).collect()
}

#[test]
fn branches_that_are_never_reached_are_found_in_an_amount() {
    for (require, amount, expected) in [
        (
            &["is_listed"][..],
            "case when staff >= 10 then 1万 when staff >= 20 then 2万 else 0 end",
            "dead-branch",
        ),
        (
            &["is_listed"],
            "1万 + case when staff >= 20 then 2万 when staff > 20 then 3万 else 0 end",
            "dead-branch",
        ),
        (&["staff >= 10"], "case when staff < 10 then 1万 else 2万 end", "dead-branch"),
        (&["industry within C"], "case when industry in (H) then 1万 else 2万 end", "dead-branch"),
        (
            &["staff >= 10"],
            "case when staff >= 30 then 2万 when staff >= 10 then 1万 else 0 end",
            "dead-else",
        ),
        (
            &["is_listed"],
            "case when staff * 2 >= 20 then 1万 when staff >= 12 then 2万 else 0 end",
            "dead-branch",
        ),
        (
            &["is_listed"],
            "sum(hires: case when months >= 6 then 1000元 when months >= 12 then 2000元 else 0元 end)",
            "dead-branch",
        ),
        (&["is_listed"], "case when min(staff, 50) >= 60 then 1万 else 2万 end", "dead-branch"),
    ] {
        assert_eq!(codes(paying(require, amount)), at(expected, "benefit.amount"), "{amount}");
    }
    let right = "case when staff >= 20 then 2万 when staff >= 10 then 1万 else 0 end";
    assert_eq!(codes(paying(&["is_listed"], right)), []);
    // What is excluded by an exception is not asked for either.
    let mut shut = paying(&["is_listed"], "case when staff < 10 then 1万 else 2万 end");
    shut.versions[0].unless = vec![unless("staff < 10")];
    assert_eq!(codes(shut), at("dead-branch", "benefit.amount"));
}

#[test]
fn choices_in_conditions_limits_and_caps_are_looked_at_too() {
    let dead = "case when staff >= 10 then 1万 when staff >= 20 then 2万 else 3万 end";
    assert_eq!(of(&["is_listed", &format!("income <= {dead}")]), at("dead-branch", "require.1.when"));
    let capped = giving("revenue * 1%", |given| given.cap = Some(dead.to_owned()));
    assert_eq!(codes(giving_all(&["is_listed"], capped)), at("dead-branch", "benefit.cap"));
}

#[test]
fn values_that_no_branch_takes_are_named() {
    for (require, amount) in [
        (&["is_listed"][..], "case when staff < 20 then 1万 when staff > 20 then 2万 end"),
        (&["is_listed"], "case when staff < 20 then 1万 when staff > 20 then 2万 else 0 end"),
        (&["is_listed"], "case when staff <= 20 then 1万 when staff >= 22 then 2万 end"),
        (&["is_listed"], "case when industry in (C) then 1万 when industry in (C39) then 2万 end"),
        (&["industry in (C39, H)"], "case when industry in (C39) then 1万 end"),
        (&["is_listed"], "sum(hires: case when months < 6 then 1000元 when months > 6 then 2000元 end)"),
    ] {
        assert_eq!(codes(paying(require, amount)), at("gap", "benefit.amount"), "{amount}");
    }
    for (require, amount) in [
        (&["is_listed"][..], "case when staff < 20 then 1万 when staff >= 20 then 2万 end"),
        (&["is_listed"], "case when staff = 0 then 1万 when staff >= 1 then 2万 end"),
        (&["industry in (C39, H)"], "case when industry in (C39) then 1万 when industry in (H) then 2万 end"),
        (&["staff > 20"], "case when staff > 20 then 2万 end"),
        (&["is_listed"], "case when income < 0 then 1万 when income > 0 then 2万 else 0 end"),
        (
            &["is_listed", "count(hires where months < 6) = 0"],
            "sum(hires: case when months >= 6 then 1元 end)",
        ),
    ] {
        let found = codes(paying(require, amount));
        assert!(found.iter().all(|(code, _)| *code != "gap"), "{amount}: {found:?}");
    }
}

#[test]
fn a_gap_says_which_value_falls_through() {
    let catalog = super::catalog();
    let amount = "case when staff < 20 then 1万 when staff > 20 then 2万 end";
    let definitions = super::definitions(&catalog, vec![paying(&["is_listed"], amount)]);
    let findings = super::findings_of(&catalog, &definitions);
    assert_eq!(
        findings[0].message.en,
        "No branch takes `staff` = 20 people; the amount is unknown there. Add a branch or an `else`."
    );
    assert_eq!(findings[0].message.zh, "没有分支管到“从业人数”为 20人，金额会是未知；请补上分支或“否则”。");
}

#[test]
fn parts_that_say_nothing_new_are_found_inside_one_clause() {
    let part = |path: &str| at("redundant-part", path);
    assert_eq!(of(&["staff >= 10 and staff >= 5"]), part("require.0.when"));
    assert_eq!(of(&["is_listed", "income > 0 or (staff >= 10 and staff >= 5)"]), part("require.1.when"));
    assert_eq!(of(&["staff >= 10 or staff >= 20"]), part("require.0.when"));
    assert_eq!(of(&["staff >= 10", "is_listed and staff >= 5"]), part("require.1.when"));
    assert_eq!(of(&["staff >= 10 and staff <= 20"]), []);
    assert_eq!(of(&["staff >= 10 or revenue >= 500万"]), []);
    let mut excluding = version(&["is_listed"]);
    excluding.unless = vec![unless("staff >= 10 and staff >= 5")];
    assert_eq!(codes(policy("p", excluding)), part("unless.0.when"));
}

#[test]
fn a_cap_below_the_floor_is_found_where_it_is_certain() {
    let between = |require: &[&str], floor: &str, cap: &str| {
        codes(giving_all(
            require,
            giving("rd_spend * 5%", |given| {
                (given.floor, given.cap) = (Some(floor.to_owned()), Some(cap.to_owned()));
            }),
        ))
    };
    let crossed = at("cap-below-floor", "benefit.cap");
    assert_eq!(between(&["is_listed"], "20万", "10万"), crossed);
    assert_eq!(between(&["revenue < 100万"], "20万", "revenue * 10%"), crossed);
    assert_eq!(between(&["is_listed"], "revenue * 20%", "revenue * 10%"), crossed);
    assert_eq!(between(&["is_listed"], "8万", "case when staff > 9 then 10万 else 5万 end"), crossed);
    assert_eq!(between(&["is_listed"], "10万", "10万"), []);
    assert_eq!(between(&["is_listed"], "1万", "revenue * 10%"), []);
    assert_eq!(between(&["staff > 9"], "8万", "case when staff > 20 then 10万 else 9万 end"), []);
}

#[test]
fn a_share_above_the_whole_of_a_sum_is_found_and_a_raised_rate_is_not() {
    let shares = |amount: &str| codes(paying(&["is_listed"], amount));
    assert_eq!(shares("rd_spend * 500%"), at("share-above-whole", "benefit.amount"));
    assert_eq!(shares("min(120% * revenue, 5万)"), at("share-above-whole", "benefit.amount"));
    assert_eq!(shares("staff * 6000元 * 120%"), []);
    assert_eq!(shares("rd_spend * 100%"), []);
    let mut deduction = paying(&["is_listed"], "rd_spend * 200%");
    deduction.versions[0].benefit.as_mut().unwrap().measure = crate::definition::AmountKind::Deduction;
    assert_eq!(codes(deduction), []);
}

#[test]
fn a_price_below_one_yuan_is_no_slip() {
    for amount in [
        "staff * 0.02元",
        "case when staff > 5 then staff * 0.3元 else (staff - 1) * 0.1元 end",
        "staff * case when is_listed then 0.2元 else 0.1元 end",
    ] {
        assert_eq!(codes(paying(&["is_listed or staff > 0"], amount)), [], "{amount}");
    }
    assert_eq!(of(&["is_listed", "revenue / staff >= 0.5"]), []);
    assert_eq!(codes(paying(&["is_listed"], "0.5元")), at("implausible-amount", "benefit.amount"));
}
