//! CSV (RFC 4180, UTF-8) row by row: no row and no file can take more memory than its columns.

use super::{
    COLUMNS_MAX, Dataset, FIRMS_MAX, Finding, Findings, Progress, ROW_BYTES_MAX, Reading,
    header::{Intake, Role},
};
use csv_core::{ReadRecordResult, Reader};
use rules::catalog::Catalog;
use std::io::{BufRead, BufReader, Read};

/// Bytes read at once.
const READ_BYTES: usize = 1 << 18;

/// What a file is that begins like this, where it is no CSV.
pub fn foreign(head: &[u8]) -> Option<Finding> {
    let (what, hint) = match head {
        [b'P', b'K', 3, 4, ..] => {
            ("it is a spreadsheet or an archive", "save the sheet as CSV (UTF-8) or Parquet")
        }
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => ("the text is UTF-16", "save it as CSV in UTF-8"),
        [0x1F, 0x8B, ..] => ("it is compressed", "unpack it first, or deliver Parquet"),
        [0xD0, 0xCF, 0x11, 0xE0] => ("it is a spreadsheet", "save the sheet as CSV (UTF-8) or Parquet"),
        head if head.contains(&0) => ("it is no text", "deliver CSV in UTF-8, or Parquet"),
        _ => return None,
    };
    Some(Finding::of_file(what, hint))
}

/// Rows of a CSV file; one is kept at a time.
struct Rows<'r> {
    input: BufReader<Box<dyn Read + 'r>>,
    reader: Reader,
    output: Vec<u8>,
    ends: Vec<usize>,
    /// Bytes and cells of the row.
    written: usize,
    cells: usize,
    /// Line on which the row begins.
    line: u64,
    /// Lines that were passed over, those of the row included.
    passed: Lines,
    bytes: u64,
    is_first: bool,
}

/// Lines that have ended: by a line feed, by a carriage return, or by both together.
#[derive(Default)]
struct Lines {
    count: u64,
    /// Whether the last byte was a carriage return, to which a line feed still belongs.
    is_returning: bool,
}

impl Lines {
    fn pass(&mut self, bytes: &[u8]) {
        let Some(last) = bytes.last() else { return };
        let count = |wanted: u8| bytes.iter().map(|byte| u64::from(*byte == wanted)).sum::<u64>();
        let (feeds, returns) = (count(b'\n'), count(b'\r'));
        self.count += feeds + returns;
        if returns > 0 {
            self.count -= bytes.windows(2).filter(|pair| pair == b"\r\n").count() as u64;
        }
        self.count -= u64::from(self.is_returning && bytes[0] == b'\n');
        self.is_returning = *last == b'\r';
    }
}

impl<'r> Rows<'r> {
    fn new(input: Box<dyn Read + 'r>) -> Self {
        Self {
            input: BufReader::with_capacity(READ_BYTES, input),
            reader: Reader::new(),
            output: vec![0; ROW_BYTES_MAX],
            ends: vec![0; COLUMNS_MAX],
            written: 0,
            cells: 0,
            line: 0,
            passed: Lines::default(),
            bytes: 0,
            is_first: true,
        }
    }

    fn told(error: &std::io::Error, row: u64) -> Finding {
        Finding::of_row(row, format!("the file cannot be read on: {error}"), "copy it anew")
    }

    /// Passes over the mark of UTF-8 and blank lines.
    fn skip_blank(&mut self) -> Result<(), Finding> {
        let mut skipped = 0;
        loop {
            let buffer = self.input.fill_buf().map_err(|error| Self::told(&error, self.line))?;
            let mark = if self.is_first && buffer.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
            self.is_first = false;
            let blank = buffer[mark..].iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
            self.passed.pass(&buffer[mark..mark + blank]);
            let all = mark + blank;
            let more = all == buffer.len() && all > 0;
            self.input.consume(all);
            self.bytes += all as u64;
            skipped += all;
            if skipped > 16 * ROW_BYTES_MAX {
                return Err(Finding::of_row(
                    self.line, "millions of blank lines follow", "see that it is the right file",
                ));
            }
            if !more {
                return Ok(());
            }
        }
    }

