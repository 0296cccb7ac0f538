//! Parquet files: types of their own, several columns at a time, and what cannot be read of them.

use super::{Reading, catalog, number, read};
use crate::dataset::{Dataset, ERRORS_MAX, Findings};
use parquet::{
    data_type::{BoolType, ByteArray, ByteArrayType, Int32Type, Int64Type},
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::parser::parse_message_type,
};
use rules::expression::Value;
use std::{fs::File, sync::Arc};

/// A column of a file; lists hold two values in the first row and one in the second.
enum Written {
    Texts(Vec<&'static str>),
    Small(Vec<i32>),
    Large(Vec<i64>),
    List,
}

fn written(schema: &str, columns: &[Written]) -> Result<Dataset, Findings> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("firms.parquet");
    let schema = Arc::new(parse_message_type(&format!("message firms {{ {schema} }}")).unwrap());
    let properties = Arc::new(WriterProperties::builder().build());
    let mut writer = SerializedFileWriter::new(File::create(&path).unwrap(), schema, properties).unwrap();
    let mut group = writer.next_row_group().unwrap();
    for written in columns {
        let mut column = group.next_column().unwrap().unwrap();
        match written {
            Written::Texts(texts) => {
                let texts: Vec<ByteArray> = texts.iter().map(|text| ByteArray::from(*text)).collect();
                column.typed::<ByteArrayType>().write_batch(&texts, None, None).unwrap();
            }
            Written::Small(values) => {
                column.typed::<Int32Type>().write_batch(values, None, None).unwrap();
            }
            Written::Large(values) => {
                column.typed::<Int64Type>().write_batch(values, None, None).unwrap();
            }
            Written::List => {
                let (truths, levels, repeats) = (&[true, false, true], &[1, 1, 1], &[0, 1, 0]);
                column.typed::<BoolType>().write_batch(truths, Some(levels), Some(repeats)).unwrap();
            }
        }
        column.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
    read(&path, &catalog(), Reading::default(), &mut |_, _| {})
}

#[test]
fn a_column_of_lists_is_called_so_and_named_as_the_field() {
    let schema =
        "required binary firm (UTF8); repeated boolean marks; repeated boolean revenue; repeated boolean x;";
    let columns = [Written::Texts(vec!["a", "b"]), Written::List, Written::List, Written::List];
    let findings = written(schema, &columns).unwrap_err();
    let told: Vec<_> = findings
        .all
        .iter()
        .map(|finding| (finding.column.as_deref().unwrap(), finding.what.as_str()))
        .collect();
    let lists = "the column holds lists or groups";
    assert_eq!(
        told,
        [("x", "the column is no field"), ("marks", "the column holds lists"), ("revenue", lists)]
    );
    let schema = "required binary firm (UTF8); optional group revenue (LIST) { repeated group list { required boolean element; } }";
    let findings = written(schema, &[Written::Texts(vec!["a", "b"]), Written::List]).unwrap_err();
    assert_eq!((findings.all.len(), findings.all[0].what.as_str()), (1, lists));
}

#[test]
fn whole_numbers_without_a_sign_are_numbers() {
    let schema = "required int64 firm (INTEGER(64, false)); required int32 revenue (INTEGER(32, false)); required int32 founded (DATE);";
    let columns = [Written::Large(vec![7, -1]), Written::Small(vec![3, -1]), Written::Small(vec![0, 19_000])];
    let read = written(schema, &columns).unwrap();
    assert_eq!((read.firms.id(0), read.firms.id(1)), ("7", "18446744073709551615"));
    let value = |field, row| read.table.value(&catalog(), field, row);
    assert_eq!((value(0, 0), value(0, 1)), (number(3, 0), number(4_294_967_295, 0)));
    assert_eq!(value(2, 0), Some(Value::Date(chrono::NaiveDate::default())));
}

#[test]
fn faults_of_several_columns_are_told_in_their_order_up_to_the_same_one_every_time() {
    let rows = 150;
    let schema =
        "required binary revenue (UTF8); required binary firm (UTF8); required binary founded (UTF8);";
    let columns = || {
        let wrong = || Written::Texts(vec!["wrong"; rows]);
        let firms = (0..rows).map(|row| &*format!("f{row}").leak());
        [wrong(), Written::Texts(firms.collect()), wrong()]
    };
    let findings = written(schema, &columns()).unwrap_err();
    assert_eq!((findings.error_count, findings.all.len()), (ERRORS_MAX as u64, ERRORS_MAX + 1));
    let place = |at: usize| (findings.all[at].row, findings.all[at].column.as_deref());
    assert_eq!((place(149), place(150)), ((Some(150), Some("revenue")), (Some(1), Some("founded"))));
    assert_eq!(place(ERRORS_MAX), (Some(50), None));
    for _ in 0..5 {
        assert_eq!(written(schema, &columns()).unwrap_err(), findings);
    }
}
