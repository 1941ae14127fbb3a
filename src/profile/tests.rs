//! Whole profiles of small tables: exact outcomes, and the same outcome however
//! the records are cut into batches.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use proptest::prelude::{Strategy, any, prop, prop_assert, prop_assert_eq, proptest};
use proptest::test_runner::Config;

use super::{ColumnProfile, DayOrder, DecimalSign, Options, Profile, TableProfile, Unique, html, read, text, together};
use crate::config::pipeline::SourceSpec;
use crate::sources::{Batches, ReadError, Rows, Source};
use crate::standards::{DateOrder, Defaults};

/// A source in memory, cut into batches of any size.
struct Made {
    schema: SchemaRef,
    records: Vec<Vec<Option<String>>>,
    batch: usize,
}

impl Source for Made {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn open(&self, _: usize) -> Result<Batches, ReadError> {
        let mut batches = Vec::new();
        for (index, records) in self.records.chunks(self.batch).enumerate() {
            let mut rows = Rows::new(&self.schema);
            for (at, record) in records.iter().enumerate() {
                let row = format!("t:{}", index * self.batch + at + 1);
                rows.push(&row, None, None, record.iter().map(Option::as_deref));
            }
            batches.push(Ok(rows.finish()));
        }
        Ok(Box::new(batches.into_iter()))
    }
}

fn made(name: &str, columns: &[&str], records: Vec<Vec<Option<String>>>, batch: usize) -> SourceSpec {
    let schema = Rows::text_schema(columns.iter().copied());
    SourceSpec {
        name: name.into(),
        reader: Arc::new(Made { schema, records, batch }),
        files: Vec::new(),
        place: format!("{name}.csv"),
        fingerprint: String::new(),
        key: Vec::new(),
        key_or_content: false,
        nulls: vec![String::new(), "gone".into()],
    }
}

fn profiled(specs: &[SourceSpec], values: bool) -> Profile {
    let defaults = Defaults { country: Some("US".into()), date_order: DateOrder::MonthDayYear, year_pivot: 30 };
    let options = Options { values, linked: specs.len() > 1 };
    let one = |spec| read(spec, None, &defaults, &options, &|_| {}).expect("a source in memory");
    together(specs.iter().map(one).collect())
}

fn texts(values: &[&str]) -> Vec<Vec<Option<String>>> {
    values.iter().map(|value| vec![Some((*value).to_string())]).collect()
}

/// The profile of one column.
fn column(name: &str, values: &[&str]) -> ColumnProfile {
    let profile = profiled(&[made("t", &[name], texts(values), 3)], false);
    let TableProfile { columns, .. } = profile.tables.into_iter().next().expect("a table");
    columns.into_iter().next().expect("a column")
}

fn findings(column: &ColumnProfile) -> Vec<(&str, u64, String)> {
    column.findings.iter().map(|one| (one.code, one.count, one.rows.join(" "))).collect()
}

#[test]
fn fill_counts_what_means_nothing() {
    let column = column("Fax", &["212-555-0100", "", "  ", "N/A", "gone", "212-555-0101"]);
    let fill = column.fill;
    assert_eq!((fill.records, fill.null, fill.blank, fill.null_words, fill.filled), (6, 0, 2, 2, 2));
    assert_eq!((column.distinct.count, column.unique), (2, Unique::Yes));
    assert_eq!(column.patterns, [("999-999-9999".to_string(), 2)]);
    assert_eq!(column.lengths.map(|lengths| (lengths.min, lengths.max, lengths.mean)), Some((12, 12, 12.0)));
}

#[test]
fn dates_have_an_order_and_sentinels() {
    let column = column(
        "Since",
        &["13/05/2019", "14/06/2020", "01/02/2003", "05/20/2019", "1900-01-01", "1899-12-30", "01/01/0219"],
    );
    let dates = column.dates.as_ref().expect("dates");
    assert_eq!(
        (dates.order, dates.first.as_deref(), dates.last.as_deref()),
        (DayOrder::DayFirst, Some("2003-02-01"), Some("2020-06-14"))
    );
    assert_eq!(dates.years, [(2003, 1), (2019, 2), (2020, 1)]);
    assert_eq!(
        findings(&column),
        [("profile.sentinel-date", 2, "t:5 t:6".to_string()), ("profile.mixed-dates", 1, "t:4".to_string()),]
    );
    assert_eq!(column.likely.map(|likely| likely.standard), Some("date"));
}

