//! An interrupt in the middle of a large load, and how long one takes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow::array::{ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{Field as ArrowField, Schema};
use parquet::arrow::ArrowWriter;

use super::fixture::{Place, entity, field, places, text};
use crate::config::pipeline::{Entity, FieldType, KeyKind, Limit, TargetSpec};
use crate::targets::{Interrupt, Load, LoadError, Loaded, Staged, open_bare};

const TEXTS: [&str; 13] = [
    "first_name",
    "last_name",
    "company",
    "title",
    "email",
    "phone",
    "mobile",
    "street",
    "city",
    "postcode",
    "country",
    "status",
    "notes",
];

fn contact() -> Entity {
    let mut fields: Vec<_> = TEXTS.iter().map(|name| text(name)).collect();
    fields.push(field("created", FieldType::Date));
    fields.push(field("last_activity", FieldType::Date));
    entity("contact", KeyKind::Uuid, fields)
}

/// Contacts like those of a real estate in width; the same each time.
fn stage(place: &Place, rows: usize) -> std::path::PathBuf {
    let path = place.folder.path().join("contact.parquet");
    let mut writer = None;
    for start in (0..rows).step_by(8192) {
        let span = || start..rows.min(start + 8192);
        let texts =
            |make: &dyn Fn(usize) -> Option<String>| Arc::new(span().map(make).collect::<StringArray>()) as ArrayRef;
        let uuid = |n: usize| uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, &n.to_le_bytes());
        let ids = texts(&|n| Some(uuid(n).to_string()));
        let mut columns: Vec<(&str, ArrayRef)> = vec![
            ("_seq", Arc::new(Int64Array::from_iter_values(span().map(|n| n as i64)))),
            ("_source", texts(&|_| Some("contacts".into()))),
            ("_key", texts(&|n| Some(n.to_string()))),
            ("_id", Arc::clone(&ids)),
            ("_target_key", ids),
            ("_verdict", texts(&|_| Some("load".into()))),
            ("_hash", texts(&|n| Some(uuid(n + 1).simple().to_string()))),
        ];
        for (index, name) in TEXTS.iter().enumerate() {
            let make = |n: usize| match index {
                4 => Some(format!("person.number{n}@mail.example.com")),
                5 | 6 => (!n.is_multiple_of(3)).then(|| format!("+1415555{:04}", n % 10_000)),
                7 => Some(format!("{} Bahnhofstraße", n % 999)),
                12 => n.is_multiple_of(2).then(|| "Called, left voicemail; follow up".to_string()),
                _ => Some(format!("{name}{}", n % (97 + index))),
            };
            columns.push((name, texts(&make)));
        }
        let days = |n: usize| 14_000 + (n % 5000) as i32;
        columns.push(("created", Arc::new(Date32Array::from_iter_values(span().map(days)))));
        columns.push(("last_activity", Arc::new(Date32Array::from_iter_values(span().map(|n| days(n) + 9)))));
        let fields: Vec<_> =
            columns.iter().map(|(name, column)| ArrowField::new(*name, column.data_type().clone(), true)).collect();
        let columns = columns.into_iter().map(|(_, column)| column).collect();
        let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).expect("a batch");
        let writer = writer.get_or_insert_with(|| {
            let file = std::fs::File::create(&path).expect("a file");
            ArrowWriter::try_new(file, batch.schema(), None).expect("a writer")
        });
        writer.write(&batch).expect("written");
    }
    writer.expect("rows").close().expect("closed");
    path
}

fn load(place: &Place, rows: usize, interrupt: Interrupt) -> Result<Loaded, LoadError> {
    let entity = contact();
    let staged = Staged {
        entity: &entity,
        path: place.folder.path().join("contact.parquet"),
        read: rows as u64,
        load: rows as u64,
    };
    let load = Load {
        run: "0001",
        as_of: "2026-06-30".into(),
        config_hash: "c0ffee",
        dry_run: false,
        refuse: Limit::None,
        entities: vec![staged],
        interrupt,
        progress: &|_, _| (),
        before_keeping: &|_| true,
    };
    open_bare(&place.spec)?.load(&load)
}

#[test]
fn an_interrupt_stops_soon_and_nothing_is_loaded() {
    for place in places("interrupt") {
        let rows = 60_000;
        stage(&place, rows);
        for after in [0, 60, 250] {
            let interrupt = Interrupt::default();
            let other = interrupt.clone();
            let timer = std::thread::spawn(move || {
                std::thread::sleep(Duration::from_millis(after));
                other.set();
            });
            let outcome = load(&place, rows, interrupt);
            timer.join().expect("joined");
            if let Ok(loaded) = outcome {
                // A fast machine may be done first; then all of it must be there.
                assert_eq!(loaded.entities[0].inserted, rows as u64);
                break;
            }
            assert!(matches!(outcome, Err(LoadError::Interrupted)), "{outcome:?}");
            match &place.spec {
                TargetSpec::Sqlite { path } => assert!(!path.exists()),
                TargetSpec::Postgres { .. } => {
                    let left = "select nspname from pg_namespace where nspname in ('cutover', 'crm')";
                    assert_eq!(place.rows(left), Vec::<String>::new());
                }
            }
        }
    }
}

#[test]
fn an_interrupt_stops_a_statement_that_runs() {
    for place in places("cancel").iter().filter(|place| place.is_postgres()) {
        let columns: Vec<String> = TEXTS.iter().map(|name| format!("{name} text")).collect();
        place.execute(&format!(
            "create table crm.contact (id uuid primary key, {}, created date, last_activity date); \
             create function crm.slow() returns trigger language plpgsql as \
             $$ begin perform pg_sleep(60); return new; end $$; \
             create trigger slow before insert on crm.contact for each row execute function crm.slow()",
            columns.join(", ")
        ));
        stage(place, 10);
        let interrupt = Interrupt::default();
        let other = interrupt.clone();
        let timer = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(1500));
            other.set();
        });
        let start = Instant::now();
        let outcome = load(place, 10, interrupt);
        timer.join().expect("joined");
        assert!(matches!(outcome, Err(LoadError::Interrupted)), "{outcome:?}");
        assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
        assert_eq!(place.rows("select count(*) from crm.contact"), ["0"]);
        let left = "select count(*) from pg_locks l join pg_database d on d.oid = l.database \
             where locktype = 'advisory' and datname = current_database()";
        assert_eq!(place.rows(left), ["0"]);
    }
}

/// Run by hand: `CUTOVER_SPEED_ROWS=743574 … speed -- --ignored --nocapture`.
#[test]
#[ignore = "takes a minute; prints figures"]
fn how_long_a_load_takes() {
    let rows = std::env::var("CUTOVER_SPEED_ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(100_000);
    for place in places("speed") {
        stage(&place, rows);
        for run in ["first", "second"] {
            let start = Instant::now();
            let loaded = load(&place, rows, Interrupt::default()).unwrap_or_else(|error| panic!("{error}"));
            let outcome = &loaded.entities[0];
            eprintln!(
                "{run} load of {rows}, postgres {}: {:.2} s, {} inserted, {} unchanged",
                place.is_postgres(),
                start.elapsed().as_secs_f64(),
                outcome.inserted,
                outcome.unchanged
            );
        }
    }
}
