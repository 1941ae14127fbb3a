//! Which reader a source has: by its `kind`, by the extension of its path, or by
//! the scheme of its URL. The one place that knows every kind of source.

use std::ops::Range;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::csv::{self, CsvOptions};
use super::dbf::{self, DbfOptions};
use super::postgres::{self, PostgresOptions};
use super::sheet::{self, SheetOptions};
use super::sqlite::{self, SqliteOptions};
use super::vcard::{self, VcardOptions};
use super::{ReadError, Source};
use crate::config::decode::{Decode, Key, Options, Table};
use crate::diagnostic::Faults;

/// The options of a source, by its kind.
#[derive(Debug, Clone)]
pub enum SourceOptions {
    Csv(CsvOptions),
    Sheet(SheetOptions),
    Vcard(VcardOptions),
    Dbf(DbfOptions),
    Sqlite(SqliteOptions),
    Postgres(PostgresOptions),
}

/// What is known of a kind before its options are.
pub struct Kind {
    /// The word that `kind =` takes.
    pub name: &'static str,
    /// What it reads, in a few words.
    pub what: &'static str,
    /// File extensions, lowercase; empty for a server.
    pub extensions: &'static [&'static str],
    /// URL schemes.
    pub schemes: &'static [&'static str],
    /// Whether a path may be a pattern that names several files.
    pub many: bool,
    /// The keys of its options.
    pub keys: fn() -> Vec<Key>,
    schema: fn() -> Json,
    decode: fn(&Table, Range<usize>, &[&str], &mut Faults) -> Option<SourceOptions>,
}

static KINDS: &[Kind] = &[
    Kind {
        name: "csv",
        what: "delimited text",
        extensions: &["csv", "tsv", "tab", "txt"],
        schemes: &[],
        many: true,
        keys: CsvOptions::keys,
        schema: CsvOptions::schema,
        decode: |table, span, also, faults| CsvOptions::from_table(table, span, also, faults).map(SourceOptions::Csv),
    },
    Kind {
        name: "sheet",
        what: "a workbook",
        extensions: &["xlsx", "xlsm", "xlsb", "xls", "ods"],
        schemes: &[],
        many: true,
        keys: SheetOptions::keys,
        schema: SheetOptions::schema,
        decode: |table, span, also, faults| {
            SheetOptions::from_table(table, span, also, faults).map(SourceOptions::Sheet)
        },
    },
    Kind {
        name: "vcard",
        what: "address cards",
        extensions: &["vcf", "vcard"],
        schemes: &[],
        many: true,
        keys: VcardOptions::keys,
        schema: VcardOptions::schema,
        decode: |table, span, also, faults| {
            VcardOptions::from_table(table, span, also, faults).map(SourceOptions::Vcard)
        },
    },
    Kind {
        name: "dbf",
        what: "a dBase, FoxPro or Clipper table",
        extensions: &["dbf"],
        schemes: &[],
        many: true,
        keys: DbfOptions::keys,
        schema: DbfOptions::schema,
        decode: |table, span, also, faults| DbfOptions::from_table(table, span, also, faults).map(SourceOptions::Dbf),
    },
    Kind {
        name: "sqlite",
        what: "a SQLite database",
        extensions: &["sqlite", "sqlite3", "db", "db3"],
        schemes: &["sqlite"],
        many: false,
        keys: SqliteOptions::keys,
        schema: SqliteOptions::schema,
        decode: |table, span, also, faults| {
            SqliteOptions::from_table(table, span, also, faults).map(SourceOptions::Sqlite)
        },
    },
    Kind {
        name: "postgres",
        what: "a PostgreSQL database",
        extensions: &[],
        schemes: &["postgres", "postgresql"],
        many: false,
        keys: PostgresOptions::keys,
        schema: PostgresOptions::schema,
        decode: |table, span, also, faults| {
            PostgresOptions::from_table(table, span, also, faults).map(SourceOptions::Postgres)
        },
    },
];

/// Where a source's records are.
#[derive(Debug, Clone)]
pub enum Place {
    /// The files of a path or pattern.
    Files(Vec<PathBuf>),
    /// A server's URL, with its credentials: never print it.
    Server(String),
}

/// Every kind.
pub fn all() -> &'static [Kind] {
    KINDS
}

/// The kind of that name.
pub fn find(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// The kind that a path's extension says.
pub fn of_path(path: &str) -> Option<&'static Kind> {
    let extension = Path::new(path).extension()?.to_string_lossy().to_lowercase();
    KINDS.iter().find(|kind| kind.extensions.contains(&extension.as_str()))
}

/// The kind that a URL's scheme says, and what comes after the scheme.
pub fn of_url(url: &str) -> Option<(&'static Kind, &str)> {
    let (scheme, rest) = url.split_once(':')?;
    let kind = KINDS.iter().find(|kind| kind.schemes.contains(&scheme))?;
    Some((kind, rest.strip_prefix("//").unwrap_or(rest)))
}

/// Name and JSON Schema of each kind's options.
pub fn schemas() -> Vec<(&'static str, Json)> {
    KINDS.iter().map(|kind| (kind.name, (kind.schema)())).collect()
}

impl Kind {
    /// Whether it reads a server rather than files.
    pub fn is_server(&self) -> bool {
        self.extensions.is_empty()
    }

    /// The options of this kind from a source's table, whose other keys `common`
    /// names. A key of another kind is a fault that names the kinds that have it.
    pub fn options(
        &self,
        table: &Table,
        span: Range<usize>,
        common: &[&str],
        faults: &mut Faults,
    ) -> Option<SourceOptions> {
        let own: Vec<&str> = (self.keys)().iter().map(|key| key.name).collect();
        let mut known = common.to_vec();
        for key in table.keys() {
            let name: &str = key.get_ref();
            if own.contains(&name) || common.contains(&name) {
                continue;
            }
            let kinds = having(name);
            if let Some((key_name, _)) = kinds.first() {
                known.push(key_name);
                let listed: Vec<String> = kinds.iter().map(|(_, kind)| format!("`{kind}`")).collect();
                faults
                    .push("config.other-kind", key.span(), format!("`{name}` does not apply to `{}`", self.name))
                    .help(format!("it is an option of {}", listed.join(", ")));
            }
        }
        (self.decode)(table, span, &known, faults)
    }
}

/// The kinds that have an option of that name.
fn having(name: &str) -> Vec<(&'static str, &'static str)> {
    let mut found = Vec::new();
    for kind in KINDS {
        found.extend((kind.keys)().iter().filter(|key| key.name == name).map(|key| (key.name, kind.name)));
    }
    found
}

impl SourceOptions {
    /// Opens the source far enough to know its columns.
    pub fn open(&self, place: &Place) -> Result<Box<dyn Source>, ReadError> {
        match (self, place) {
            (Self::Csv(options), Place::Files(files)) => csv::open(files, options),
            (Self::Sheet(options), Place::Files(files)) => sheet::open(files, options),
            (Self::Vcard(options), Place::Files(files)) => vcard::open(files, options.clone()),
            (Self::Dbf(options), Place::Files(files)) => dbf::open(files, options.clone()),
            (Self::Sqlite(options), Place::Files(files)) => match files.as_slice() {
                [file] => sqlite::open(file, options),
                _ => Err(ReadError::new("the pattern", "a database is one file").help("name one file in `path`")),
            },
            (Self::Postgres(options), Place::Server(url)) => postgres::open(url, options),
            (_, Place::Server(url)) => Err(ReadError::new(super::shown_url(url), "is no file")),
            (Self::Postgres(_), Place::Files(_)) => Err(ReadError::new("the path", "is no database server")),
        }
    }
}