#[test]
fn findings_name_the_first_rows() {
    let column = column("Note", &["test", "JÃ¼rgen", " a", "000-0000", "b\u{1}", "00360", "asdf", "TEST", "qwerty"]);
    assert_eq!(
        findings(&column),
        [
            ("profile.repeated-digits", 1, "t:4".to_string()),
            ("profile.test-value", 4, "t:1 t:7 t:8".to_string()),
            ("profile.leading-zeros", 1, "t:6".to_string()),
            ("profile.mojibake", 1, "t:2".to_string()),
            ("profile.control-character", 1, "t:5".to_string()),
            ("profile.outer-blanks", 1, "t:3".to_string()),
        ]
    );
}

#[test]
fn standards_are_guessed_from_values_and_headings() {
    let likely = |name: &str, values: &[&str]| column(name, values).likely.map(|likely| likely.standard);
    assert_eq!(likely("c1", &["ann@example.org", "bob@example.org"]), Some("email"));
    assert_eq!(likely("c1", &["(212) 555-0100", "212.555.0101"]), Some("phone"));
    assert_eq!(likely("c1", &["Berg, Anna", "Li, Bo"]), Some("person_name"));
    assert_eq!(likely("c1", &["https://example.org/a", "www.example.org"]), Some("url"));
    assert_eq!(likely("c1", &["Y", "N", "Y", "N"]), Some("boolean"));
    assert_eq!(likely("c1", &["12", "13", "13"]), Some("integer"));
    assert_eq!(likely("c1", &["12.50", "13", "13"]), Some("decimal"));
    assert_eq!(likely("ZIP", &["02134", "10001", "10001"]), Some("postcode"));
    assert_eq!(likely("Last Name", &["Berg", "Li"]), Some("family_name"));
    assert_eq!(likely("State", &["MA", "NY", "NY"]), Some("region"));
    assert_eq!(likely("Country", &["USA", "Germany", "USA"]), Some("country"));
    assert_eq!(likely("Memo", &["called twice", "left word"]), None);
}

#[test]
fn figures_are_no_phones_and_no_names() {
    let likely = |name: &str, values: &[&str]| {
        column(name, values).likely.map(|likely| format!("{} {}", likely.standard, likely.heading))
    };
    let places: Vec<String> = (0..60).map(|at| format!("{}.{:06}", 50 + at % 3, at * 123_456 % 1_000_000)).collect();
    let places: Vec<&str> = places.iter().map(String::as_str).collect();
    for heading in ["lat", "Phone", "Company", "Street"] {
        assert_eq!(likely(heading, &places).as_deref(), Some("decimal false"), "{heading}");
    }
    assert_eq!(likely("host", &["192.168.100.201", "10.120.130.140"]), None);
    assert_eq!(likely("Phone", &["+49.30901807", "+1.2125550100"]).as_deref(), Some("phone true"));
    assert_eq!(likely("Company", &["2019-03-04", "2019-03-05"]).as_deref(), Some("date false"));
}

#[test]
fn a_person_is_named_by_heading_and_values() {
    let likely = |name: &str, values: &[&str]| {
        column(name, values).likely.map(|likely| format!("{} {}", likely.standard, likely.heading))
    };
    let companies = ["Alfreds Futterkiste", "Around the Horn", "G'day, Mate", "Bon app Ltd."];
    assert_eq!(likely("CompanyName", &companies).as_deref(), Some("company true"));
    let things = ["Chair, Blue", "Table, Red", "Desk, Green"];
    for heading in ["Product Name", "ShipName", "household_name", "ContactTitle"] {
        assert_eq!(likely(heading, &things), None, "{heading}");
    }
    assert_eq!(likely("Name", &things).as_deref(), Some("person_name false"));
    assert_eq!(likely("Name", &["Anna Berg", "Thomas Li", "Xu Zorn"]).as_deref(), Some("person_name true"));
    assert_eq!(likely("Contact Name", &["Xu Zorn", "Yara Quist"]).as_deref(), Some("person_name true"));
}

