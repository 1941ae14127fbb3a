//! Files that the `parquet` crate writes here.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, ListArray,
    MapBuilder, MapFieldNames, RecordBatch, StringArray, StringBuilder, StructArray, Time64MicrosecondArray,
    TimestampMillisecondArray,
};
use arrow::datatypes::{DataType, Field, Int32Type, Schema};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use proptest::prelude::{ProptestConfig, any, proptest};
use tempfile::TempDir;

use super::{Bytes, ParquetOptions};
use crate::sources::ReadError;
use crate::sources::kind::{Opener, Place};

fn write(path: &Path, columns: Vec<(&str, ArrayRef)>) -> PathBuf {
    let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true)));
    let batch = batch.unwrap();
    let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default())).build();
    let file = std::fs::File::create(path).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    path.to_path_buf()
}

fn lines(paths: &[PathBuf], bytes: Bytes) -> Vec<String> {
    let shown = |error: ReadError| {
        let place = error.place.rsplit('/').next().unwrap_or_default().to_string();
        format!("{place}: {}; {}", error.what, error.help.unwrap_or_default())
    };
    let source = match (ParquetOptions { bytes }).open(&Place::Files(paths.to_vec())) {
        Ok(source) => source,
        Err(error) => return vec![shown(error)],
    };
    let names: Vec<String> = source.schema().fields().iter().map(|field| field.name().clone()).collect();
    let mut lines = vec![names.join("|")];
    for batch in source.open(2).unwrap() {
        let batch = match batch {
            Ok(batch) => batch,
            Err(error) => return vec![shown(error)],
        };
        for row in 0..batch.num_rows() {
            let columns = batch.columns().iter().enumerate().filter(|(index, _)| *index != 2);
            let cells = columns.map(|(_, column)| {
                let text = column.as_any().downcast_ref::<StringArray>().unwrap();
                if text.is_null(row) { "∅".to_string() } else { text.value(row).to_string() }
            });
            lines.push(cells.collect::<Vec<_>>().join("|"));
        }
    }
    lines
}

#[test]
fn typed_columns_are_text() {
    let folder = TempDir::new().unwrap();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(Int64Array::from(vec![Some(9_007_199_254_740_993), None]))),
        ("zip", Arc::new(StringArray::from(vec![Some("06022"), Some("")]))),
        ("since", Arc::new(Date32Array::from(vec![Some(20_634), Some(-1)]))),
        ("at", Arc::new(TimestampMillisecondArray::from(vec![Some(1_782_820_800_000), Some(-1)]))),
        ("utc", Arc::new(TimestampMillisecondArray::from(vec![Some(1_782_820_800_000), None]).with_timezone("UTC"))),
        ("hour", Arc::new(Time64MicrosecondArray::from(vec![Some(37_800_000_000), None]))),
        ("sum", Arc::new(Decimal128Array::from(vec![Some(110), Some(-5)]).with_precision_and_scale(12, 2).unwrap())),
        ("real", Arc::new(Float64Array::from(vec![Some(12.0), Some(0.1)]))),
        ("ok", Arc::new(BooleanArray::from(vec![Some(true), Some(false)]))),
        ("raw", Arc::new(BinaryArray::from(vec![Some(&b"\x00\xff"[..]), Some(b"ab")]))),
    ];
    let path = write(&folder.path().join("a.parquet"), columns);
    let expected = [
        "id|zip|since|at|utc|hour|sum|real|ok|raw",
        "a.parquet:1|∅|9007199254740993|06022|2026-06-30|2026-06-30T12:00:00|2026-06-30T12:00:00Z|10:30:00|1.10|12|true|0x00ff",
        "a.parquet:2|∅|∅||1969-12-31|1969-12-31T23:59:59.999|∅|∅|-0.05|0.1|false|0x6162",
    ];
    assert_eq!(lines(std::slice::from_ref(&path), Bytes::Hex), expected);
    assert!(lines(std::slice::from_ref(&path), Bytes::Text)[2].ends_with("|ab"));
    let source = ParquetOptions { bytes: Bytes::Hex }.open(&Place::Files(vec![path])).unwrap();
    let declared: Vec<String> = source.declared().into_iter().flatten().collect();
    assert_eq!(
        declared.join("|"),
        "int64|text|date|timestamp|timestamp with time zone|time|decimal(12,2)|float64|boolean|bytes"
    );
}

