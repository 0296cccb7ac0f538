//! `liangjian intake`: what another platform took in becomes a case, once.

mod operator;

use operator::{LAW, liangjian, printed};
use std::{fs, path::Path};

const TABLE: &str = "工单编号,受理时间,标题,内容,诉求类型,所属区县,联系电话\n\
    A-1,2026-11-27 09:30:00,供电不稳,车间每天停电,求助,瓯海区,0\n\
    A-2,2026-11-27 10:00:00,用地指标,何时能批,咨询,,0\n";

fn intake(folder: &Path, words: &[&str]) -> (bool, String) {
    let output = liangjian(folder, &[&["intake", "--platform", "12345", "voices.csv"], words].concat());
    (output.status.success(), printed(&output))
}

#[test]
fn a_delivery_taken_twice_opens_each_case_once() {
    let folder = tempfile::tempdir().expect("there is room");
    fs::write(folder.path().join("voices.csv"), TABLE).expect("it is written");
    let (is_fine, told) = intake(folder.path(), &["--dry-run"]);
    assert!(is_fine && told.contains("nothing was taken: it was a dry run"), "{told}");
    let (is_fine, told) = intake(folder.path(), &[]);
    assert!(is_fine && told.contains("2 new, 0 known, 0 refused, 0 faults"), "{told}");
    assert!(told.contains("12345:A-1  new case") && told.contains("passed over: 联系电话"), "{told}");
    fs::write(folder.path().join("voices.csv"), format!("{TABLE}A-3,,缺电,,,,\n")).expect("it is written");
    let (is_fine, told) = intake(folder.path(), &[]);
    assert!(is_fine && told.contains("1 new, 2 known, 0 refused, 0 faults"), "{told}");
    let changed = TABLE.replace("车间每天停电", "已经好了").replace("用地指标", "\u{7}");
    fs::write(folder.path().join("voices.csv"), changed.replace("A-2", "A-4")).expect("it is written");
    let (is_fine, told) = intake(folder.path(), &[]);
    assert!(
        !is_fine && told.contains("already, not taken is what it says now in account: look at it"),
        "{told}"
    );
    assert!(told.contains("12345:A-4  new case"), "what shows nothing is called by its number: {told}");
    let audit = liangjian(folder.path(), &["audit", "verify"]);
    assert!(printed(&audit).contains("whole:"), "{}", printed(&audit));
}

#[test]
fn a_delivery_with_a_fault_is_taken_whole_or_not_at_all_unless_asked() {
    let folder = tempfile::tempdir().expect("there is room");
    fs::write(folder.path().join("voices.csv"), TABLE.replace("A-2", "")).expect("it is written");
    let (is_fine, told) = intake(folder.path(), &[]);
    assert!(!is_fine && told.contains("nothing was taken: 1 faults"), "{told}");
    assert!(told.contains("the number is missing · row 3, column 工单编号"), "{told}");
    let (is_fine, told) = intake(folder.path(), &["--take-rest"]);
    assert!(!is_fine && told.contains("1 new, 0 known, 0 refused, 1 faults"), "{told}");
    fs::write(folder.path().join("voices.csv"), LAW).expect("it is written");
    let (is_fine, told) = intake(folder.path(), &[]);
    assert!(!is_fine && told.contains("fault: ") && told.contains("nothing was taken"), "{told}");
    let output = liangjian(folder.path(), &["intake", "--platform", "nobody", "voices.csv"]);
    assert!(printed(&output).contains("name one of 12345, 96666"), "{}", printed(&output));
}
