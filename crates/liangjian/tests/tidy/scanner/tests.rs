//! What the scanner sees and what it must not mistake for code.

use super::{Function, blank, functions};

fn only(source: &str) -> Function {
    let mut found = functions(source);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

#[test]
fn a_function_is_measured_from_its_keyword_to_its_closing_brace() {
    let found = only("/// Doc.\npub fn first(a: u8) -> u8 {\n    a\n}\n");
    assert_eq!((found.name.as_str(), found.line, found.lines, found.arguments), ("first", 2, 3, 1));
}

#[test]
fn braces_in_strings_characters_and_comments_do_not_count() {
    let source = r##"fn f() {
    let a = "}"; let b = '}'; let c = '\''; let d = r#"}"}"#; let e = b"}"; let g = br"}";
    // }
    /* } /* } */ } */
    let h = "\"}";
}"##;
    assert_eq!(only(source).lines, 6);
}

#[test]
fn lifetimes_are_no_characters() {
    let found = only("fn f<'a>(x: &'a str, y: &'a str) -> &'a str {\n    x\n}");
    assert_eq!((found.lines, found.arguments), (3, 2));
}

#[test]
fn commas_inside_brackets_separate_no_arguments() {
    let source =
        "fn f<F: Fn(u8, u8) -> u8, T>(&self, m: Map<u8, u8>, (a, b): (u8, u8), [c, d]: [u8; 2],) -> u8 {}";
    assert_eq!(only(source).arguments, 4);
    assert_eq!(only("fn f( ) {}").arguments, 0);
    assert_eq!(only("fn f(g: impl Fn(u8) -> Vec<u8>, h: u8) {}").arguments, 2);
}

#[test]
fn a_function_without_a_body_is_passed_over() {
    let found = functions("trait T { fn a(&self) -> [u8; 3]; fn b(&self) {} }\ntype P = fn(u8) -> u8;");
    assert_eq!(found.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(), ["b"]);
}

#[test]
fn an_array_in_the_result_does_not_hide_the_body() {
    let found = only("fn f() -> [u8; 3] {\n    [0; 3]\n}");
    assert_eq!((found.name.as_str(), found.lines), ("f", 3));
}

#[test]
fn a_test_is_known_by_its_attribute() {
    let source = "#[test]\nfn a() {}\n#[tokio::test(flavor = \"x\")]\n#[ignore]\nasync fn b() {}\nfn c() {}\n\
                  #[cfg(test)]\nfn d() {}";
    let found: Vec<_> = functions(source).into_iter().map(|f| (f.name, f.is_test)).collect();
    let expected = [("a", true), ("b", true), ("c", false), ("d", false)];
    assert_eq!(found, expected.map(|(name, is_test)| (name.to_owned(), is_test)));
}

#[test]
fn functions_inside_functions_are_found_too() {
    let names: Vec<_> = functions("fn outer() { fn inner() {} }").into_iter().map(|f| f.name).collect();
    assert_eq!(names, ["outer", "inner"]);
}

#[test]
fn raw_names_and_words_that_end_in_fn_are_no_functions() {
    assert_eq!(functions("struct S { r#fn: u8, my_fn: u8 }"), []);
}

#[test]
fn blanking_keeps_every_line_and_every_length() {
    let source = "let a = \"x\ny\"; // 注释\nlet b = 'z';";
    let blanked = blank(source);
    assert_eq!(blanked.len(), source.chars().count());
    assert_eq!(blanked.iter().filter(|c| **c == '\n').count(), 2);
    assert!(!blanked.contains(&'注') && !blanked.contains(&'z') && blanked.contains(&'b'));
}

#[test]
fn an_unfinished_string_or_comment_does_not_stop_the_scanner() {
    for source in ["fn f() { \"", "fn f() { /* ", "fn f() { r#\"", "fn f() { '\\", "fn", "fn f", "fn f("] {
        assert_eq!(functions(source), [], "{source}");
    }
}
