//! A Postgres database for one test, on the server that `CUTOVER_TEST_POSTGRES`
//! names; it is gone when the test ends. `scripts/with-servers` starts a server.

use std::collections::BTreeMap;

use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

use crate::dump::{self, Rows, Table};

/// The variable with the URL of the server.
const SERVER: &str = "CUTOVER_TEST_POSTGRES";

pub struct Database {
    runtime: Runtime,
    server: Client,
    client: Client,
    name: String,
    /// Its URL, with user and password.
    pub url: String,
}

impl Database {
    /// A new, empty database; `None`, with a word on why, where there is no server.
    pub fn new(name: &str) -> Option<Self> {
        let Ok(server) = std::env::var(SERVER) else {
            println!("skipped: {name} wants a Postgres server; run it under scripts/with-servers");
            return None;
        };
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        let name = format!("cutover_test_{}_{name}", std::process::id());
        let mut url = url::Url::parse(&server).expect("a URL");
        let client = connect(&runtime, url.as_str());
        runtime.block_on(client.batch_execute(&format!("create database {name}"))).expect("a database");
        url.set_path(&name);
        let own = connect(&runtime, url.as_str());
        Some(Self { runtime, server: client, client: own, name, url: url.to_string() })
    }

    /// The same URL with another user's password.
    pub fn with_password(&self, password: &str) -> String {
        let mut url = url::Url::parse(&self.url).expect("a URL");
        url.set_password(Some(password)).expect("a URL with a host");
        url.to_string()
    }

    /// The password of the URL.
    pub fn password(&self) -> String {
        url::Url::parse(&self.url).expect("a URL").password().expect("a password").to_string()
    }

    pub fn execute(&self, sql: &str) {
        self.runtime.block_on(self.client.batch_execute(sql)).unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    }

    /// The rows of a query, as text.
    pub fn query(&self, sql: &str) -> Rows {
        let messages = self.runtime.block_on(self.client.simple_query(sql));
        let messages = messages.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
        let rows = messages.iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => {
                Some((0..row.len()).map(|index| row.get(index).map(str::to_string)).collect())
            }
            _ => None,
        });
        rows.collect()
    }

    /// The names of keys, as `dump::key_names` gives them.
    pub fn key_names(&self) -> BTreeMap<String, String> {
        if self.query("select 1 from information_schema.tables where table_schema = 'cutover'").is_empty() {
            return BTreeMap::new();
        }
        dump::named(self.query("select target_key, source, legacy_key from cutover.key where merged = 0"))
    }

    /// The tables of the schema `public`, as those of SQLite are shown.
    pub fn tables(&self) -> Vec<Table> {
        let columns = self.query(
            "select table_name, column_name, data_type from information_schema.columns \
             where table_schema = 'public' order by table_name collate \"C\", ordinal_position",
        );
        let mut tables: Vec<(Table, Vec<String>)> = Vec::new();
        for row in columns {
            let [table, column, kind] = [0, 1, 2].map(|index| row[index].clone().expect("a name"));
            if tables.last().is_none_or(|(last, _)| last.name != table) {
                tables.push((Table { name: table, columns: Vec::new(), rows: Vec::new() }, Vec::new()));
            }
            let (last, shown) = tables.last_mut().expect("a table");
            shown.push(if kind == "boolean" {
                format!("\"{column}\"::int::text")
            } else {
                format!("\"{column}\"::text")
            });
            last.columns.push(column);
        }
        for (table, shown) in &mut tables {
            table.rows = self.query(&format!("select {} from \"{}\"", shown.join(", "), table.name));
            table.rows.sort();
        }
        tables.into_iter().map(|(table, _)| table).collect()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let drop = format!("drop database {} with (force)", self.name);
        // A server that is gone has nothing left behind.
        let _ = self.runtime.block_on(self.server.batch_execute(&drop));
    }
}

fn connect(runtime: &Runtime, url: &str) -> Client {
    let (client, connection) = runtime.block_on(tokio_postgres::connect(url, NoTls)).expect("the server answers");
    runtime.spawn(connection);
    client
}
