//! Documents and lines of our own, and real ones where they are at hand.

use std::path::{Path, PathBuf};

use arrow::array::{Array, StringArray};
use proptest::prelude::{ProptestConfig, any, proptest};
use tempfile::TempDir;

use super::{JsonOptions, NdjsonOptions};
use crate::config::decode::Placed;
use crate::sources::ReadError;
use crate::sources::kind::{Opener, Place};

/// Columns, then `_row|_fault|cells` of each record; or the error.
fn lines(opener: &dyn Opener, path: &Path) -> Vec<String> {
    let shown = |error: ReadError| {
        let place = error.place.rsplit('/').next().unwrap_or_default().to_string();
        format!("{place}: {}; {}", error.what, error.help.unwrap_or_default())
    };
    let source = match opener.open(&Place::Files(vec![path.to_path_buf()])) {
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

fn json(records: Option<&str>) -> JsonOptions {
    JsonOptions { records: records.map(|path| Placed { value: path.into(), span: 0..0 }) }
}

fn file(folder: &TempDir, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    path
}

#[test]
fn a_list_of_objects_is_a_table() {
    let folder = TempDir::new().unwrap();
    let content = r#"[
        {"id": 1.10, "name": "Ann \u00e9\n", "ok": true, "gone": null, "address": {"city": "Ulm", "geo": {"lat": 1}}},
        {"name": "", "big": 12345678901234567890123, "tags": ["a", 1.50, {"b": []}], "empty": {}, "name": "Bo"},
        ["x", 2], "y"
    ]"#;
    let expected = [
        "id|name|ok|gone|address.city|address.geo.lat|big|tags|name_2|column_1|column_2|value",
        "a.json#1|∅|1.10|Ann é\n|true|∅|Ulm|1|∅|∅|∅|∅|∅|∅",
        "a.json#2|∅|∅||∅|∅|∅|∅|12345678901234567890123|[\"a\",1.50,{\"b\":[]}]|Bo|∅|∅|∅",
        "a.json#3|∅|∅|∅|∅|∅|∅|∅|∅|∅|∅|x|2|∅",
        "a.json#4|∅|∅|∅|∅|∅|∅|∅|∅|∅|∅|∅|∅|y",
    ];
    assert_eq!(lines(&json(None), &file(&folder, "a.json", content)), expected);
}

#[test]
fn records_are_found_by_the_names_that_lead_to_them() {
    let folder = TempDir::new().unwrap();
    let path = file(
        &folder,
        "a.json",
        r#"{"n": 2, "pages": [{"items": [{"a": 1}]}, {"items": [{"a": 2}, {"a": 3}]}], "x": {"y": [{"b": 1}]}}"#,
    );
    assert_eq!(lines(&json(Some("pages.items")), &path), ["a", "a.json#1|∅|1", "a.json#2|∅|2", "a.json#3|∅|3"]);
    assert_eq!(lines(&json(Some("x.y")), &path), ["b", "a.json#1|∅|1"]);
    assert_eq!(lines(&json(Some("x")), &path), ["y", "a.json#1|∅|[{\"b\":1}]"]);
    assert_eq!(
        lines(&json(None), &path),
        [
            "a.json: is one object, not a list of records; say with `records` where they are; its lists: `pages` (2), `x.y` (1)"
        ]
    );
    assert_eq!(
        lines(&json(Some("z")), &path),
        ["a.json: has nothing at `z`; say with `records` where they are; its lists: `pages` (2), `x.y` (1)"]
    );
    let tables = json(None).tables(&Place::Files(vec![path])).unwrap();
    let shown: Vec<_> = tables.iter().map(|table| (table.name.as_str(), table.option, table.rows)).collect();
    assert_eq!(shown, [("pages", "records", Some(2)), ("x.y", "records", Some(1))]);
}

#[test]
fn columns_have_a_name_each_and_are_not_endless() {
    let folder = TempDir::new().unwrap();
    let own = file(&folder, "a.json", r#"[{"_row": 1, "_row_": 2, "_row": 3, "a": 1, "a_2": 2, "a": 3}]"#);
    assert_eq!(lines(&json(None), &own), ["_row__|_row_|_row_2|a|a_2|a_3", "a.json#1|∅|1|2|3|1|2|3"]);
    let over = "a.json: its records have over 10,000 different names; \
                are values used as names? make them values of one name first";
    for names in ["\"a\":1,".repeat(100_000), (0..100_000).map(|name| format!("\"{name}\":1,")).collect()] {
        let path = file(&folder, "a.json", format!("[{{{names}\"z\":1}}]"));
        assert_eq!(lines(&json(None), &path), [over]);
    }
}

#[test]
fn what_is_no_document_is_named() {
    let folder = TempDir::new().unwrap();
    let deep = "[".repeat(500);
    let cases: [(&[u8], &str); 8] = [
        (b"", "a.json: is empty; export it again"),
        (b"[{\"a\": 1},\n{\"a\": }]", "a.json:2: is not JSON from here on; export it again, or correct the file there"),
        (b"[{\"a\": 1}", "a.json:1: is not JSON from here on; export it again, or correct the file there"),
        (b"[{\"a\": 1}] []", "a.json: holds more than one document; if each line is a record, set `kind = \"ndjson\"`"),
        (b"\xFF\xFE[\0", "a.json: is in UTF-16, and JSON is in UTF-8; convert it: `iconv -f utf-16 -t utf-8`"),
        (
            b"[{\"a\": \"M\xFCller\"}]",
            "a.json:1: is not valid UTF-8, which is what JSON is written in; export it again as UTF-8, or convert it with `iconv`",
        ),
        (b"[]", "a.json: holds no records; check the source's `path` and `records`"),
        (deep.as_bytes(), "a.json:1: is nested more than 128 levels deep; "),
    ];
    for (content, expected) in cases {
        assert_eq!(lines(&json(None), &file(&folder, "a.json", content)), [expected]);
    }
}

#[test]
fn a_bad_line_costs_its_own_record() {
    let folder = TempDir::new().unwrap();
    let content = b"\xEF\xBB\xBF{\"id\": 007}\n{\"id\": 7, \"_row\": \"x\"}\r\n\n{\"id\": 8\n{\"id\": \"M\xFC\"}\n{\"id\": 9} {}\n{\"id\": 10}";
    let expected = [
        "id|_row_",
        "a.jsonl:1|ndjson.syntax|∅|∅",
        "a.jsonl:2|∅|7|x",
        "a.jsonl:4|ndjson.syntax|∅|∅",
        "a.jsonl:5|ndjson.encoding|∅|∅",
        "a.jsonl:6|ndjson.syntax|∅|∅",
        "a.jsonl:7|∅|10|∅",
    ];
    assert_eq!(lines(&NdjsonOptions {}, &file(&folder, "a.jsonl", content)), expected);
}

/// The examples of csv-spectrum: the same tables as CSV and as JSON.
#[test]
fn csv_and_json_say_the_same() {
    let beside = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")).to_path_buf();
    let data = std::env::var_os("CUTOVER_SHARED_DATA").map_or(beside, PathBuf::from).join("05_csv/csv-spectrum");
    if !data.is_dir() {
        println!("skipped: no collection of JSON at hand");
        return;
    }
    let mut records = 0;
    for entry in std::fs::read_dir(data.join("json")).unwrap() {
        let path = entry.unwrap().path();
        let read = lines(&json(Some(".")), &path);
        let truth = match serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap() {
            serde_json::Value::Array(list) => list,
            one => vec![one],
        };
        assert_eq!(read.len() - 1, truth.len(), "{}", path.display());
        for (line, truth) in read.iter().skip(1).zip(&truth) {
            let object = truth.as_object().unwrap();
            for value in object.values() {
                assert!(line.contains(value.as_str().unwrap()), "{}: {line}", path.display());
            }
        }
        records += truth.len();
    }
    assert!(records > 10, "{records}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let folder = TempDir::new().unwrap();
        let path = file(&folder, "a", &bytes);
        let _ = (lines(&json(None), &path), lines(&json(Some("a.b")), &path), lines(&NdjsonOptions {}, &path));
    }

    #[test]
    fn anything_like_json_is_answered(text in r#"[\[{]([\[\]{}:,"]|"[ab]"|"a":|\\|1e9|null| ){0,40}"#) {
        let folder = TempDir::new().unwrap();
        let path = file(&folder, "a", &text);
        let _ = (lines(&json(None), &path), lines(&json(Some("a.b")), &path), lines(&NdjsonOptions {}, &path));
    }
}
