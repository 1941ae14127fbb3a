//! Whatever is in a dump, reading it ends; and what was written is read.

use proptest::prelude::{Just, Strategy, any, prop, prop_assert_eq, prop_oneof, proptest};

use super::super::Dialect;
use super::{DumpOptions, file, of, open_at, place, read_with, rows_of};
use crate::sources::kind::Opener;

/// A text as each program writes it.
fn literal(dialect: Dialect, text: &str) -> String {
    match dialect {
        Dialect::Mysql => {
            let mut out = String::from("'");
            for c in text.chars() {
                match c {
                    '\0' => out.push_str("\\0"),
                    '\n' => out.push_str("\\n"),
                    '\r' => out.push_str("\\r"),
                    '\u{1a}' => out.push_str("\\Z"),
                    '\'' | '"' | '\\' => out.extend(['\\', c]),
                    c => out.push(c),
                }
            }
            out + "'"
        }
        Dialect::Postgres if text.contains('\\') => format!("E'{}'", text.replace('\\', "\\\\").replace('\'', "''")),
        Dialect::Tsql => format!("N'{}'", text.replace('\'', "''")),
        _ => format!("'{}'", text.replace('\'', "''")),
    }
}

fn copied(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r")
}

fn dialect() -> impl Strategy<Value = Dialect> {
    prop_oneof![Just(Dialect::Mysql), Just(Dialect::Postgres), Just(Dialect::Sqlite), Just(Dialect::Tsql)]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::collection::vec(any::<char>(), 0..12).prop_map(String::from_iter),
        "[ab'\"\\\\;,()\n\r\t`$#/*-]{0,12}",
        Just("\n/*".to_string()),
        Just("\nGO\n".to_string()),
        Just("');--".to_string()),
    ]
}

/// Pieces that SQL is made of, in any order.
fn fragment() -> impl Strategy<Value = Vec<u8>> {
    let known = [
        "INSERT INTO t VALUES (",
        "INSERT t",
        "CREATE TABLE t (",
        "a int",
        ",",
        "(",
        ")",
        ";",
        "'",
        "\\'",
        "\"",
        "`",
        "[",
        "]",
        "/*",
        "/*!40000 ",
        "*/",
        "--",
        "#",
        "\nGO\n",
        "$$",
        "$a$",
        "E'",
        "N'",
        "X'",
        "0x",
        "COPY t FROM stdin;\n",
        "\\.\n",
        "\\N",
        "\t",
        "\n",
        "DELIMITER ;;\n",
        ";;",
        "ALTER TABLE t ADD ",
        "PRIMARY KEY (",
        "REFERENCES u(",
        "UPDATE t",
        "SET SQL_MODE='ANSI'",
        "1.5e",
        "-",
        "NULL",
        ".",
        "replace('a','b',char(",
        "\u{feff}",
        "USE x;",
    ];
    prop_oneof![
        8 => prop::sample::select(known.to_vec()).prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..8),
    ]
}

proptest! {
    #[test]
    fn reading_ends(dialect in dialect(), pieces in prop::collection::vec(fragment(), 0..40)) {
        let dump = pieces.concat();
        let file = file(&dump);
        let options = DumpOptions { dialect: Some(dialect), ..of(None) };
        let tables = options.tables(&place(&file)).expect("scanned");
        for table in tables {
            let options = DumpOptions { table: Some(table.name.clone()), ..options.clone() };
            if let Ok(source) = open_at(file.path(), &options) {
                prop_assert_eq!(rows_of(source.as_ref()).len() as u64, table.rows.expect("counted"));
            }
        }
    }

    #[test]
    fn what_is_written_is_read(
        dialect in dialect(),
        records in prop::collection::vec((any::<i64>(), text(), prop::option::of(text())), 1..12),
        together in any::<bool>(),
    ) {
        let rows: Vec<String> = records.iter().map(|(number, first, second)| {
            let second = second.as_ref().map_or("NULL".to_string(), |text| literal(dialect, text));
            format!("({number}, {},{second})", literal(dialect, first))
        }).collect();
        let dump = if together {
            format!("INSERT INTO t (a, b, c) VALUES {};\n", rows.join(","))
        } else {
            rows.iter().map(|row| format!("INSERT INTO t (a, b, c) VALUES {row};\n")).collect()
        };
        let options = DumpOptions { dialect: Some(dialect), ..of(None) };
        let read: Vec<String> = read_with(dump.as_bytes(), &options).into_iter().map(without_place).collect();
        prop_assert_eq!(read, written(&records));
    }

    #[test]
    fn what_is_copied_is_read(records in prop::collection::vec((any::<i64>(), text(), prop::option::of(text())), 1..12)) {
        let mut dump = String::from("COPY public.t (a, b, c) FROM stdin;\n");
        for (number, first, second) in &records {
            let second = second.as_ref().map_or("\\N".to_string(), |text| copied(text));
            dump += &format!("{number}\t{}\t{second}\n", copied(first));
        }
        dump += "\\.\n";
        let options = DumpOptions { dialect: Some(Dialect::Postgres), ..of(None) };
        let read: Vec<String> = read_with(dump.as_bytes(), &options).into_iter().map(without_place).collect();
        prop_assert_eq!(read, written(&records));
    }
}

fn without_place(line: String) -> String {
    line.split_once(' ').map(|(_, cells)| cells.to_string()).expect("a place")
}

fn written(records: &[(i64, String, Option<String>)]) -> Vec<String> {
    let line = |(number, first, second): &(i64, String, Option<String>)| {
        format!("{number}|{first}|{}", second.as_deref().unwrap_or("-"))
    };
    records.iter().map(line).collect()
}
