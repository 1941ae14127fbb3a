//! Which reader a source has: by its `kind`, by the extension of its path, or by
//! the scheme of its URL. The one place that knows every kind of source.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::access::AccessOptions;
use super::cardfile::CardfileOptions;
use super::cards::CardsOptions;
use super::contacts::Headed;
use super::csv::CsvOptions;
use super::dbf::DbfOptions;
use super::dump::DumpOptions;
use super::fixed::FixedOptions;
use super::json::{JsonOptions, NdjsonOptions};
use super::ldif::LdifOptions;
use super::mysql::MysqlOptions;
use super::odbc::OdbcOptions;
use super::packed::{self, Packed};
use super::palm::PalmOptions;
use super::parquet::ParquetOptions;
use super::postgres::PostgresOptions;
use super::sheet::SheetOptions;
use super::sqlite::SqliteOptions;
use super::vcard::VcardOptions;
use super::xml::XmlOptions;
use super::{ReadError, Source};
use crate::config::decode::{Key, Options, Table};
use crate::diagnostic::Faults;

/// The options of one kind of source, ready to open it.
pub trait Opener: fmt::Debug + Send + Sync {
    /// Opens the source far enough to know its columns.
    fn open(&self, place: &Place) -> Result<Box<dyn Source>, ReadError>;

    /// What can be chosen from the place: tables, sheets; empty where it holds
    /// one thing only. Options that choose one are not looked at.
    fn tables(&self, _place: &Place) -> Result<Vec<TableEntry>, ReadError> {
        Ok(Vec::new())
    }
}

/// A table, view or sheet that a source may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableEntry {
    /// As the option that chooses it takes it.
    pub name: String,
    /// The option that chooses it: `table` or `sheet`.
    pub option: &'static str,
    /// What it is, in a word or two: `table`, `view`, `hidden sheet`.
    pub what: String,
    /// Records, where that is known without reading them.
    pub rows: Option<u64>,
}

/// Reads a kind's options from a table at its place in the file; keys named in
/// the list are someone else's. `None` after pushing a fault.
type Decoder = fn(&Table, Range<usize>, &[&str], &mut Faults) -> Option<Box<dyn Opener>>;

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
    /// Whether it reads packed files (gzip, zstd, zip).
    pub packed: bool,
    /// The keys of its options.
    pub keys: fn() -> Vec<Key>,
    schema: fn() -> Json,
    decode: Decoder,
}

impl Kind {
    const fn of<T: Options + Opener + 'static>(name: &'static str, what: &'static str) -> Self {
        Self {
            name,
            what,
            extensions: &[],
            schemes: &[],
            many: false,
            packed: false,
            keys: T::keys,
            schema: T::schema,
            decode: |table, span, also, faults| {
                T::from_table(table, span, also, faults).map(|options| Box::new(options) as Box<dyn Opener>)
            },
        }
    }

    const fn extensions(mut self, extensions: &'static [&'static str]) -> Self {
        self.extensions = extensions;
        self
    }

    const fn schemes(mut self, schemes: &'static [&'static str]) -> Self {
        self.schemes = schemes;
        self
    }

    const fn many(mut self) -> Self {
        self.many = true;
        self
    }

    const fn packed(mut self) -> Self {
        self.packed = true;
        self
    }
}

