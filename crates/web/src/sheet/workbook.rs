//! A table as a workbook: texts as texts, numbers as numbers, days as days; the head stays in sight.

use super::{Sheet, SheetCell, visible};
use chrono::{DateTime, Datelike as _, NaiveDate, NaiveTime, Timelike as _, Utc};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

/// Most characters of a cell.
const CELL_CHARS_MAX: usize = 32_767;
/// Width of a column, in digits.
const WIDTH: std::ops::RangeInclusive<usize> = 8..=48;

/// The file.
pub fn content(sheet: &Sheet, made_at: DateTime<Utc>) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let made = date_time(made_at.date_naive(), made_at.time())?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let page = workbook.add_worksheet();
    let head = Format::new().set_bold();
    for (column, text) in (0_u16..).zip(&sheet.head) {
        page.write_string_with_format(0, column, cut(text), &head)?;
        page.set_column_width(column, width(sheet, usize::from(column)))?;
    }
    page.set_freeze_panes(1, 0)?;
    for (row, cells) in (1_u32..).zip(&sheet.rows) {
        for (column, cell) in (0_u16..).zip(cells) {
            write(page, (row, column), cell)?;
        }
    }
    workbook.save_to_buffer()
}

fn write(page: &mut Worksheet, (row, column): (u32, u16), cell: &SheetCell) -> Result<(), XlsxError> {
    match cell {
        // Always a string of the table of strings: nothing looks at what it begins with.
        SheetCell::Text(text) => page.write_string(row, column, cut(text))?,
        SheetCell::Whole(number) => {
            // Beyond this a spreadsheet would round it.
            match u32::try_from(*number) {
                Ok(number) => page.write_number(row, column, number)?,
                Err(_) => page.write_string(row, column, number.to_string())?,
            }
        }
        SheetCell::Tenths(tenths) => {
            let number = f64::from(u32::try_from(*tenths).unwrap_or(u32::MAX)) / 10.0;
            page.write_number_with_format(row, column, number, &Format::new().set_num_format("0.0"))?
        }
        SheetCell::Day(day) => {
            let format = Format::new().set_num_format("yyyy-mm-dd");
            page.write_date_with_format(row, column, date_time(*day, NaiveTime::MIN)?, &format)?
        }
        SheetCell::Moment(at) => {
            let format = Format::new().set_num_format("yyyy-mm-dd hh:mm");
            page.write_datetime_with_format(row, column, date_time(at.date(), at.time())?, &format)?
        }
        SheetCell::Blank => page,
    };
    Ok(())
}

fn date_time(day: NaiveDate, time: NaiveTime) -> Result<ExcelDateTime, XlsxError> {
    let small = |number: u32| u8::try_from(number).unwrap_or(u8::MAX);
    let year = u16::try_from(day.year()).unwrap_or_default();
    let hour = u16::try_from(time.hour()).unwrap_or_default();
    ExcelDateTime::from_ymd(year, small(day.month()), small(day.day()))?.and_hms(
        hour,
        small(time.minute()),
        f64::from(time.second()),
    )
}

fn cut(text: &str) -> String {
    visible(text).chars().take(CELL_CHARS_MAX).collect()
}

/// As wide as the widest cell; a Chinese character takes two digits.
fn width(sheet: &Sheet, column: usize) -> f64 {
    let digits = |text: &str| text.chars().map(|one| if one.is_ascii() { 1 } else { 2 }).sum::<usize>();
    let cells = sheet.rows.iter().filter_map(|row| row.get(column)).map(|cell| match cell {
        SheetCell::Text(text) => digits(text),
        SheetCell::Day(_) => 10,
        SheetCell::Moment(_) => 16,
        SheetCell::Whole(_) | SheetCell::Tenths(_) | SheetCell::Blank => 8,
    });
    let head = sheet.head.get(column).map_or(0, |text| digits(text));
    let widest = cells.chain([head]).max().unwrap_or_default() + 2;
    f64::from(u32::try_from(widest.clamp(*WIDTH.start(), *WIDTH.end())).unwrap_or(8))
}
