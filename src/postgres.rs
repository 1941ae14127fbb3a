//! Connecting to a PostgreSQL server: the same for a source and for the target.
//!
//! This module knows URLs, TLS and what to say when a server cannot be used; it
//! sends no statement of its own. No message holds a password or a user.

use std::sync::Arc;
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::config::SslMode;
use tokio_postgres::error::SqlState;
use tokio_postgres::{CancelToken, Client, Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

/// How long a server may take to answer where the URL says nothing.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Why a server could not be used, in words for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) what: String,
    pub(crate) help: Option<String>,
}

impl Problem {
    fn new(what: impl Into<String>, help: &str) -> Self {
        Self { what: what.into(), help: Some(help.to_string()) }
    }
}

/// A connection and the runtime that drives it, behind calls that wait.
pub(crate) struct Connection {
    pub(crate) client: Client,
    pub(crate) runtime: Runtime,
    tls: Option<Trust>,
}

/// Whose certificate is good enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trust {
    /// Whoever signed it: nobody can listen, but another may answer.
    Anyone,
    /// One of a public authority.
    Authorities,
}

impl Connection {
    /// Connects as the URL says. `sslmode` is `disable`, `prefer` (the default)
    /// or `require`; with the last the server's certificate must be known.
    pub(crate) fn open(url: &str) -> Result<Self, Problem> {
        let config = config(url)?;
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .map_err(|error| Problem { what: format!("no thread for the connection: {error}"), help: None })?;
        let (client, tls) = runtime.block_on(connect(&config))?;
        Ok(Self { client, runtime, tls })
    }

    /// Asks the server to stop the statement that `token` belongs to.
    pub(crate) async fn cancel(token: CancelToken, tls: Option<Trust>) {
        // Nothing more can be done where the server does not take the request:
        // the statement then ends by itself, or with the connection.
        let _ = match tls {
            Some(trust) => token.cancel_query(connector(trust)).await,
            None => token.cancel_query(NoTls).await,
        };
    }

    /// How the connection is encrypted, if it is.
    pub(crate) fn tls(&self) -> Option<Trust> {
        self.tls
    }
}

fn config(url: &str) -> Result<Config, Problem> {
    let url = url.replace("sslmode=verify-full", "sslmode=require").replace("sslmode=verify-ca", "sslmode=require");
    // The parser's own message may quote the URL, and with it the password.
    let mut config: Config = url.parse().map_err(|_| {
        Problem::new(
            "is not a usable database URL",
            "write it as `postgres://user:password@host:5432/database`; special characters in the password as %XX",
        )
    })?;
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT_TIMEOUT);
    }
    if config.get_application_name().is_none() {
        config.application_name("cutover");
    }
    Ok(config)
}

async fn connect(config: &Config) -> Result<(Client, Option<Trust>), Problem> {
    let trust = match config.get_ssl_mode() {
        SslMode::Disable => return plain(config).await.map(|client| (client, None)),
        SslMode::Prefer => Trust::Anyone,
        _ => Trust::Authorities,
    };
    match config.connect(connector(trust)).await {
        Ok((client, connection)) => {
            // A failing connection shows in the next statement: nothing to do here.
            tokio::spawn(async move { connection.await.ok() });
            Ok((client, Some(trust)))
        }
        Err(error) if trust == Trust::Anyone && is_tls(&error) => {
            let mut config = config.clone();
            config.ssl_mode(SslMode::Disable);
            plain(&config).await.map(|client| (client, None))
        }
        Err(error) => Err(describe(&error)),
    }
}

async fn plain(config: &Config) -> Result<Client, Problem> {
    let (client, connection) = config.connect(NoTls).await.map_err(|error| describe(&error))?;
    tokio::spawn(async move { connection.await.ok() });
    Ok(client)
}

#[expect(clippy::expect_used, reason = "two constants that fit each other: no input reaches it")]
fn connector(trust: Trust) -> MakeRustlsConnect {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .expect("ring has the default protocol versions");
    let config = match trust {
        Trust::Anyone => config.dangerous().with_custom_certificate_verifier(Arc::new(AnyCertificate(provider))),
        Trust::Authorities => {
            let mut roots = RootCertStore::empty();
            roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
            config.with_root_certificates(roots)
        }
    };
    MakeRustlsConnect::new(config.with_no_client_auth())
}

/// Takes any certificate, as long as the server has its key.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _certificate: &CertificateDer<'_>,
        _between: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

fn is_tls(error: &tokio_postgres::Error) -> bool {
    error.as_db_error().is_none() && error.to_string().contains("TLS")
}

/// What a failed statement or connection means to people. The server's own
/// words are given where they can hold no value of a cell.
pub(crate) fn describe(error: &tokio_postgres::Error) -> Problem {
    let Some(refusal) = error.as_db_error() else {
        return lost(error);
    };
    let code = refusal.code();
    if [SqlState::INVALID_PASSWORD, SqlState::INVALID_AUTHORIZATION_SPECIFICATION].contains(code) {
        return Problem::new("the server refused the user or the password", "check user and password in the URL");
    }
    if *code == SqlState::INVALID_CATALOG_NAME {
        return Problem::new("there is no such database on the server", "create it, or correct its name in the URL");
    }
    if *code == SqlState::INSUFFICIENT_PRIVILEGE {
        let what = format!("the server says: {}", refusal.message());
        return Problem::new(what, "grant it to the user in the URL, or name a user that may");
    }
    if [SqlState::DISK_FULL, SqlState::OUT_OF_MEMORY].contains(code) {
        let what = format!("the server says: {}", refusal.message());
        return Problem::new(what, "make room on the server, then run again");
    }
    if *code == SqlState::TOO_MANY_CONNECTIONS {
        return Problem::new("the server takes no more connections", "try again later");
    }
    let class = code.code().get(..2).unwrap_or_default();
    let what = match class {
        // Messages of these classes may quote a value.
        "22" | "23" | "P0" => format!("the server refused a statement (SQLSTATE {})", code.code()),
        _ => format!("the server says: {} (SQLSTATE {})", refusal.message(), code.code()),
    };
    Problem { what, help: None }
}

fn lost(error: &tokio_postgres::Error) -> Problem {
    let text = error.to_string();
    if is_tls(error) {
        return Problem::new(
            "no encrypted connection could be made",
            "the server's certificate must be signed by a public authority; or say `sslmode=disable` in the URL",
        );
    }
    if text.contains("password missing") {
        return Problem::new("the server wants a password", "put it into the URL, from the environment");
    }
    let cause = std::error::Error::source(error).map(|source| format!(": {source}")).unwrap_or_default();
    if error.is_closed() {
        return Problem::new("the server closed the connection", "see the server's log, then run again");
    }
    let cause = if text.contains("timed out") { ": no answer in time".to_string() } else { cause };
    Problem::new(
        format!("the server cannot be reached{cause}"),
        "check host and port in the URL, and that the server runs",
    )
}

/// An identifier in SQL: quoted, whatever is in it.
pub(crate) fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text in SQL: quoted, whatever is in it.
pub(crate) fn literal(text: &str) -> String {
    if text.contains('\\') {
        return format!("E'{}'", text.replace('\\', "\\\\").replace('\'', "''"));
    }
    format!("'{}'", text.replace('\'', "''"))
}
