//! What a free text may hold: visible characters on one line, and not too many of them.

/// Most characters of a name, title, unit or number.
const NAME_MAX: usize = 200;
/// Most characters of a sentence or two of ours.
const GIST_MAX: usize = 2_000;
/// Fields that hold sentences.
const SENTENCES: [&str; 15] = [
    "gist", "must", "summary", "who", "limits", "figures", "remark", "reference", "note", "question",
    "require", "unless", "item", "notice", "derived",
];
/// Fields in one language that hold free text.
const PLAIN: [&str; 3] = ["aliases", "unit", "document_number"];

/// Whether a field holds free text; what other fields hold is checked against what they may name.
pub(crate) fn is_free_text(field: &str) -> bool {
    matches!(field.rsplit('.').next(), Some("zh" | "en")) || PLAIN.contains(&top(field))
}

/// What is wrong with the text of a field, and what to do about it.
pub(crate) fn fault_of(field: &str, text: &str) -> Option<(String, String)> {
    if !is_free_text(field) {
        return None;
    }
    if let Some(hidden) = text.chars().find(|character| is_hidden(*character)) {
        let what = format!("`{field}` holds the hidden character U+{:04X}", u32::from(hidden));
        return Some((what, "remove it; texts are one line of visible characters".to_owned()));
    }
    let longest = if SENTENCES.contains(&top(field)) { GIST_MAX } else { NAME_MAX };
    let length = text.chars().count();
    (length > longest).then(|| {
        let what = format!("`{field}` has {length} characters, more than {longest}");
        (what, "shorten it; an edition holds names and short texts of ours".to_owned())
    })
}

/// Control characters, marks that change the direction of text, and characters without width.
pub(crate) fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{AD}'
                | '\u{61C}'
                | '\u{180E}'
                | '\u{200B}'..='\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{FEFF}'
                | '\u{FFF9}'..='\u{FFFD}'
                | '\u{E0000}'..='\u{E007F}'
        )
}

/// The text with its hidden characters spelled out, cut where it is longer than `longest`.
pub(crate) fn visible(text: &str, longest: usize) -> String {
    let mut shown = String::new();
    for (at, character) in text.chars().enumerate() {
        if at == longest {
            shown.push('…');
            break;
        }
        if is_hidden(character) { shown.extend(character.escape_unicode()) } else { shown.push(character) }
    }
    shown
}

fn top(field: &str) -> &str {
    field.split('.').next().unwrap_or(field)
}