    /// Reads the next row; false at the end.
    fn next(&mut self) -> Result<bool, Finding> {
        self.skip_blank()?;
        self.line = self.passed.count + 1;
        (self.written, self.cells) = (0, 0);
        let mut is_open = false;
        loop {
            let buffer = self.input.fill_buf().map_err(|error| Self::told(&error, self.line))?;
            let at_end = buffer.is_empty();
            let (result, read, written, cells) = self.reader.read_record(
                buffer,
                &mut self.output[self.written..],
                &mut self.ends[self.cells..],
            );
            self.passed.pass(&buffer[..read]);
            is_open = buffer[..read].iter().fold(is_open, |open, byte| open ^ (*byte == b'"'));
            self.input.consume(read);
            self.bytes += read as u64;
            self.written += written;
            self.cells += cells;
            match result {
                ReadRecordResult::InputEmpty => {}
                // Within an open quotation everything up to the end of the file is one cell.
                ReadRecordResult::Record if at_end && is_open => {
                    let what = "a quotation mark is opened in this row and never closed";
                    return Err(Finding::of_row(self.line, what, "close it, or double it where it is text"));
                }
                ReadRecordResult::Record => return Ok(true),
                ReadRecordResult::End => return Ok(false),
                ReadRecordResult::OutputFull => {
                    let what = format!("the row is longer than {} KiB", ROW_BYTES_MAX / 1024);
                    let hint = "close the quotation mark that is open, or see that it is the right file";
                    return Err(Finding::of_row(self.line, what, hint));
                }
                ReadRecordResult::OutputEndsFull => {
                    let what = format!("the row has more than {COLUMNS_MAX} cells");
                    return Err(Finding::of_row(self.line, what, "see that it is the right file"));
                }
            }
        }
    }

    fn range(&self, cell: usize) -> std::ops::Range<usize> {
        cell.checked_sub(1).map_or(0, |before| self.ends[before])..self.ends[cell]
    }

    /// The text of the row; else the first cell that is none.
    fn text(&self) -> Result<&str, usize> {
        std::str::from_utf8(&self.output[..self.written]).map_err(|error| {
            let at = error.valid_up_to();
            self.ends[..self.cells].iter().position(|end| at < *end).unwrap_or(0)
        })
    }

    /// A finding for a row that is no text.
    fn no_text(&self, cell: usize) -> Finding {
        let bytes = &self.output[self.range(cell)];
        let what = if bytes.contains(&0) { "the cell is no text" } else { "the cell is not in UTF-8" };
        Finding::of_row(self.line, what, "save the file as CSV in UTF-8; spreadsheets often write GB 18030")
    }
}

/// Reads a CSV file of so many bytes.
pub fn read(
    input: Box<dyn Read + '_>,
    size: u64,
    catalog: &Catalog,
    reading: Reading,
    progress: &mut Progress<'_>,
) -> Result<Dataset, Findings> {
    let mut rows = Rows::new(input);
    if !rows.next().map_err(Findings::of)? {
        let finding = Finding::of_file("the file is empty", "write a header with the names of the fields");
        return Err(Findings::of(finding));
    }
    let header = rows.text().map_err(|cell| Findings::of(rows.no_text(cell)))?;
    if header.contains('\0') {
        return Err(Findings::of(Finding::of_file("it is no text", "deliver CSV in UTF-8, or Parquet")));
    }
    let names = (0..rows.cells).map(|cell| header[rows.range(cell)].trim().to_owned()).collect();
    let mut intake = Intake::new(names, catalog, reading)?;
    let mut told = 0;
    loop {
        match rows.next() {
            Ok(true) => row(&rows, &mut intake),
            Ok(false) => break,
            Err(finding) => {
                intake.findings.add(finding);
                return Err(intake.findings);
            }
        }
        if intake.is_over() {
            intake.findings.stop(rows.line);
            return Err(intake.findings);
        }
        if rows.bytes >= told + (1 << 22) {
            told = rows.bytes;
            progress(rows.bytes, size);
        }
    }
    progress(rows.bytes, size);
    intake.finish()
}

fn row(rows: &Rows<'_>, intake: &mut Intake<'_>) {
    let line = rows.line;
    let wanted = intake.names.len();
    if rows.cells != wanted {
        let what = format!("the row has {} cells, the header {wanted}", rows.cells);
        return intake.findings.add(Finding::of_row(
            line,
            what,
            "put a cell that holds a comma into quotation marks",
        ));
    }
    let text = match rows.text() {
        Ok(text) => text,
        Err(cell) => {
            let column = intake.names[cell].clone();
            return intake.findings.add(rows.no_text(cell).in_column(&column));
        }
    };
    let mut from = 0;
    for cell in 0..wanted {
        let cell_text = &text[from..rows.ends[cell]];
        from = rows.ends[cell];
        match intake.roles[cell] {
            Role::Nothing => {}
            Role::Field(column) => {
                if let Err(fault) = intake.columns[column].push(cell_text) {
                    intake.fault(fault, line, cell);
                }
            }
            Role::Firm => {
                intake.firm(cell_text, line, cell);
                if intake.firms_are_too_many(FIRMS_MAX) {
                    let what = format!("there are more than {FIRMS_MAX} firms");
                    intake.findings.add(Finding::of_row(line, what, "see that it is the right file"));
                }
            }
        }
    }
}
