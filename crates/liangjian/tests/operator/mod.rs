//! The program as an operator runs it, and a small regulation to give it.

use std::path::Path;
use std::process::{Command, Output};

const EDITIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../editions");
pub const LAW: &str = "样城民营企业促进条例\n第一章 总则\n第一条 为了方便办事，制定本条例。\n第二章 服务\n第二条 部门应当按期答复。\n\
                   第三条 每年公布清单。\n";

pub fn liangjian(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_liangjian"));
    command
        .current_dir(folder)
        .args(["--editions", EDITIONS])
        .args(arguments)
        .output()
        .expect("the program starts")
}

pub fn printed(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
