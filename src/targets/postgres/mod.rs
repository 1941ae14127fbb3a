//! Loads into PostgreSQL: binary `COPY` into temporary tables, then the load's
//! statements, all in one transaction on one connection. A client that is
//! killed leaves nothing behind: the server takes everything back by itself.

mod copy;
mod describe;
mod session;

use super::existing;
use super::flow;
use super::{Found, LiveTable, Load, LoadError, Loaded, Target, Wanted};
use crate::config::pipeline::LiveColumn;
use crate::postgres::{Connection, Problem};
use crate::sources::shown_url;
use session::Writer;

/// A database and the schema that the tables stand in; connected for each use.
pub(super) struct Postgres {
    url: String,
    schema: String,
}

impl Postgres {
    pub(super) fn new(url: &str, schema: &str) -> Self {
        Self { url: url.to_string(), schema: schema.to_string() }
    }

    fn place(&self) -> String {
        shown_url(&self.url)
    }

    fn connect(&self) -> Result<Connection, LoadError> {
        Connection::open(&self.url).map_err(|problem| failed(&self.place(), problem))
    }
}

/// A problem of the server, as an error of the load.
fn failed(place: &str, problem: Problem) -> LoadError {
    LoadError::Target { place: place.to_string(), what: problem.what, help: problem.help }
}

impl Target for Postgres {
    fn survey(&mut self) -> Result<Vec<LiveTable>, LoadError> {
        let connection = self.connect()?;
        describe::survey(&connection, &self.place(), &self.schema)
    }

    fn describe(&mut self, table: &str) -> Result<Option<Vec<LiveColumn>>, LoadError> {
        let connection = self.connect()?;
        describe::live_columns(&connection, &self.place(), &self.schema, table)
    }

    fn existing(&mut self, wanted: &Wanted<'_>, found: Found<'_>) -> Result<(), LoadError> {
        let connection = self.connect()?;
        let mut writer = Writer::new(&connection, self.place(), self.schema.clone(), wanted.interrupt.clone());
        let read = writer.look().and_then(|()| existing::read(&mut writer, &self.schema, wanted, found));
        let read = if wanted.interrupt.is_set() { Err(LoadError::Interrupted) } else { read };
        writer.give_up();
        read
    }

    fn load(&mut self, load: &Load<'_>) -> Result<Loaded, LoadError> {
        let connection = self.connect()?;
        let mut writer = Writer::new(&connection, self.place(), self.schema.clone(), load.interrupt.clone());
        let outcome = writer.begin().and_then(|()| flow::run(&mut writer, &self.schema, load));
        // A statement that was stopped halfway, or not begun, is the user's doing.
        let outcome = if load.interrupt.is_set() { Err(LoadError::Interrupted) } else { outcome };
        match outcome {
            Ok((loaded, keep)) => writer.end(keep).map(|()| loaded),
            Err(error) => {
                writer.give_up();
                Err(error)
            }
        }
    }
}
