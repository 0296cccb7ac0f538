//! A letter, as mail programs save it (.eml): subject, text, date and number are its columns, its files come along.

use crate::row::Row;
use chrono::DateTime;
use domain::{china_time::time_in_china, finding::Finding};
use mail_parser::{MessageParser, MimeHeaders as _};

/// Most files of one letter.
const FILES_MAX: usize = 20;

/// The letter as one row.
pub fn rows(bytes: &[u8]) -> Result<Vec<Row>, Finding> {
    let message = MessageParser::default().parse(bytes);
    let message = message
        .filter(|message| message.subject().is_some() || message.message_id().is_some())
        .ok_or_else(|| Finding::of_file("it is no letter", "save the letter as .eml in the mail program"))?;
    let mut row = Row { number: 1, ..Row::default() };
    row.put("subject", message.subject().unwrap_or_default());
    row.put("message-id", message.message_id().unwrap_or_default());
    let texts: Vec<_> = (0..message.text_body_count()).filter_map(|at| message.body_text(at)).collect();
    row.put("text", &texts.join("\n"));
    let sent = message.date().and_then(|date| DateTime::from_timestamp(date.to_timestamp(), 0));
    if let Some(sent) = sent {
        row.put("date", &time_in_china(sent).format("%Y-%m-%d %H:%M").to_string());
    }
    if message.attachment_count() > FILES_MAX {
        let what = format!("the letter has more than {FILES_MAX} files");
        return Err(Finding::of_file(what, "take the files in at the counter"));
    }
    for file in message.attachments() {
        let name = file.attachment_name().unwrap_or("file").to_owned();
        row.files.push((name, file.contents().to_vec()));
    }
    Ok(vec![row])
}
