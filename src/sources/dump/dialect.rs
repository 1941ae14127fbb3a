//! Which program wrote a dump, and in which encoding: both by its first lines.

use crate::sources::encoding::Encoding;
use crate::words;

words! {
    /// Whose SQL a dump is written in.
    pub enum Dialect {
        /// MySQL and MariaDB: `mysqldump`, phpMyAdmin.
        Mysql = "mysql",
        /// PostgreSQL: `pg_dump`, plain, with `COPY` or `INSERT`.
        Postgres = "postgres",
        /// SQLite: `.dump` of its shell.
        Sqlite = "sqlite",
        /// SQL Server: scripts of Management Studio and others, with `GO`.
        Tsql = "tsql",
    }
}

/// Words of a dump's first lines, and what they speak for, how much.
const MARKS: &[(&str, Dialect, usize)] = &[
    ("mysql dump", Dialect::Mysql, 20),
    ("mariadb dump", Dialect::Mysql, 20),
    ("phpmyadmin sql dump", Dialect::Mysql, 20),
    ("/*!", Dialect::Mysql, 5),
    ("lock tables", Dialect::Mysql, 5),
    ("engine=", Dialect::Mysql, 5),
    ("auto_increment", Dialect::Mysql, 5),
    ("insert into `", Dialect::Mysql, 5),
    ("postgresql database dump", Dialect::Postgres, 20),
    ("standard_conforming_strings", Dialect::Postgres, 10),
    ("client_encoding", Dialect::Postgres, 10),
    ("from stdin;", Dialect::Postgres, 10),
    ("pg_catalog", Dialect::Postgres, 5),
    ("character varying", Dialect::Postgres, 5),
    ("pragma ", Dialect::Sqlite, 10),
    ("begin transaction;\ncreate table", Dialect::Sqlite, 10),
    ("sqlite_sequence", Dialect::Sqlite, 10),
    ("autoincrement", Dialect::Sqlite, 3),
    ("\ngo\n", Dialect::Tsql, 10),
    ("identity_insert", Dialect::Tsql, 10),
    ("nvarchar", Dialect::Tsql, 5),
    ("[dbo].", Dialect::Tsql, 5),
    ("quoted_identifier", Dialect::Tsql, 10),
    ("set nocount on", Dialect::Tsql, 5),
];

impl Dialect {
    /// The one that most in `start` speaks for; SQLite's, which is nearest to the
    /// standard, where nothing does.
    pub(super) fn detect(start: &[u8]) -> Self {
        let text = String::from_utf8_lossy(start).replace('\r', "").to_ascii_lowercase();
        let weight = |dialect: Self| -> usize {
            let marks = MARKS.iter().filter(|(_, whose, _)| *whose == dialect);
            marks.filter(|(mark, ..)| text.contains(mark)).map(|(.., weight)| weight).sum()
        };
        let mut best = (Self::Sqlite, 0);
        for dialect in [Self::Sqlite, Self::Postgres, Self::Tsql, Self::Mysql] {
            let weight = weight(dialect);
            if weight > best.1 {
                best = (dialect, weight);
            }
        }
        best.0
    }

    /// In words, for what was detected.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Mysql => "MySQL",
            Self::Postgres => "PostgreSQL",
            Self::Sqlite => "SQLite",
            Self::Tsql => "SQL Server",
        }
    }
}

/// The encoding that a dump names (`SET NAMES`, `SET client_encoding`).
pub(super) fn declared_encoding(start: &[u8]) -> Option<Encoding> {
    let text = String::from_utf8_lossy(start).to_ascii_lowercase();
    for line in text.lines() {
        let Some((_, rest)) = line.split_once("set names ").or_else(|| line.split_once("set client_encoding")) else {
            continue;
        };
        let rest = rest.trim_start_matches([' ', '=', '\'', '"']).trim_start_matches("to ").trim_start_matches('\'');
        let name: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        return named(&name);
    }
    None
}

/// An encoding by the name that MySQL or PostgreSQL has for it.
fn named(name: &str) -> Option<Encoding> {
    let label = match name {
        "utf8" | "utf8mb3" | "utf8mb4" | "unicode" => "utf-8",
        "latin1" | "win1252" => "windows-1252",
        "latin2" => "iso-8859-2",
        "latin5" | "latin7" | "sql_ascii" | "binary" | "ascii" | "default" => return None,
        "latin9" => "iso-8859-15",
        "cp1250" | "win1250" => "windows-1250",
        "cp1251" | "win1251" => "windows-1251",
        "cp1256" | "win1256" => "windows-1256",
        "cp1257" | "win1257" => "windows-1257",
        "greek" => "iso-8859-7",
        "hebrew" => "iso-8859-8",
        "koi8r" => "koi8-r",
        "koi8u" => "koi8-u",
        "sjis" | "cp932" => "shift_jis",
        "ujis" | "euc_jp" => "euc-jp",
        "euckr" | "euc_kr" => "euc-kr",
        "gb2312" | "euc_cn" => "gbk",
        other => other,
    };
    Encoding::named(label)
}
