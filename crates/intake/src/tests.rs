//! Deliveries as platforms make them, and as they should not.

use crate::{Voice, read};
use domain::{
    Bilingual,
    intake::{DeliveryFormat, Platform},
    mechanism::FieldValue,
};
use std::collections::BTreeMap;

fn texts(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn platform(format: DeliveryFormat) -> Platform {
    let pairs = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        pairs.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect()
    };
    Platform {
        id: "hotline".to_owned(),
        title: Bilingual { zh: "热线".to_owned(), en: "Hotline".to_owned() },
        cite: None,
        format,
        mechanism: "enterprise-voice".to_owned(),
        step: "file".to_owned(),
        actor: "desk".to_owned(),
        source: texts(&["工单编号", "id", "message-id"]),
        received: texts(&["受理时间", "date"]),
        firm: texts(&["信用代码", "firm.code"]),
        place: texts(&["区县"]),
        places: pairs(&[("鹿城区", "330302")]),
        columns: BTreeMap::from([
            ("subject".to_owned(), texts(&["标题", "subject"])),
            ("account".to_owned(), texts(&["内容", "text"])),
            ("voice_kind".to_owned(), texts(&["类型"])),
        ]),
        codes: BTreeMap::from([("voice_kind".to_owned(), pairs(&[("咨询", "consultation")]))]),
        defaults: BTreeMap::from([("channel".to_owned(), FieldValue::Text("hotline_12345".to_owned()))]),
    }
}

const TABLE: &str = "工单编号,受理时间,标题,内容,类型,区县,信用代码,联系电话\n\
    A-1,2026-11-27 09:30:00,\"供电,不稳\",\"第一行\n第二行\",咨询,鹿城区,,000\n\
    ,,,,,,,\n\
    A-2,2026/11/27,用地,,,,,000\n";

fn told(format: DeliveryFormat, bytes: &[u8]) -> Vec<String> {
    read(&platform(format), bytes).faults.iter().map(ToString::to_string).collect()
}

fn text<'v>(voice: &'v Voice, field: &str) -> &'v str {
    voice.data.get(field).and_then(FieldValue::text).unwrap_or_default()
}

#[test]
fn a_table_becomes_voices_and_what_is_not_asked_for_is_passed_over() {
    let delivery = read(&platform(DeliveryFormat::Csv), TABLE.as_bytes());
    assert_eq!(delivery.faults, []);
    let [first, second] = delivery.voices.as_slice() else { panic!("{:#?}", delivery.voices) };
    assert_eq!((first.source.as_str(), first.row), ("hotline:A-1", 2));
    assert_eq!(first.received.map(|at| at.to_string()), Some("2026-11-27T09:30".to_owned()));
    assert_eq!((text(first, "subject"), text(first, "account")), ("供电,不稳", "第一行\n第二行"));
    assert_eq!((text(first, "voice_kind"), first.place.as_str()), ("consultation", "330302"));
    assert_eq!((text(second, "channel"), second.row), ("hotline_12345", 5));
    assert_eq!(delivery.passed_over.iter().collect::<Vec<_>>(), ["联系电话"]);
}

#[test]
fn the_same_table_in_gb18030_is_the_same() {
    let (bytes, _, _) = encoding_rs::GB18030.encode(TABLE);
    let read_of = |bytes: &[u8]| read(&platform(DeliveryFormat::Csv), bytes);
    assert_eq!(read_of(&bytes), read_of(TABLE.as_bytes()));
}

