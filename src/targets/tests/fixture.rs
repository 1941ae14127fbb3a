//! Entities, staged datasets and targets to load them into.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field as ArrowField, Schema};
use parquet::arrow::ArrowWriter;

use crate::config::pipeline::{Entity, Field, FieldType, KeyKind, Limit, Policy, Reference, TargetSpec, TooLong};
use crate::postgres::Connection;
use crate::targets::{Interrupt, Load, LoadError, Loaded, Staged, open_bare};

pub(super) fn field(name: &str, data_type: FieldType) -> Field {
    Field {
        name: name.into(),
        data_type,
        standard: None,
        country: None,
        invalid: Policy::Reject,
        required: None,
        unique: None,
        too_long: TooLong::Reject,
        checks: Vec::new(),
        values: None,
        references: None,
        protect: false,
        consent: None,
    }
}

pub(super) fn text(name: &str) -> Field {
    field(name, FieldType::Text(None))
}

pub(super) fn reference(name: &str, entity: &str, missing: Policy) -> Field {
    let references = Some(Reference { entity: entity.into(), missing });
    Field { references, ..field(name, FieldType::Text(None)) }
}

pub(super) fn entity(name: &str, key: KeyKind, fields: Vec<Field>) -> Entity {
    Entity {
        name: name.into(),
        table: name.into(),
        key,
        key_column: "id".into(),
        fields,
        feeds: Vec::new(),
        joins: Vec::new(),
        rules: Vec::new(),
        beyond: Default::default(),
        duplicates: None,
        cutoff: None,
    }
}

/// The identifier of a record by its legacy key.
pub(super) fn id(entity: &str, key: &str) -> String {
    uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, format!("{entity}/{key}").as_bytes()).to_string()
}

/// Writes a staged dataset: each row is `verdict key fields…`, with `-` for null,
/// `@entity/key` for a record's identifier (`1~b` is another source's record with the key 1); a merge's verdict is `merge:key`.
pub(super) fn stage(folder: &Path, entity: &Entity, rows: &[&[&str]]) -> (PathBuf, u64, u64) {
    let resolve = |text: &str| match text {
        "-" => None,
        _ => Some(text.strip_prefix('@').map_or_else(
            || text.to_string(),
            |reference| {
                let (entity, key) = reference.split_once('/').expect("entity/key");
                id(entity, key)
            },
        )),
    };
    let texts = |values: Vec<Option<String>>| Arc::new(StringArray::from(values)) as ArrayRef;
    let own = |row: &&[&str]| id(&entity.name, row[1]);
    let verdict = |row: &&[&str]| row[0].split(':').next().map(str::to_string);
    let hash = |row: &&[&str]| Some(id("hash", &row[2..].join("|")).replace('-', ""));
    let target_key = |row: &&[&str]| match entity.key {
        KeyKind::Uuid => Some(own(row)),
        KeyKind::Legacy => row[1].split('~').next().map(str::to_string),
        KeyKind::Serial => None,
    };
    let survivor = |row: &&[&str]| row[0].split_once(':').map(|(_, key)| id(&entity.name, key));
    let mut columns: Vec<(String, ArrayRef)> = vec![
        ("_seq".into(), Arc::new(Int64Array::from_iter_values(0..rows.len() as i64))),
        ("_source".into(), texts(rows.iter().map(|_| Some("old".to_string())).collect())),
        ("_row".into(), texts(rows.iter().map(|row| Some(format!("old.csv:{}", row[1]))).collect())),
        ("_key".into(), texts(rows.iter().map(|row| row[1].split('~').next().map(str::to_string)).collect())),
        ("_id".into(), texts(rows.iter().map(|row| Some(own(row))).collect())),
        ("_target_key".into(), texts(rows.iter().map(target_key).collect())),
        ("_verdict".into(), texts(rows.iter().map(verdict).collect())),
        ("_survivor".into(), texts(rows.iter().map(survivor).collect())),
        ("_hash".into(), texts(rows.iter().map(hash).collect())),
    ];
    for (index, field) in entity.fields.iter().enumerate() {
        let values = texts(rows.iter().map(|row| resolve(row[index + 2])).collect());
        let kind = if field.references.is_some() { DataType::Utf8 } else { field.data_type.arrow() };
        columns.push((field.name.clone(), cast(&values, &kind).expect("a value of the field's type")));
    }
    let fields: Vec<ArrowField> =
        columns.iter().map(|(name, column)| ArrowField::new(name, column.data_type().clone(), true)).collect();
    let batch =
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns.into_iter().map(|(_, column)| column).collect());
    let batch = batch.expect("columns of one length");
    let path = folder.join(format!("{}.parquet", entity.name));
    let file = std::fs::File::create(&path).expect("a file");
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).expect("a writer");
    writer.write(&batch).expect("written");
    writer.close().expect("closed");
    let load = rows.iter().filter(|row| row[0] == "load").count();
    (path, rows.len() as u64, load as u64)
}

/// A target of a test's own.
pub(super) struct Place {
    pub(super) folder: tempfile::TempDir,
    pub(super) spec: TargetSpec,
}

/// A SQLite file, and a schema of a Postgres database where there is a server.
pub(super) fn places(name: &str) -> Vec<Place> {
    let folder = tempfile::tempdir().expect("a folder");
    let spec = TargetSpec::Sqlite { path: folder.path().join("deep/crm.sqlite") };
    let mut all = vec![Place { folder, spec }];
    match std::env::var("CUTOVER_TEST_POSTGRES") {
        Ok(url) => all.push(postgres(&url, name)),
        Err(_) => eprintln!("skipped: no CUTOVER_TEST_POSTGRES"),
    }
    all
}