#[rustfmt::skip]
static KINDS: &[Kind] = &[
    Kind::of::<Headed<CsvOptions>>("csv", "delimited text").extensions(&["csv", "tsv", "tab", "txt"]).many().packed(),
    Kind::of::<FixedOptions>("fixed", "text in columns of fixed width").extensions(&["fixed", "fwf", "prn"]).many().packed(),
    Kind::of::<Headed<SheetOptions>>("sheet", "a workbook").extensions(&["xlsx", "xlsm", "xlsb", "xls", "ods"]).many(),
    Kind::of::<Packed<VcardOptions>>("vcard", "address cards").extensions(&["vcf", "vcard", "jcard", "xcard"]).many().packed(),
    Kind::of::<Packed<LdifOptions>>("ldif", "directory entries, address books").extensions(&["ldif", "ldi"]).many().packed(),
    Kind::of::<Packed<CardfileOptions>>("cardfile", "cards of Windows Cardfile").extensions(&["crd"]).many().packed(),
    Kind::of::<Packed<CardsOptions>>("cards", "tagged text, and address books of older programs")
        .extensions(&["cards", "abook", "bbdb", "addressbook", "elm", "mutt", "mab"])
        .many()
        .packed(),
    Kind::of::<Packed<PalmOptions>>("palm", "address books of Palm OS").extensions(&["pdb"]).many().packed(),
    Kind::of::<ParquetOptions>("parquet", "a Parquet file").extensions(&["parquet", "pq"]).many(),
    Kind::of::<Packed<JsonOptions>>("json", "a JSON document").extensions(&["json"]).many().packed(),
    Kind::of::<Packed<NdjsonOptions>>("ndjson", "JSON lines").extensions(&["ndjson", "jsonl"]).many().packed(),
    Kind::of::<Packed<XmlOptions>>("xml", "an XML document").extensions(&["xml"]).many().packed(),
    Kind::of::<DbfOptions>("dbf", "a dBase, FoxPro or Clipper table").extensions(&["dbf"]).many(),
    Kind::of::<AccessOptions>("access", "a Microsoft Access database").extensions(&["mdb", "accdb", "mde", "accde", "mda", "accda", "accdr"]),
    Kind::of::<Packed<DumpOptions>>("dump", "a dump of a database in SQL").extensions(&["sql", "mysql", "pgsql", "psql", "dump"]).packed(),
    Kind::of::<SqliteOptions>("sqlite", "a SQLite database").extensions(&["sqlite", "sqlite3", "db", "db3"]).schemes(&["sqlite"]),
    Kind::of::<PostgresOptions>("postgres", "a PostgreSQL database").schemes(&["postgres", "postgresql"]),
    Kind::of::<MysqlOptions>("mysql", "a MySQL or MariaDB database").schemes(&["mysql", "mariadb"]),
    Kind::of::<OdbcOptions>("odbc", "a database with an ODBC driver").schemes(&["odbc"]),
];

/// Where a source's records are.
#[derive(Debug, Clone)]
pub enum Place {
    /// The files of a path or pattern.
    Files(Vec<PathBuf>),
    /// A server's URL, with its credentials: never print it.
    Server(String),
}

impl Place {
    /// The files, at least one.
    pub fn files(&self) -> Result<&[PathBuf], ReadError> {
        match self {
            Self::Files(files) => Ok(files),
            Self::Server(url) => Err(ReadError::new(super::shown_url(url), "is no file")),
        }
    }

    /// The one file of a kind that reads no more.
    pub fn file(&self) -> Result<&Path, ReadError> {
        match self.files()? {
            [file] => Ok(file),
            _ => Err(ReadError::new("the pattern", "a database is one file").help("name one file in `path`")),
        }
    }

    /// The server's URL, with its credentials.
    pub fn url(&self) -> Result<&str, ReadError> {
        match self {
            Self::Server(url) => Ok(url),
            Self::Files(_) => Err(ReadError::new("the path", "is no database server")),
        }
    }
}

/// Every kind.
pub fn all() -> &'static [Kind] {
    KINDS
}

/// The kind of that name.
pub fn find(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// The kind that a path's extension says; of a packed file, that of what it
/// holds. Only a zip file is looked into, if it is there: its members say it, if
/// all that are of a kind are of the same.
pub fn of_path(path: &str) -> Option<&'static Kind> {
    if packed::is_zip_name(path) {
        return of_zip(Path::new(path));
    }
    let bare = packed::bare_name(path);
    let extension = Path::new(bare).extension()?.to_string_lossy().to_lowercase();
    let kind = KINDS.iter().find(|kind| kind.extensions.contains(&extension.as_str()))?;
    (bare == path || kind.packed).then_some(kind)
}

fn of_zip(path: &Path) -> Option<&'static Kind> {
    let files = super::files(path).ok()?;
    let members = packed::members(files.first()?).ok()?;
    let mut kinds = members.iter().filter(|member| !packed::is_zip_name(member)).filter_map(|member| of_path(member));
    let kind = kinds.next()?;
    (kind.packed && kinds.all(|other| other.name == kind.name)).then_some(kind)
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
    ) -> Option<Box<dyn Opener>> {
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
