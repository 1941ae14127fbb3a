//! The Postgres of the benchmark, spoken to by `psql`.

use std::path::Path;
use std::process::Command;

use crate::measured::{self, Cost};

/// The table of the job as Cutover would create it.
const TABLE: &str = "create table contact (
    id uuid primary key, legacy_id varchar(20) not null, salutation text, first_name text, last_name text,
    company text, title text, email text, phone text, mobile text, street text, city text, region text,
    postcode text, country text, created date, last_activity date, status text, owner text, notes text)";
const INDEX: &str = "create index contact_email on contact (email)";

pub struct Server<'a> {
    pub url: &'a str,
    /// Where `psql` leaves what it prints.
    pub log: &'a Path,
}

impl Server<'_> {
    /// Takes away the table and Cutover's ledger.
    pub fn clear(&self) -> Result<(), String> {
        self.sql(&[
            "set client_min_messages = warning",
            "drop table if exists contact",
            "drop schema if exists cutover cascade",
        ])
        .map(drop)
    }

    /// Makes the empty table with its primary key and email index.
    pub fn make_table(&self) -> Result<(), String> {
        self.sql(&[TABLE, INDEX]).map(drop)
    }

    /// Makes the email index of a table that has none.
    pub fn make_index(&self) -> Result<Cost, String> {
        self.sql(&[INDEX])
    }

    /// Brings the server to rest, so that nobody pays for the one before.
    pub fn settle(&self) -> Result<(), String> {
        self.sql(&["checkpoint"]).map(drop)
    }

    /// Writes the rows of the table as CSV, in the given order.
    pub fn copy_out(&self, file: &Path, order: &str) -> Result<Cost, String> {
        self.sql(&[&format!(
            "\\copy (select * from contact order by {order}) to '{}' with (format csv)",
            file.display()
        )])
    }

    pub fn copy_in(&self, file: &Path) -> Result<Cost, String> {
        self.sql(&[&format!("\\copy contact from '{}' with (format csv)", file.display())])
    }

    /// The number of rows in the table.
    pub fn rows(&self) -> Result<u64, String> {
        self.sql(&["select count(*) from contact"])?;
        let text = std::fs::read_to_string(self.log).map_err(|error| error.to_string())?;
        text.trim().parse().map_err(|_| format!("psql: `{}` is not a number of rows", text.trim()))
    }

    fn sql(&self, statements: &[&str]) -> Result<Cost, String> {
        let mut psql = Command::new("psql");
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", self.url]);
        statements.iter().for_each(|statement| {
            psql.args(["-c", statement]);
        });
        measured::run(&mut psql, self.log)
    }
}