#[test]
fn a_decimal_comma_is_told_by_the_column() {
    let amounts = column("Umsatz", &["1.234,50", "6789,12", "5"]);
    let numbers = amounts.numbers.expect("numbers");
    assert_eq!((numbers.decimal, numbers.min, numbers.max, numbers.decimals), (DecimalSign::Comma, 5.0, 6789.12, 2));
    assert_eq!(amounts.likely.map(|likely| likely.standard), Some("decimal"));
}

/// The country of the phones and postcodes of a table.
fn countries(columns: &[&str], records: &[&[&str]]) -> Vec<Option<String>> {
    let records = records.iter().map(|record| record.iter().map(|text| Some((*text).to_string())).collect()).collect();
    let defaults = Defaults { country: None, date_order: DateOrder::MonthDayYear, year_pivot: 30 };
    let read = read(&made("t", columns, records, 9), None, &defaults, &Options::default(), &|_| {});
    let profile = together(vec![read.expect("a source in memory")]);
    let local = |column: &&ColumnProfile| {
        column.likely.as_ref().is_some_and(|likely| ["phone", "postcode"].contains(&likely.standard))
    };
    let country = |column: &ColumnProfile| column.likely.as_ref().and_then(|likely| likely.country.clone());
    profile.tables[0].columns.iter().filter(local).map(country).collect()
}

#[test]
fn countries_need_evidence() {
    let german = Some("DE".to_string());
    let zips = ["12209", "10115", "80331"];
    assert_eq!(countries(&["Zip"], &zips.map(|zip| [zip]).each_ref().map(|zip| &zip[..])), [None]);
    assert_eq!(
        countries(&["PLZ"], &zips.map(|zip| [zip]).each_ref().map(|zip| &zip[..])),
        std::slice::from_ref(&german)
    );
    let american: [&[&str]; 2] = [&["(212) 555-0100"], &["212-555-0101"]];
    assert_eq!(countries(&["Phone"], &american), [Some("US".to_string())]);
    let named: [&[&str]; 3] = [
        &["030 901807", "12209", "Deutschland"],
        &["089 9230651", "80331", "Deutschland"],
        &["030 320922", "10115", "France"],
    ];
    assert_eq!(countries(&["Phone", "Zip", "Country"], &named), [german.clone(), german.clone()]);
    let dialled: [&[&str]; 3] = [&["+49 30 901807", "12209"], &["+49 89 9230651", "80331"], &["030 320922", "10115"]];
    assert_eq!(countries(&["Phone", "Zip"], &dialled), [german.clone(), german]);
}

#[test]
fn references_and_keys() {
    let id = |number: usize| Some(format!("{number:05}"));
    let customers = (0..40).map(|at| vec![id(at), Some(format!("ann{at}@example.org"))]).collect();
    let orders = (0..90).map(|at| vec![Some((at % 30).to_string()), Some(format!("ANN{at}@EXAMPLE.ORG"))]).collect();
    let profile = profiled(
        &[made("customers", &["Cust No", "Mail"], customers, 7), made("orders", &["cust_no", "mail"], orders, 8)],
        false,
    );
    assert_eq!(profile.tables[0].keys, ["Cust No", "Mail"]);
    let told: Vec<String> = profile
        .references
        .iter()
        .map(|one| format!("{}.{} {}.{} {}", one.from.source, one.from.column, one.to.source, one.to.column, one.share))
        .collect();
    assert_eq!(told, ["orders.cust_no customers.Cust No 1"]);
    let common: Vec<(u64, f64, f64)> =
        profile.overlaps.iter().map(|one| (one.values, one.of_left, one.of_right)).collect();
    assert_eq!(common, [(40, 1.0, 0.44)]);
}

