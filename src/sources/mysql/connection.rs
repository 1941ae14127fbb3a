//! Connecting to a MySQL or MariaDB server, and what to say when it cannot be used.
//!
//! No message holds a password, a user or the value of a cell.

use std::time::Duration;

use mysql_async::prelude::{FromRow, Queryable};
use mysql_async::{Conn, DriverError, Error, IoError, Opts, OptsBuilder, Params, SslOpts};
use tokio::runtime::{Builder, Runtime};

use crate::sources::ReadError;

/// How long a server may take to answer.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A connection and the runtime that drives it.
pub(super) struct Connection {
    pub(super) conn: Conn,
    pub(super) runtime: Runtime,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tls {
    /// None.
    Off,
    /// Where the server has it, whoever signed its certificate.
    Prefer,
    /// With a certificate of a public authority, or nothing.
    Require,
}

impl Connection {
    /// Connects as the URL says. `sslmode` is `disable`, `prefer` (the default)
    /// or `require`; with the last the server's certificate must be known.
    pub(super) fn open(url: &str, place: &str) -> Result<Self, ReadError> {
        let (opts, tls) = opts(url, place)?;
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .map_err(|error| ReadError::new(place, format!("no thread for the connection: {error}")))?;
        let conn = runtime.block_on(connect(opts, tls)).map_err(|error| refused(place, &error))?;
        Ok(Self { conn, runtime })
    }

