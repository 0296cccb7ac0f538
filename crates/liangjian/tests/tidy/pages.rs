//! Rules about pages: thin handlers, short templates, texts in both languages, nothing from another host.

use super::scanner::{Function, blank, functions};
use super::tree::{Finding, TextFile, report, texts, texts_under};

const PAGES: &str = "crates/web/src/pages/";
const HANDLER_LINES_MAX: usize = 40;
const HANDLER_ARGUMENTS_MAX: usize = 3;
const TEMPLATE_LINES_MAX: usize = 120;

/// Names of XML vocabularies and the machine itself: written like addresses, fetched by nobody.
const NOT_FETCHED: [&str; 3] = ["http://www.w3.org/", "http://127.0.0.1", "http://localhost"];

const TABLE: &str = "crates/web/src/routes/table.rs";

/// Handlers of a page: the functions that the table of routes names, as in `pages::home::show`.
fn handlers(file: &TextFile) -> Vec<Function> {
    let Some(page) = file.path.strip_prefix(PAGES).and_then(|path| path.strip_suffix("/mod.rs")) else {
        return Vec::new();
    };
    let table = texts_under(TABLE, ".rs").map(|table| blank(&table.text).into_iter().collect::<String>());
    let table: String = table.collect();
    let is_routed = |name: &str| table.contains(&format!("pages::{}::{name})", page.replace('/', "::")));
    functions(&file.text).into_iter().filter(|function| is_routed(&function.name)).collect()
}

#[test]
fn handlers_are_short_and_take_few_arguments() {
    let mut findings = Vec::new();
    let mut seen = 0;
    for file in texts_under(PAGES, ".rs") {
        for Function { name, line, lines, arguments, .. } in handlers(file) {
            seen += 1;
            if lines > HANDLER_LINES_MAX {
                findings.push(Finding::new(
                    &file.path,
                    line,
                    format!("`{name}` has {lines} lines, 40 at most"),
                ));
            }
            if arguments > HANDLER_ARGUMENTS_MAX {
                findings.push(Finding::new(
                    &file.path,
                    line,
                    format!("`{name}` has {arguments} arguments, 3 at most"),
                ));
            }
        }
    }
    assert!(seen >= 14, "only {seen} handlers of the table of routes were found");
    report("a handler is thin: a few arguments, half a screen", &findings);
}

#[test]
fn no_template_is_longer_than_120_lines() {
    let mut findings = Vec::new();
    for file in texts_under("crates/web/", ".html") {
        let lines = file.text.lines().count();
        if lines > TEMPLATE_LINES_MAX {
            findings.push(Finding::new(
                &file.path,
                lines,
                format!("{lines} lines; make a component of a part"),
            ));
        }
    }
    report("a template has at most 120 lines", &findings);
}

#[test]
fn every_page_folder_has_its_text_beside_it() {
    let mut findings = Vec::new();
    for page in texts_under(PAGES, "/page.html") {
        let text = page.path.replace("/page.html", "/text.toml");
        if !texts().iter().any(|file| file.path == text) {
            findings.push(Finding::new(&text, 1, "missing: the words of a page stand beside it"));
        }
    }
    report("a page is one folder with its template and its words", &findings);
}

#[test]
fn every_text_is_there_in_chinese_and_in_english() {
    let mut findings = Vec::new();
    for file in texts_under("", ".toml").filter(|file| !file.path.ends_with("Cargo.toml")) {
        match file.text.parse::<toml::Table>() {
            Ok(table) => check_languages(file, "", &table, &mut findings),
            Err(error) => findings.push(Finding::new(&file.path, 1, error.message().to_owned())),
        }
    }
    report("what is said in one language is said in the other", &findings);
}

/// A table with one language must have the other; below the top of a `text.toml` nothing stands outside both.
fn check_languages(file: &TextFile, key: &str, table: &toml::Table, findings: &mut Vec<Finding>) {
    let is_page_text = file.path.ends_with("/text.toml");
    if table.contains_key("zh") || table.contains_key("en") {
        for language in ["zh", "en"] {
            let value = table.get(language);
            let filled = value.is_some_and(|value| value.as_str().is_none_or(|text| !text.trim().is_empty()));
            if !filled {
                findings.push(Finding::new(
                    &file.path,
                    line_of(file, key),
                    format!("`{key}` has no {language}"),
                ));
            }
        }
        return;
    }
    for (name, value) in table {
        let key = if key.is_empty() { name.clone() } else { format!("{key}.{name}") };
        match value {
            toml::Value::Table(inner) => check_languages(file, &key, inner, findings),
            toml::Value::Array(items) => {
                for inner in items.iter().filter_map(toml::Value::as_table) {
                    check_languages(file, &key, inner, findings);
                }
            }
            _ if is_page_text => {
                findings.push(Finding::new(
                    &file.path,
                    line_of(file, &key),
                    format!("`{key}` is neither zh nor en"),
                ));
            }
            _ => {}
        }
    }
}

/// The first line that has the last part of a key.
fn line_of(file: &TextFile, key: &str) -> usize {
    let last = key.rsplit('.').next().unwrap_or(key);
    file.text.lines().position(|line| line.contains(last)).map_or(1, |index| index + 1)
}

#[test]
fn pages_load_nothing_from_another_host() {
    let mut findings = Vec::new();
    let is_asset = |path: &str| [".html", ".css", ".js", ".svg"].iter().any(|end| path.ends_with(end));
    for file in texts().iter().filter(|file| is_asset(&file.path)) {
        for (index, line) in file.text.lines().enumerate() {
            for address in outside_addresses(line) {
                findings.push(Finding::new(&file.path, index + 1, format!("points at {address}")));
            }
        }
    }
    report("pages, styles and scripts point at no other host", &findings);
}

/// Addresses of other hosts in a line: with a scheme, or beginning with `//` where an address is expected.
fn outside_addresses(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for scheme in ["http://", "https://", "ws://", "wss://"] {
        let hits = line.match_indices(scheme).map(|(at, _)| &line[at..]);
        found.extend(hits.filter(|rest| !NOT_FETCHED.iter().any(|allowed| rest.starts_with(allowed))));
    }
    for opening in ["=\"//", "='//", "url(//", "url(\"//", "url('//", "import \"//", "import '//"] {
        found.extend(line.match_indices(opening).map(|(at, _)| &line[at..]));
    }
    let until_quote =
        |rest: &'_ str| rest.find(['"', '\'', ')', ' ', '<']).filter(|end| *end > 8).unwrap_or(rest.len());
    found.into_iter().map(|rest| &rest[..until_quote(rest)]).collect()
}

#[test]
fn addresses_of_other_hosts_are_recognised() {
    for line in
        ["<img src=\"https://a.example/x.png\">", "@import '//a.example/x.css';", "url(//a.example/x)"]
    {
        assert_eq!(outside_addresses(line).len(), 1, "{line}");
    }
    for line in ["<svg xmlns=\"http://www.w3.org/2000/svg\">", "// a comment", "<a href=\"/plan\">"] {
        assert_eq!(outside_addresses(line), [""; 0], "{line}");
    }
}