#[test]
fn a_list_an_envelope_and_lines_of_objects_are_the_same() {
    let (one, two) = (r#"{"id": 7, "标题": "a", "firm": {"code": ""}}"#, r#"{"id": "8", "标题": "b"}"#);
    let list = format!("[{one}, {two}]");
    let expected = read(&platform(DeliveryFormat::Json), list.as_bytes());
    assert_eq!(
        expected.voices.iter().map(|voice| voice.source.as_str()).collect::<Vec<_>>(),
        ["hotline:7", "hotline:8"]
    );
    for same in [format!(r#"{{"total": 2, "rows": [{one}, {two}]}}"#), format!("{one}\n\n{two}\n")] {
        assert_eq!(read(&platform(DeliveryFormat::Json), same.as_bytes()), expected, "{same}");
    }
}

#[test]
fn a_letter_is_a_voice_with_its_files() {
    let letter = "From: a@example.cn\r\nSubject: =?UTF-8?B?5L6b55S1?=\r\nMessage-ID: <x@example.cn>\r\n\
        Date: Fri, 27 Nov 2026 17:00:00 +0000\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
        正文\r\n--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nfile\r\n--b--\r\n";
    let delivery = read(&platform(DeliveryFormat::Letter), letter.as_bytes());
    let [voice] = delivery.voices.as_slice() else { panic!("{delivery:#?}") };
    assert_eq!(
        (voice.source.as_str(), text(voice, "subject"), text(voice, "account")),
        ("hotline:x@example.cn", "供电", "正文")
    );
    assert_eq!(voice.received.map(|at| at.to_string()), Some("2026-11-28T01:00".to_owned()), "in China");
    assert_eq!(voice.files, [("a.txt".to_owned(), b"file".to_vec())]);
}

#[test]
fn everything_that_is_wrong_is_told_with_its_place() {
    let table = "工单编号,受理时间,类型,区县,信用代码\n,昨天,投诉,某区,123\nB,,,,\nB,,,,\n";
    assert_eq!(
        told(DeliveryFormat::Csv, table.as_bytes()),
        [
            "the number is missing · row 2, column 工单编号 · a voice needs the number it has at the source",
            "a credit code has 18 characters, this has 3 · row 2, column 信用代码 · correct the code, or leave it out where it is not known",
            "`某区` is no place that the platform's description names · row 2, column 区县 · add it to `places`, or write a division code",
            "`昨天` is no moment · row 2, column 受理时间 · write it as 2026-11-28 09:30",
            "`投诉` stands for no code · row 2, column 类型 · add it to `codes` of the platform",
            "`hotline:B` stands in row 3 already · row 4 · leave one of them out",
        ]
    );
    for (format, bytes, begins) in [
        (DeliveryFormat::Csv, &b"a,b\n1\n"[..], "the row has 1 cells, the first row has 2 · row 2"),
        (DeliveryFormat::Csv, b"a,a\n1,2\n", "two columns are called `a` · row 1"),
        (DeliveryFormat::Csv, b"", "the delivery is empty"),
        (DeliveryFormat::Csv, b"\xff\xff\xff", "the text is neither UTF-8 nor GB18030"),
        (DeliveryFormat::Json, b"[1]", "it is no object · row 1"),
        (DeliveryFormat::Json, b"{", "it is no JSON"),
        (DeliveryFormat::Json, b"{\"id\": 1}\n{", "the line is no JSON"),
        (DeliveryFormat::Letter, b"\x00", "it is no letter"),
    ] {
        let told = told(format, bytes);
        assert!(told.len() == 1 && told[0].starts_with(begins), "{begins}: {told:?}");
    }
}

#[test]
fn a_delivery_with_more_columns_than_are_read_is_refused_at_once() {
    let names: Vec<String> = (0..1_000_000).map(|at| format!("c{at}")).collect();
    let table = format!("{}\n{}\n", names.join(","), ",".repeat(names.len() - 1));
    let pairs: Vec<String> = names.iter().map(|name| format!("\"{name}\": 1")).collect();
    let flat = format!("[{{{}}}]", pairs.join(","));
    let groups: Vec<String> = pairs.chunks(400).map(|some| format!("{{{}}}", some.join(","))).collect();
    let parts: Vec<String> =
        groups.iter().take(400).enumerate().map(|(at, one)| format!("\"g{at}\": {one}")).collect();
    let grouped = format!("[{{{}}}]", parts.join(","));
    for (format, text, row) in
        [(DeliveryFormat::Csv, table, 1), (DeliveryFormat::Json, flat, 1), (DeliveryFormat::Json, grouped, 1)]
    {
        let [only] = &told(format, text.as_bytes())[..] else { panic!("{format:?}") };
        assert!(only.starts_with(&format!("there are more than 500 columns · row {row} · ")), "{only}");
    }
}

#[test]
fn objects_that_stand_too_deep_are_refused() {
    let deep = |levels: usize| format!("{}1{}", "{\"a\": ".repeat(levels), "}".repeat(levels));
    for (levels, is_refused) in [(8, false), (9, true), (100, true)] {
        let told = told(DeliveryFormat::Json, deep(levels).as_bytes());
        assert_eq!(
            told.iter().any(|one| one.contains("deep within objects")),
            is_refused,
            "{levels}: {told:?}"
        );
    }
    // Deeper than the reader of JSON goes itself.
    let [only] = &told(DeliveryFormat::Json, deep(100_000).as_bytes())[..] else { panic!() };
    assert!(only.starts_with("it is no JSON: recursion limit"), "{only}");
}
