//! What stands in for values of the environment wherever something is printed.
//!
//! Knows texts and URLs, and nothing of where they are used.

use url::Url;

/// Hides what must not show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Veil {
    /// What must not show, and what shows in its place; the longest first.
    pairs: Vec<(String, String)>,
}

impl Veil {
    /// Hides `value`, which came from the variable that was `written`; of a URL
    /// its user, password, host and database too. Values too short to be a secret
    /// or a name are left: they would be found everywhere.
    pub(super) fn add(&mut self, value: &str, written: &str) {
        self.pair(value, written);
        self.pair(&decoded(value), written);
        for part in Url::parse(value).iter().flat_map(parts) {
            self.pair(&part, written);
        }
        // Of equal length, the order of the letters: the same in every run.
        self.pairs.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
        self.pairs.dedup();
    }

    /// Hides the password of a URL as it was written.
    pub(super) fn add_password(&mut self, url: &str) {
        let parsed = Url::parse(url);
        let Some(password) = parsed.as_ref().ok().and_then(Url::password) else { return };
        for text in [password.to_string(), decoded(password)] {
            self.pair(&text, "***");
        }
    }

    fn pair(&mut self, value: &str, written: &str) {
        if value.len() >= 3 && value != written {
            self.pairs.push((value.to_string(), written.to_string()));
        }
    }

    /// The text without what must not show.
    pub fn hide(&self, text: &str) -> String {
        self.pairs.iter().fold(text.to_string(), |text, (value, shown)| text.replace(value, shown))
    }
}

/// The parts of a URL that are secrets or names, as they stand there and as they
/// are meant. Words that every server knows would hide half of a message.
fn parts(url: &Url) -> Vec<String> {
    let database = url.path().trim_start_matches('/');
    let found = [Some(url.username()), url.password(), url.host_str(), Some(database)];
    let common = ["localhost", "127.0.0.1", "postgres", "public", "test"];
    let query = url.query_pairs().filter(|(name, _)| matches!(name.as_ref(), "password" | "user" | "host" | "dbname"));
    found
        .into_iter()
        .flatten()
        .flat_map(|part| [part.to_string(), decoded(part)])
        .chain(query.map(|(_, value)| value.into_owned()))
        .filter(|part| Some(part.as_str()) == url.password() || !common.contains(&part.as_str()))
        .collect()
}

/// The text with its `%XX` as what they stand for.
fn decoded(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let Some((&first, tail)) = rest.split_first() {
        let digits = tail.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match digits.filter(|_| first == b'%').and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::Veil;

    #[test]
    fn all_parts_of_a_url_are_hidden() {
        let mut veil = Veil::default();
        veil.add("postgres://ann:s%40cret@db.acme.example:5433/crm_live?sslmode=require", "${CRM}");
        let said = "db.acme.example: no pg_hba.conf entry for user \"ann\", database \"crm_live\", s%40cret s@cret";
        assert_eq!(
            veil.hide(said),
            "${CRM}: no pg_hba.conf entry for user \"${CRM}\", database \"${CRM}\", ${CRM} ${CRM}"
        );
        assert_eq!(veil.hide("port 5433 of localhost"), "port 5433 of localhost");
    }

    #[test]
    fn a_password_as_written_is_hidden() {
        let mut veil = Veil::default();
        veil.add_password("postgres://ann:hunter2@db.acme.example/crm");
        assert_eq!(veil.hide("db.acme.example, hunter2"), "db.acme.example, ***");
    }
}
