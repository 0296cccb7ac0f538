//! `arrears` as an operator runs it.

#[expect(dead_code, reason = "other tests of the operator import a text, these do not")]
mod operator;

use operator::{liangjian, printed};

const FILE: &str = r#"
as_of = 2026-03-31

[[invoice]]
id = "none-agreed"
amount_fen = 100000000
due = 2026-03-01
signed = 2026-01-05

[[invoice]]
id = "below-lpr"
amount_fen = 36500000
disputed_fen = 100
signed = 2025-06-03
agreed_percent = "2"
delivery = { payer = "public-body", delivered = 2026-01-16 }
payment = [{ day = 2026-03-10, amount_fen = 100000 }]
"#;

#[test]
fn what_is_open_is_shown_with_interest_and_the_rate_it_rests_on() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file.toml"), FILE).unwrap();
    let output = liangjian(folder.path(), &["arrears", "file.toml", "--language", "en"]);
    let text = printed(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    for part in [
        "15000.00",
        "none agreed, 0.05 % a day",
        "2026-02-24",
        "agreed 2 % is below the LPR at signing, 3.00 % holds",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(!text.contains("provisional"), "{text}");
    // After the last rate that is known the answer is provisional and says so; before the first there is none.
    let later = FILE.replace("signed = 2025-06-03", "signed = 2029-06-03");
    std::fs::write(folder.path().join("file.toml"), later).unwrap();
    let text = printed(&liangjian(folder.path(), &["arrears", "file.toml", "--language", "en"]));
    assert!(
        text.contains("3.00 % holds (provisional: prime rates are known up to 2025-11-19 only)"),
        "{text}"
    );
    let unknown = FILE.replace("signed = 2025-06-03", "signed = 2018-06-03");
    std::fs::write(folder.path().join("file.toml"), unknown).unwrap();
    let output = liangjian(folder.path(), &["arrears", "file.toml"]);
    let text = printed(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("the loan prime rate of 2018-06-03 is not in the table"), "{text}");
}
