//! `liangjian clean`: what the child answers, whatever comes in.

use std::{
    io::{Cursor, Write as _},
    process::{Command, Output, Stdio},
};
use zip::{ZipWriter, write::SimpleFileOptions};

fn cleaned(name: &str, bytes: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_liangjian"))
        .args(["clean", "--name", name])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("it reads").write_all(bytes).expect("it takes all");
    child.wait_with_output().expect("it ends")
}

fn container(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).expect("a part begins");
        writer.write_all(bytes).expect("a part is written");
    }
    writer.finish().expect("it ends").into_inner()
}

#[test]
fn the_child_answers_a_line_and_then_the_file() {
    let output = cleaned("-合同.docx", "文字".as_bytes());
    assert!(output.status.success(), "{output:?}");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "{\"taken\":{\"kind\":\"text\",\"name\":\"-合同.txt\"}}\n文字"
    );
}

#[test]
fn a_container_that_unpacks_without_end_is_refused_and_nothing_else_happens() {
    let noughts = vec![0; 300 << 20];
    let bytes = container(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", &noughts)]);
    assert!(bytes.len() < 1 << 20, "it is small");
    let output = cleaned("a.docx", &bytes);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "{\"refused\":\"bomb\"}\n", "{output:?}");
}
