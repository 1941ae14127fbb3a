//! The connection string in a URL `odbc:…`: what may be shown of it.

/// What a driver manager is given to connect, with its secrets.
pub(super) struct Address {
    /// The connection string; a name alone is that of a data source.
    #[cfg_attr(all(not(feature = "odbc"), not(test)), expect(dead_code, reason = "only the driver manager takes it"))]
    pub(super) connection: String,
    /// What may be shown: the driver or the data source.
    pub(super) place: String,
    secrets: Vec<String>,
}

/// Attributes whose values nobody may see.
const SECRET: &[&str] = &["pwd", "password", "uid", "user", "username", "user id", "token", "accesstoken"];
/// Attributes by which a person knows the source.
const NAMES: &[&str] = &["dsn", "filedsn", "driver"];

impl Address {
    /// Of a URL with or without its scheme.
    pub(super) fn of(url: &str) -> Self {
        let text = url.strip_prefix("odbc:").unwrap_or(url);
        let text = text.strip_prefix("//").unwrap_or(text).trim();
        let mut connection = if text.contains('=') { text.to_string() } else { format!("DSN={text}") };
        // MariaDB's driver (3.1.15) reads beyond the end of the string: a last value
        // without its mark would have whatever stands there in memory.
        if !connection.ends_with(';') {
            connection.push(';');
        }
        let attributes = attributes(&connection);
        let named = |names: &[&str], name: &str| names.iter().any(|known| known.eq_ignore_ascii_case(name));
        let shown = attributes.iter().find(|(name, _)| named(NAMES, name));
        let place = shown.map_or("odbc:…".to_string(), |(name, value)| format!("odbc:{name}={value};…"));
        let mut secrets: Vec<String> = Vec::new();
        for (name, value) in &attributes {
            if named(SECRET, name) && value.len() > 2 {
                secrets.push(value.clone());
                secrets.push(value.trim_start_matches('{').trim_end_matches('}').to_string());
            }
        }
        secrets.retain(|secret| !secret.is_empty());
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        Self { connection, place, secrets }
    }

    /// The text without what must not show.
    pub(super) fn hide(&self, text: &str) -> String {
        self.secrets.iter().fold(text.to_string(), |text, secret| text.replace(secret, "…"))
    }
}

/// The attributes of a connection string: `name=value;`, values with braces whole.
fn attributes(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((name, behind)) = rest.split_once('=') {
        let end = if behind.starts_with('{') {
            // Within braces, a closing one is written twice.
            let mut end = behind.len();
            let mut at = 1;
            while let Some(brace) = behind.get(at..).and_then(|rest| rest.find('}')).map(|brace| brace + at) {
                if behind.get(brace + 1..).is_some_and(|rest| rest.starts_with('}')) {
                    at = brace + 2;
                    continue;
                }
                end = behind.get(brace..).and_then(|rest| rest.find(';')).map_or(behind.len(), |semi| semi + brace);
                break;
            }
            end
        } else {
            behind.find(';').unwrap_or(behind.len())
        };
        let value = behind.get(..end).unwrap_or_default();
        found.push((name.trim().to_string(), value.trim().to_string()));
        rest = behind.get(end + 1..).unwrap_or_default();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Address, attributes};

    #[test]
    fn braces_hold_a_value_together() {
        let pair = |name: &str, value: &str| (name.to_string(), value.to_string());
        let text = "Driver={ODBC Driver 18; x};UID=sa; PWD={a;b}}c};Server=h,1433";
        let expected = [
            pair("Driver", "{ODBC Driver 18; x}"),
            pair("UID", "sa"),
            pair("PWD", "{a;b}}c}"),
            pair("Server", "h,1433"),
        ];
        assert_eq!(attributes(text), expected);
        assert_eq!(attributes("PWD={open;Server=x"), [pair("PWD", "{open;Server=x")]);
        assert_eq!(attributes("nothing"), []);
    }

    #[test]
    fn secrets_do_not_show() {
        let address = Address::of("odbc:Driver={SQLite3};Server=h;UID=somebody;PWD={s;cret}");
        assert_eq!(address.place, "odbc:Driver={SQLite3};…");
        assert_eq!(address.hide("login failed for somebody with s;cret"), "login failed for … with …");
        assert_eq!(Address::of("odbc://legacy").place, "odbc:DSN=legacy;…");
        assert_eq!(Address::of("odbc:Server=h").place, "odbc:…");
    }

    #[test]
    fn the_last_value_has_its_mark() {
        for (url, connection) in [
            ("odbc:Server=h;PWD=x", "Server=h;PWD=x;"),
            ("odbc:Server=h;PWD=x;", "Server=h;PWD=x;"),
            ("odbc:legacy", "DSN=legacy;"),
        ] {
            assert_eq!(Address::of(url).connection, connection);
        }
    }
}
