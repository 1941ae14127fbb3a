//! Connecting through the driver manager, and what to say when it does not go.
//!
//! No message holds a password, a user or the value of a cell.

use odbc_api::{Connection, ConnectionOptions, Error, environment};

use super::address::Address;
use crate::sources::ReadError;

/// Seconds that a server may take to answer.
const LOGIN: u32 = 15;

/// Connects; nothing that is read is locked longer than need be, or changed.
pub(super) fn connect(address: &Address) -> Result<Connection<'static>, ReadError> {
    let environment = environment().map_err(|error| refused(address, &error))?;
    let connect = |seconds| {
        let options = ConnectionOptions { login_timeout_sec: seconds, packet_size: None };
        environment.connect_with_connection_string(&address.connection, options)
    };
    // Some drivers know no time limit, and say so as an error.
    let connection = connect(Some(LOGIN)).or_else(|error| match state(&error) {
        Some(state) if state.starts_with("HYC") || state.starts_with("HY09") => connect(None),
        _ => Err(error),
    });
    let connection = connection.map_err(|error| {
        let drivers = environment.drivers().unwrap_or_default();
        let mut names: Vec<String> = drivers.into_iter().map(|driver| format!("`{}`", driver.description)).collect();
        names.sort();
        let error = refused(address, &error);
        match &error.help {
            None if names.is_empty() => error.help("no ODBC driver is installed: `odbcinst -q -d` lists them"),
            None => error.help(format!("check the connection string; the drivers here: {}", names.join(", "))),
            Some(_) => error,
        }
    })?;
    // One state of the data where the database keeps one; not all can.
    let _ = connection.set_autocommit(false);
    Ok(connection)
}

fn state(error: &Error) -> Option<String> {
    match error {
        Error::Diagnostics { record, .. }
        | Error::UnsupportedOdbcApiVersion(record)
        | Error::UnableToRepresentNull(record)
        | Error::OracleOdbcDriverDoesNotSupport64Bit(record)
        | Error::InvalidRowArraySize { record, .. } => Some(String::from_utf8_lossy(&record.state.0).into_owned()),
        _ => None,
    }
}

/// What a failed call means to people. The driver's own words are given where
/// they can hold no value of a cell.
pub(super) fn refused(address: &Address, error: &Error) -> ReadError {
    let place = address.hide(&address.place);
    let Error::Diagnostics { record, .. } = error else {
        let text = error.to_string();
        let first = text.lines().next().unwrap_or_default().trim_end_matches('.');
        return ReadError::new(place, format!("ODBC says: {}", address.hide(first)));
    };
    let state = String::from_utf8_lossy(&record.state.0).into_owned();
    let message = address.hide(&words(&String::from_utf8_lossy(&record.message)));
    match state.get(..2).unwrap_or_default() {
        // Messages of these classes may quote a value.
        "22" | "23" => ReadError::new(place, format!("the driver refused a statement (SQLSTATE {state})")),
        "28" => ReadError::new(place, "the server refused the user or the password")
            .help("check `UID` and `PWD` in the connection string"),
        "08" => ReadError::new(place, format!("the server cannot be reached: {message}"))
            .help("check server and port in the connection string, and that the server runs"),
        // The manager warns before it gives up.
        "IM" | "01" => ReadError::new(place, format!("the driver manager says: {message}")),
        _ => ReadError::new(place, format!("the driver says: {message} (SQLSTATE {state})")),
    }
}

/// A message without the `[maker][driver]` before it, in one line.
fn words(message: &str) -> String {
    let mut rest = message.trim();
    while let Some((_, behind)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        rest = behind.trim_start();
    }
    let line = rest.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() { message.trim().to_string() } else { line }
}