    /// The rows of one of our own short queries.
    pub(super) fn ask<T>(&mut self, place: &str, sql: &str, params: Params) -> Result<Vec<T>, ReadError>
    where
        T: FromRow + Send + 'static,
    {
        let asked = self.runtime.block_on(self.conn.exec(sql, params));
        asked.map_err(|error| refused(place, &error))
    }
}

fn opts(url: &str, place: &str) -> Result<(OptsBuilder, Tls), ReadError> {
    let unusable = || {
        ReadError::new(place, "is not a usable database URL")
            .help("write it as `mysql://user:password@host:3306/database`; special characters in the password as %XX")
    };
    let mut parsed = url::Url::parse(url).map_err(|_| unusable())?;
    let mut tls = Tls::Prefer;
    for (name, value) in parsed.query_pairs() {
        tls = match (name.as_ref(), value.to_ascii_lowercase().as_str()) {
            ("sslmode" | "ssl-mode", "disable" | "disabled") => Tls::Off,
            ("sslmode" | "ssl-mode", "prefer" | "preferred") => Tls::Prefer,
            (
                "sslmode" | "ssl-mode",
                "require" | "required" | "verify_ca" | "verify_identity" | "verify-ca" | "verify-full",
            ) => Tls::Require,
            _ => {
                return Err(ReadError::new(place, format!("has an option `{name}` that is not known, or its value"))
                    .help("known is `sslmode`: `disable`, `prefer` or `require`"));
            }
        };
    }
    parsed.set_query(None);
    // The client knows one name for both servers. The scheme of a URL with
    // another one cannot be set by the parser where one of them is special.
    let rest = parsed.as_str().split_once(':').map_or("", |(_, rest)| rest);
    let opts = Opts::from_url(&format!("mysql:{rest}")).map_err(|_| unusable())?;
    let opts = OptsBuilder::from_opts(opts)
        .prefer_socket(false)
        .stmt_cache_size(0)
        .max_allowed_packet(Some(1 << 30))
        .tcp_keepalive(Some(Duration::from_secs(60)));
    Ok((opts, tls))
}

async fn connect(opts: OptsBuilder, tls: Tls) -> Result<Conn, Error> {
    match tls {
        Tls::Off => attempt(opts).await,
        Tls::Require => attempt(opts.ssl_opts(SslOpts::default())).await,
        Tls::Prefer => {
            let unknown = SslOpts::default().with_danger_accept_invalid_certs(true);
            match attempt(opts.clone().ssl_opts(unknown)).await {
                Err(error) if is_tls(&error) => attempt(opts).await,
                other => other,
            }
        }
    }
}

async fn attempt(opts: OptsBuilder) -> Result<Conn, Error> {
    match tokio::time::timeout(CONNECT_TIMEOUT, Conn::new(opts)).await {
        Ok(connected) => connected,
        Err(_) => Err(Error::Io(IoError::Io(std::io::Error::from(std::io::ErrorKind::TimedOut)))),
    }
}

fn is_tls(error: &Error) -> bool {
    match error {
        Error::Driver(DriverError::NoClientSslFlagFromServer) | Error::Io(IoError::Tls(_)) => true,
        // So a certificate is refused, during the handshake.
        Error::Io(IoError::Io(cause)) => cause.get_ref().is_some_and(|cause| cause.is::<rustls::Error>()),
        _ => false,
    }
}

/// What a failed statement or connection means to people. The server's own words
/// are given where they can hold no value of a cell.
pub(super) fn refused(place: &str, error: &Error) -> ReadError {
    let said = |what: &str, help: &str| ReadError::new(place, what).help(help);
    if is_tls(error) {
        return said(
            "no encrypted connection could be made",
            "the server's certificate must be signed by a public authority; or say `sslmode=prefer` in the URL",
        );
    }
    match error {
        Error::Server(refusal) => match refusal.code {
            1044 | 1045 | 1698 | 1251 | 1275 => {
                said("the server refused the user or the password", "check user, password and database in the URL")
            }
            1049 => said("there is no such database on the server", "correct its name in the URL"),
            1040 | 1203 => said("the server takes no more connections", "try again later"),
            1129 | 1130 => said(
                "the server takes no connections from this machine",
                "give its user the right to connect from here, or run cutover where it has it",
            ),
            1792 => said("the query changes data", "give a single `select`"),
            1142 | 1143 | 1227 | 1370 => said(
                &format!("the server says: {}", without_user(&refusal.message)),
                "grant it to the user in the URL, or name a user that may",
            ),
            1064 | 1054 | 1146 | 1052 | 1060 | 1248 | 1305 => {
                said(&format!("the server says: {}", refusal.message), "check the source's `table` or `query`")
            }
            // Messages of these classes may quote a value.
            code if refusal.state.starts_with("22") || refusal.state.starts_with("23") => {
                ReadError::new(place, format!("the server refused a statement (error {code})"))
            }
            code => ReadError::new(place, format!("the server says: {} (error {code})", refusal.message)),
        },
        Error::Driver(DriverError::UnknownAuthPlugin { name }) => said(
            &format!("the server wants a password by the method `{name}`, which cutover does not know"),
            "name a user with `mysql_native_password` or `caching_sha2_password` in the URL",
        ),
        Error::Driver(DriverError::MysqlOldPasswordDisabled) => said(
            "the user has a password in the form of MySQL 4.0",
            "set the password anew on the server, with `old_passwords = 0`",
        ),
        Error::Driver(DriverError::ConnectionClosed) => {
            said("the server closed the connection", "see the server's log, then run again")
        }
        Error::Driver(DriverError::PacketTooLarge) => {
            said("a record is larger than the server's `max_allowed_packet`", "raise that on the server")
        }
        Error::Io(IoError::Io(cause)) => {
            let cause = match cause.kind() {
                std::io::ErrorKind::TimedOut => "no answer in time".to_string(),
                std::io::ErrorKind::UnexpectedEof => "the connection broke".to_string(),
                _ => cause.to_string(),
            };
            said(
                &format!("the server cannot be reached: {cause}"),
                "check host and port in the URL, and that the server runs",
            )
        }
        _ => ReadError::new(place, "the server and the client do not understand each other"),
    }
}

/// `SELECT command denied to user 'x'@'y' for table 't'` without the user.
fn without_user(message: &str) -> String {
    match (message.find(" to user '"), message.find(" for ")) {
        (Some(from), Some(to)) if from < to => {
            format!("{}{}", message.get(..from).unwrap_or_default(), message.get(to..).unwrap_or_default())
        }
        (Some(from), None) => message.get(..from).unwrap_or_default().to_string(),
        _ => message.to_string(),
    }
}
