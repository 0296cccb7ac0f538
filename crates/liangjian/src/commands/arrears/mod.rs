//! `liangjian arrears`: what is open of invoices on a day, with late interest.

use super::{
    Context,
    due::{Reading, read},
    matching::sums::padded,
    printed,
};
use anyhow::{Context as _, anyhow};
use domain::{
    Bilingual, Language,
    arrears::{Arrears, LprTable, RateGround, settle},
};
use edition::{ArrearsFile, Edition, WrittenInvoice, arrears_of_file};
use serde::Serialize;
use std::{collections::BTreeMap, path::PathBuf, sync::LazyLock};

/// Columns of the table.
const COLUMNS: [(&str, usize); 7] = [
    ("id", 14),
    ("due", 12),
    ("days_late", 10),
    ("open", 18),
    ("disputed", 18),
    ("interest", 16),
    ("rate", 0),
];

static TEXTS: LazyLock<BTreeMap<String, Bilingual>> = LazyLock::new(|| {
    toml::from_str(include_str!("text.toml"))
        .expect("the texts are part of the program, and a test reads them")
});

/// Arguments of `arrears`.
#[derive(clap::Args)]
pub struct Arguments {
    /// A file with `as_of` and [[invoice]]: id, amount_fen, due or delivery, signed, agreed_percent, payment.
    #[arg(value_name = "FILE.toml")]
    file: PathBuf,
    #[command(flatten)]
    reading: Reading,
}

/// What is open of one invoice.
#[derive(Serialize)]
struct Reckoned {
    id: String,
    due: chrono::NaiveDate,
    rate: RateGround,
    /// The last day of which prime rates are known, where the contract was signed after it.
    provisional_after: Option<chrono::NaiveDate>,
    open: Arrears,
}

/// Answers whether the file could be read.
pub fn run(context: &Context, arguments: &Arguments) -> anyhow::Result<bool> {
    let Some(file) = read(&arguments.file, arrears_of_file)? else { return Ok(false) };
    let edition = arguments.reading.edition(context)?;
    let none = LprTable::default();
    let rates = edition.lpr.as_deref().unwrap_or(&none);
    let invoices = file.invoices.iter().map(|written| reckoned(written, &file, (&edition, rates)));
    let invoices = invoices.collect::<anyhow::Result<Vec<Reckoned>>>()?;
    if context.json {
        printed(&(serde_json::to_string_pretty(&invoices)? + "\n"))?;
    } else {
        printed(&table(&invoices, &file, arguments.reading.language))?;
    }
    Ok(true)
}

fn reckoned(
    written: &WrittenInvoice,
    file: &ArrearsFile,
    (edition, rates): (&Edition, &LprTable),
) -> anyhow::Result<Reckoned> {
    let mut invoice = written.invoice.clone();
    if let Some(delivery) = &written.delivery {
        let due = delivery.due(&edition.calendar);
        let beyond = || {
            anyhow!("the last day for payment of `{}` is beyond the calendar · correct its days", invoice.id)
        };
        invoice.due = due.ok_or_else(beyond)?.day;
    }
    let rate = written.terms.rate(rates).with_context(|| format!("invoice `{}`", invoice.id))?;
    let open = settle(&invoice, &written.payments, (&rate, file.order), file.as_of)?;
    Ok(Reckoned {
        id: invoice.id,
        due: invoice.due,
        rate: rate.ground,
        provisional_after: rate.provisional_after,
        open,
    })
}

fn word(key: &str, language: Language) -> &'static str {
    TEXTS.get(key).map_or("", |text| text.get(language))
}

fn table(invoices: &[Reckoned], file: &ArrearsFile, language: Language) -> String {
    let line = |cells: [String; 7]| {
        let cells = COLUMNS.iter().zip(cells).map(|((_, width), cell)| padded(&cell, *width));
        cells.collect::<String>().trim_end().to_owned() + "\n"
    };
    let head = line(COLUMNS.map(|(key, _)| word(key, language).to_owned()));
    let rows = invoices.iter().map(|one| {
        let open = &one.open;
        line([
            one.id.clone(),
            one.due.to_string(),
            open.days_late.to_string(),
            yuan(open.undisputed_fen),
            yuan(open.disputed_fen),
            yuan(open.interest_fen),
            ground(one.rate, language) + &provisional(one.provisional_after, language),
        ])
    });
    let rows: String = rows.collect();
    let basis = word("basis", language).replace("{as_of}", &file.as_of.to_string());
    format!("{head}{rows}{basis}\n")
}

fn yuan(fen: i64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

fn provisional(after: Option<chrono::NaiveDate>, language: Language) -> String {
    after.map(|day| word("provisional", language).replace("{after}", &day.to_string())).unwrap_or_default()
}

fn ground(rate: RateGround, language: Language) -> String {
    match rate {
        RateGround::Agreed { percent } => word("agreed", language).replace("{percent}", &percent.to_string()),
        RateGround::RaisedToLpr { agreed, percent } => word("raised", language)
            .replace("{agreed}", &agreed.to_string())
            .replace("{percent}", &percent.to_string()),
        RateGround::Statutory => word("statutory", language).to_owned(),
    }
}