/// A database of its own: the ledger and the lock are a database's.
pub(super) fn postgres(url: &str, name: &str) -> Place {
    let folder = tempfile::tempdir().expect("a folder");
    let database = format!("test_{name}");
    let admin = connect(url);
    let statement = |sql: String| admin.runtime.block_on(admin.client.batch_execute(&sql)).expect("a statement");
    statement(format!("drop database if exists {database} with (force)"));
    statement(format!("create database {database}"));
    let mut own = url::Url::parse(url).expect("a URL");
    own.set_path(&database);
    Place { folder, spec: TargetSpec::Postgres { url: own.into(), schema: "crm".into() } }
}

pub(super) fn connect(url: &str) -> Connection {
    Connection::open(url).unwrap_or_else(|problem| panic!("{}", problem.what))
}

impl Place {
    pub(super) fn is_postgres(&self) -> bool {
        matches!(self.spec, TargetSpec::Postgres { .. })
    }

    pub(super) fn load(&self, run: &Run<'_>) -> Result<Loaded, LoadError> {
        let staged = run.data.iter().map(|(entity, rows)| {
            let (path, read, load) = stage(self.folder.path(), entity, rows);
            Staged { entity, path, read, load }
        });
        let load = Load {
            run: run.name,
            as_of: "2026-06-30".into(),
            config_hash: "c0ffee",
            dry_run: run.dry,
            refuse: run.refuse,
            entities: staged.collect(),
            interrupt: Interrupt::default(),
            progress: &|_, _| (),
            before_keeping: &|_| true,
        };
        open_bare(&self.spec)?.load(&load)
    }

    /// Runs a statement of the test's own.
    pub(super) fn execute(&self, sql: &str) {
        match &self.spec {
            TargetSpec::Sqlite { path } => {
                std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
                let connection = rusqlite::Connection::open(path).expect("opened");
                connection.execute_batch(&sql.replace("crm.", "")).expect("a statement");
            }
            TargetSpec::Postgres { url, .. } => {
                let connection = connect(url);
                let sql = format!("create schema if not exists crm; {sql}");
                connection.runtime.block_on(connection.client.batch_execute(&sql)).expect("a statement");
            }
        }
    }

    /// Rows of a query, columns joined by `|`; `crm.` and `cutover.` are put right for SQLite.
    pub(super) fn rows(&self, sql: &str) -> Vec<String> {
        let join = |cells: Vec<Option<String>>| {
            cells.into_iter().map(|cell| cell.unwrap_or("-".into())).collect::<Vec<_>>().join("|")
        };
        match &self.spec {
            TargetSpec::Sqlite { path } => {
                let connection = rusqlite::Connection::open(path).expect("opened");
                let sql = sql.replace("crm.", "").replace("cutover.", "cutover_");
                let mut statement = connection.prepare(&sql).expect("a query");
                let columns = statement.column_count();
                let cell = |row: &rusqlite::Row<'_>, index| match row.get_ref(index).expect("a cell") {
                    rusqlite::types::ValueRef::Null => None,
                    rusqlite::types::ValueRef::Integer(number) => Some(number.to_string()),
                    rusqlite::types::ValueRef::Real(number) => Some(number.to_string()),
                    other => Some(other.as_str().expect("a text").to_string()),
                };
                let rows = statement.query_map([], |row| Ok((0..columns).map(|index| cell(row, index)).collect()));
                rows.expect("rows").map(|row| join(row.expect("a row"))).collect()
            }
            TargetSpec::Postgres { url, .. } => {
                let connection = connect(url);
                let found = connection.runtime.block_on(connection.client.simple_query(sql)).expect("a query");
                let rows = found.into_iter().filter_map(|message| match message {
                    tokio_postgres::SimpleQueryMessage::Row(row) => {
                        Some(join((0..row.len()).map(|index| row.get(index).map(str::to_string)).collect()))
                    }
                    _ => None,
                });
                rows.collect()
            }
        }
    }
}

/// What a test loads.
pub(super) struct Run<'a> {
    pub(super) name: &'a str,
    pub(super) dry: bool,
    pub(super) refuse: Limit,
    pub(super) data: Vec<(&'a Entity, &'a [&'a [&'a str]])>,
}

impl<'a> Run<'a> {
    pub(super) fn of(data: Vec<(&'a Entity, &'a [&'a [&'a str]])>) -> Self {
        Self { name: "0001", dry: false, refuse: Limit::None, data }
    }
}

/// `entity: inserted updated unchanged [seq code …]`
pub(super) fn shown(loaded: &Loaded) -> Vec<String> {
    let refused = |outcome: &crate::targets::Outcome| {
        let codes: BTreeMap<i64, &str> = outcome.refused.iter().map(|refused| (refused.seq, refused.code)).collect();
        codes.iter().map(|(seq, code)| format!(" {seq}={code}")).collect::<String>()
    };
    let entities = loaded.entities.iter();
    entities
        .map(|outcome| {
            let Outcome { entity, inserted, updated, unchanged, .. } = outcome;
            format!("{entity}: {inserted} {updated} {unchanged}{}", refused(outcome))
        })
        .collect()
}

use crate::targets::Outcome;
