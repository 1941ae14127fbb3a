use std::io::{self, Cursor, Read};

use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop, prop_assert_eq, prop_oneof, proptest};

use super::super::records::Records;
use super::super::scan::Dialect;
use super::super::text::Text;
use super::super::{CsvOptions, Delimiter, Escape, Header, Quote, Table};
use super::{Folder, rows, source};
use crate::sources::Source;
use crate::sources::encoding::Encoding;

fn declared(delimiter: char, escape: Escape) -> CsvOptions {
    CsvOptions {
        encoding: Some(Encoding::UTF_8),
        delimiter: Some(Delimiter(delimiter.to_string())),
        quote: Some(Quote(Some(('"', '"')))),
        escape: Some(escape),
        header: Some(Header(None)),
        table: Some(Table::All),
        footer: Some(0),
        ..CsvOptions::default()
    }
}

/// Text in which separators, quotes and line ends are frequent.
fn messy() -> impl Strategy<Value = String> {
    const PIECES: [&str; 18] =
        [",", ";", "\"", "\"\"", "\n", "\r\n", "\r", " ", "\\", "'", "a", "bc", "ü", "東", "1", "sep=;", "\t", "|"];
    prop::collection::vec(prop::sample::select(&PIECES[..]), 0..40).prop_map(|pieces| pieces.concat())
}

/// Letters and digits, which nothing may cost.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Gives a byte at a time.
struct Drops(Cursor<Vec<u8>>);

impl Read for Drops {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let (first, _) = buffer.split_at_mut(1);
        self.0.read(first)
    }
}

/// A line a record: where it begins, its fault, its fields.
fn records(input: Box<dyn Read + Send>, dialect: Dialect) -> Vec<String> {
    let mut records = Records::new(Text::new(input, Encoding::UTF_8), dialect, 1);
    let mut lines = Vec::new();
    while let Some(record) = records.next().expect("memory can be read") {
        let fields: Vec<_> = (0..record.width()).map(|index| record.field(index)).collect();
        lines.push(format!("{} {:?} {} {fields:?}", record.line, record.fault, record.blank));
    }
    lines
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), name in 0..9_usize) {
        let labels = ["", "utf-8", "utf-16le", "utf-16be", "shift_jis", "gb18030", "cp864", "windows-1252", "big5"];
        let (_folder, paths) = Folder::of(&[("f", &bytes)]);
        let options = CsvOptions {
            encoding: labels.get(name).and_then(|label| Encoding::named(label)),
            ..CsvOptions::default()
        };
        if let Ok(source) = source(&paths, &options) {
            let first = rows(&source);
            prop_assert_eq!(first, rows(&source));
        }
    }

    #[test]
    fn messy_text_never_panics(text in messy()) {
        let (_folder, paths) = Folder::of(&[("f", text.as_bytes())]);
        if let Ok(source) = source(&paths, &CsvOptions::default()) {
            rows(&source);
        }
    }

    #[test]
    fn no_letter_is_lost(text in messy(), delimiter in prop_oneof![Just(','), Just(';')], escape in any::<bool>()) {
        let text = text.replace("sep=", "sep");
        let (_folder, paths) = Folder::of(&[("f", text.as_bytes())]);
        let escape = if escape { Escape::Backslash } else { Escape::None };
        let read: String = match source(&paths, &declared(delimiter, escape)) {
            Ok(source) => rows(&source).iter().flat_map(|row| row.iter().skip(3).flatten().cloned()).collect(),
            Err(_) => String::new(),
        };
        prop_assert_eq!(letters(&read), letters(&text));
    }

    #[test]
    fn no_line_is_left_out_in_silence(text in messy()) {
        // Lines are counted here as they are there: by one kind of line end.
        let text = text.replace("sep=", "sep").replace("\r\n", "\n").replace('\r', "");
        let (_folder, paths) = Folder::of(&[("f", text.as_bytes())]);
        if let Ok(source) = source(&paths, &CsvOptions::default()) {
            let found = source.detected().remove(0);
            let left_out = |line: u64| {
                found.above.is_some_and(|(first, last)| first <= line && line <= last)
                    || found.below.is_some_and(|(below, _)| line >= below)
            };
            let lines = text.split('\n').zip(1..).filter(|(_, number)| left_out(*number)).map(|(line, _)| line);
            let names: String = Source::schema(&source).fields().iter().map(|field| field.name().as_str())
                .filter(|name| !name.starts_with("column_")).collect();
            let cells: String = rows(&source).iter().flat_map(|row| row.iter().skip(3).flatten().cloned()).collect();
            let mut all: Vec<char> = letters(&(names + &cells + &lines.collect::<String>())).chars().collect();
            let mut wanted: Vec<char> = letters(&text).chars().collect();
            all.sort_unstable();
            wanted.sort_unstable();
            prop_assert_eq!(all, wanted);
        }
    }

    #[test]
    fn chunks_change_nothing(text in messy(), escape in any::<bool>(), cr in any::<bool>()) {
        let dialect = Dialect {
            delimiter: b',',
            quote: Some(b'"'),
            closing: b'"',
            backslash: escape,
            letters: false,
            line_end: if cr { b'\r' } else { b'\n' },
            width: 3,
        };
        let whole = records(Box::new(Cursor::new(text.clone().into_bytes())), dialect);
        prop_assert_eq!(whole, records(Box::new(Drops(Cursor::new(text.into_bytes()))), dialect));
    }

    #[test]
    fn well_formed_records_come_back(
        records in prop::collection::vec(prop::collection::vec(messy(), 3), 1..6),
        always in any::<bool>(),
        ending in prop_oneof![Just("\n"), Just("\r\n")],
    ) {
        let mut text = String::new();
        let mut expected = Vec::new();
        let mut line = 1;
        for record in &records {
            let quote = |value: &String| {
                let plain = !always && !value.contains([',', '"', '\n', '\r']) && !value.is_empty();
                if plain { value.clone() } else { format!("\"{}\"", value.replace('"', "\"\"")) }
            };
            let fields: Vec<String> = record.iter().map(quote).collect();
            let mut row = vec![Some(format!("f:{line}")), None, None];
            row.extend(record.iter().map(|value| Some(value.clone()).filter(|value| !value.is_empty())));
            expected.push(row);
            let whole = fields.join(",") + ending;
            line += whole.matches('\n').count();
            text += &whole;
        }
        let (_folder, paths) = Folder::of(&[("f", text.as_bytes())]);
        let source = source(&paths, &declared(',', Escape::None)).expect("opens");
        // Lone carriage returns outnumber the line ends only within quotes.
        prop_assert_eq!(rows(&source), expected);
    }
}
