//! Places as a pipeline in another folder writes them, without credentials.

use std::path::{Component, Path};

use super::Variables;
use crate::sources::kind;

/// A path, as it is written in a pipeline in the folder `into`.
pub(super) fn path(path: &str, into: &Path) -> String {
    if path.starts_with("${") || Path::new(path).is_absolute() {
        return path.to_string();
    }
    let mut up = 0;
    for part in into.components() {
        match part {
            Component::CurDir => {}
            Component::Normal(_) => up += 1,
            // Where the folder is cannot be told from its name: say where the file is.
            _ => return absolute(path),
        }
    }
    let bare = path.strip_prefix("./").unwrap_or(path);
    format!("{}{bare}", "../".repeat(up))
}

fn absolute(path: &str) -> String {
    match std::env::current_dir() {
        Ok(folder) => folder.join(path).display().to_string(),
        Err(_) => path.to_string(),
    }
}

/// A URL: one with credentials becomes a variable, a file's counts from `into`.
pub(super) fn url(url: &str, variable: &str, into: &Path, variables: &mut Variables) -> String {
    if url.starts_with("${") {
        return url.to_string();
    }
    if let Some(file) = url.strip_prefix("sqlite:") {
        return format!("sqlite:{}", path(file.strip_prefix("//").unwrap_or(file), into));
    }
    let small = url.to_lowercase();
    let secret = ["@", "password", "pwd="].iter().any(|word| small.contains(word));
    let server = kind::of_url(url).is_some_and(|(kind, _)| kind.is_server());
    if !secret || !server {
        return url.to_string();
    }
    let mut name = variable.to_string();
    let mut number = 2;
    while variables.get(&name).is_some_and(|other| other != url) {
        name = format!("{variable}_{number}");
        number += 1;
    }
    let written = format!("${{{name}}}");
    variables.insert(name, url.to_string());
    written
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Variables, path, url};

    #[test]
    fn paths_count_from_the_folder() {
        assert_eq!(path("a/b.csv", Path::new(".")), "a/b.csv");
        assert_eq!(path("./b.csv", Path::new("x/y")), "../../b.csv");
        assert_eq!(path("/b.csv", Path::new("x")), "/b.csv");
        assert!(path("b.csv", Path::new("../x")).starts_with('/'));
    }

    #[test]
    fn credentials_become_variables() {
        let mut variables = Variables::new();
        let mut one = |text| url(text, "DB_URL", Path::new("x"), &mut variables);
        assert_eq!(one("postgres://ann:secret@h/d"), "${DB_URL}");
        assert_eq!(one("postgres://ann:secret@h/d"), "${DB_URL}");
        assert_eq!(one("mysql://ann@h/d"), "${DB_URL_2}");
        assert_eq!(one("odbc:DSN=a;PWD=b"), "${DB_URL_3}");
        assert_eq!(one("postgres://localhost/d"), "postgres://localhost/d");
        assert_eq!(one("sqlite:a.db"), "sqlite:../a.db");
        assert_eq!(one("${X}"), "${X}");
        assert_eq!(variables.len(), 3);
    }
}