#[test]
fn values_are_kept_only_where_they_are_asked_for() {
    let spec = || made("t", &["Name"], texts(&["Secretia", "Secretia", "Hiddenberg"]), 2);
    let without = profiled(&[spec()], false);
    for shown in [text::render(&without, false), html::render(&without), serde_json::to_string(&without).expect("JSON")]
    {
        assert!(!shown.contains("Secretia") && !shown.contains("Hiddenberg"), "{shown}");
    }
    let with = profiled(&[spec()], true);
    for shown in [text::render(&with, false), html::render(&with), serde_json::to_string(&with).expect("JSON")] {
        assert!(shown.contains("Secretia"), "{shown}");
    }
    assert!(html::render(&with).contains("holds personal data") && !html::render(&without).contains("personal data"));
    assert_eq!(without.tables[0].columns[0].vocabulary.as_ref().map(Vec::len), Some(2));
}

#[test]
fn the_page_is_whole_and_loads_nothing() {
    let records =
        (0..60).map(|at| vec![Some(format!("<b>{at}</b>&\"")), Some(format!("20{:02}-01-0{}", at % 20, at % 9 + 1))]);
    let page = html::render(&profiled(&[made("a <b> & c", &["<script>", "Day"], records.collect(), 9)], true));
    let mut reader = quick_xml::Reader::from_str(&page);
    reader.config_mut().check_end_names = false;
    let mut open: Vec<String> = Vec::new();
    loop {
        match reader.read_event().expect("well-formed markup") {
            quick_xml::events::Event::Start(tag) => {
                let name = AsRef::<str>::as_ref(&tag.name()).to_string();
                if name != "meta" {
                    open.push(name);
                }
            }
            quick_xml::events::Event::End(tag) => {
                assert_eq!(open.pop(), Some(AsRef::<str>::as_ref(&tag.name()).to_string()));
            }
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(open, Vec::<String>::new());
    for foreign in ["http:", "https:", "src=", "<script", "<link", "@import", "url("] {
        assert!(!page.contains(foreign), "{foreign}");
    }
    assert!(page.contains("&lt;script&gt;") && page.contains("Dates by year"));
}

#[test]
fn lines_fit_a_terminal() {
    let long = "x y ".repeat(60);
    let wide = "A column with a name that is far too long to stand in one line of a terminal";
    let shown = text::render(&profiled(&[made(&long, &[wide], texts(&[&long, "00360", " Ærø\u{1}"]), 2)], true), false);
    assert!(shown.lines().all(|line| console::measure_text_width(line) <= 80), "{shown}");
}

/// Values of all the kinds that are told apart.
fn value() -> impl Strategy<Value = Option<String>> {
    prop::option::of(prop::sample::select(vec![
        "Ann Berg",
        "Berg, Ann",
        "N/A",
        "",
        " ",
        "00360",
        "12",
        "1,250.50",
        "13/05/2019",
        "05/13/2019",
        "1900-01-01",
        "(212) 555-0100",
        "ann@example.org",
        "test",
        "JÃ¼rgen",
        "\u{1}",
        "999",
        "9999-12-31",
    ]))
    .prop_flat_map(|one| {
        (any::<u8>(), any::<bool>()).prop_map(move |(number, own)| {
            one.map(|text| if own { format!("{text}{number}") } else { text.to_string() })
        })
    })
}

proptest! {
    #![proptest_config(Config { cases: 48, ..Config::default() })]

    #[test]
    fn batches_change_nothing(
        records in prop::collection::vec(prop::collection::vec(value(), 2), 1..120),
        batch in 1usize..50,
    ) {
        let whole = profiled(&[made("a", &["x", "y"], records.clone(), usize::MAX), made("b", &["x", "y"], records.clone(), 200)], true);
        let parts = profiled(&[made("a", &["x", "y"], records.clone(), batch), made("b", &["x", "y"], records.clone(), batch)], true);
        prop_assert_eq!(&whole, &parts);
        for column in &whole.tables[0].columns {
            let fill = column.fill;
            prop_assert_eq!(fill.null + fill.blank + fill.null_words + fill.filled, records.len() as u64);
            prop_assert!(column.distinct.count <= fill.filled);
        }
    }
}