#[test]
fn values_within_values_are_json() {
    let folder = TempDir::new().unwrap();
    let list = ListArray::from_iter_primitive::<Int32Type, _, _>(vec![Some(vec![Some(1), None]), None]);
    let names: ArrayRef = Arc::new(StringArray::from(vec![Some("A \"b\""), None]));
    let since: ArrayRef = Arc::new(Date32Array::from(vec![Some(0), None]));
    let person = StructArray::from(vec![
        (Arc::new(Field::new("name", DataType::Utf8, true)), names),
        (Arc::new(Field::new("since", DataType::Date32, true)), since),
    ]);
    let field_names = MapFieldNames { entry: "entries".into(), key: "keys".into(), value: "values".into() };
    let mut map = MapBuilder::new(Some(field_names), StringBuilder::new(), StringBuilder::new());
    map.keys().append_value("k");
    map.values().append_value("v");
    map.append(true).unwrap();
    map.append(true).unwrap();
    let columns: Vec<(&str, ArrayRef)> =
        vec![("list", Arc::new(list)), ("person", Arc::new(person)), ("map", Arc::new(map.finish()))];
    let expected = [
        "list|person|map",
        "a.parquet:1|∅|[1,null]|{\"name\":\"A \\\"b\\\"\",\"since\":\"1970-01-01\"}|{\"k\":\"v\"}",
        "a.parquet:2|∅|∅|{\"name\":null,\"since\":null}|{}",
    ];
    assert_eq!(lines(&[write(&folder.path().join("a.parquet"), columns)], Bytes::Hex), expected);
}

#[test]
fn several_files_are_one_source() {
    let folder = TempDir::new().unwrap();
    let text = |value: &str| Arc::new(StringArray::from(vec![value])) as ArrayRef;
    let one = write(&folder.path().join("1.parquet"), vec![("a", text("x")), ("b", text("y"))]);
    let two = write(&folder.path().join("2.parquet"), vec![("c", text("z")), ("a", text("w"))]);
    assert_eq!(lines(&[one, two], Bytes::Hex), ["a|b|c", "1.parquet:1|∅|x|y|∅", "2.parquet:1|∅|w|∅|z"]);
}

#[test]
fn a_day_that_no_calendar_has_costs_its_own_record() {
    let folder = TempDir::new().unwrap();
    let moments = TimestampMillisecondArray::from(vec![Some(i64::MAX), Some(0)]);
    let path = write(&folder.path().join("a.parquet"), vec![("at", Arc::new(moments))]);
    let expected = ["at", "a.parquet:1|parquet.out-of-range|∅", "a.parquet:2|∅|1970-01-01T00:00:00"];
    assert_eq!(lines(&[path], Bytes::Hex), expected);
}

#[test]
fn an_empty_table_has_columns() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.parquet");
    let schema = Arc::new(Schema::new(vec![Field::new("a", DataType::Utf8, true)]));
    ArrowWriter::try_new(std::fs::File::create(&path).unwrap(), schema, None).unwrap().close().unwrap();
    assert_eq!(lines(&[path], Bytes::Hex), ["a"]);
}

#[test]
fn what_is_no_parquet_is_named() {
    let folder = TempDir::new().unwrap();
    let whole = write(&folder.path().join("a.parquet"), vec![("a", Arc::new(StringArray::from(vec!["x"; 500])))]);
    let bytes = std::fs::read(&whole).unwrap();
    let path = folder.path().join("b.parquet");
    let mut shut = bytes.clone();
    let end = shut.len();
    shut[..4].copy_from_slice(b"PARE");
    shut[end - 4..].copy_from_slice(b"PARE");
    let cases: [(&[u8], &str); 3] = [
        (b"id,name\n1,Ann\n", "b.parquet: is not a Parquet file, or is cut off; check the source's `path`"),
        (&bytes[..bytes.len() / 2], "b.parquet: is not a Parquet file, or is cut off; check the source's `path`"),
        (&shut, "b.parquet: is encrypted; write a copy without encryption"),
    ];
    for (content, expected) in cases {
        std::fs::write(&path, content).unwrap();
        assert_eq!(lines(std::slice::from_ref(&path), Bytes::Hex), [expected]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn damage_is_answered(changes in proptest::collection::vec((any::<u16>(), any::<u8>()), 1..20), cut in any::<bool>()) {
        let folder = TempDir::new().unwrap();
        let path = write(&folder.path().join("a.parquet"), vec![("a", Arc::new(StringArray::from(vec!["x", "yy"])))]);
        let mut bytes = std::fs::read(&path).unwrap();
        let length = bytes.len();
        for (at, value) in changes {
            bytes[usize::from(at) % length] = value;
        }
        if cut {
            bytes.drain(..length / 3);
        }
        std::fs::write(&path, bytes).unwrap();
        let _ = lines(&[path], Bytes::Hex);
    }
}
