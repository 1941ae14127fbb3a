//! `url`: web addresses with their scheme, host in small letters.

use std::ops::Range;

use arrow::array::{ArrayRef, StringArray};

use super::column::{Outcome, clean_text};
use super::email::{is_domain, to_ascii};
use super::text::tidy;
use super::{Cleaner, Defaults, Example, Standard};
use crate::config::decode::{Options, Table};
use crate::diagnostic::Faults;
use crate::{options, words};

words! {
    /// The scheme of an address that names none.
    pub enum Scheme {
        /// https://
        Https = "https",
        /// http://
        Http = "http",
    }
}

options! {
    /// Options of `url`.
    pub struct UrlOptions {
        /// The scheme that an address without one gets.
        scheme: Scheme = Scheme::Https,
    }
}

pub static STANDARD: Standard = Standard {
    name: "url",
    what: "Completes a web address with its scheme and lower-cases scheme and host; the path stays as it is",
    why: "a CRM makes a link of it, and two spellings of one site should be one",
    rule: "RFC 3986 with http, https and ftp; the host is a name of at least two labels (Punycode for other \
           scripts) or an IP address; default ports and the slash after a bare host go",
    examples: &[
        Example { input: "www.Example.com", country: None, output: Some("https://www.example.com") },
        Example { input: "HTTP://EXAMPLE.COM/About", country: None, output: Some("http://example.com/About") },
        Example { input: "https://example.com:443/", country: None, output: Some("https://example.com") },
        Example { input: "http:\\\\example.com\\shop", country: None, output: Some("http://example.com/shop") },
        Example { input: "example.com:8080/a?b=C#d", country: None, output: Some("https://example.com:8080/a?b=C#d") },
        Example { input: "bücher.example", country: None, output: Some("https://xn--bcher-kva.example") },
        Example { input: "example.com/a b", country: None, output: Some("https://example.com/a%20b") },
        Example { input: "http://192.0.2.1/x", country: None, output: Some("http://192.0.2.1/x") },
        Example { input: "jo@example.com", country: None, output: None },
        Example { input: "javascript:alert(1)", country: None, output: None },
        Example { input: "n/a", country: None, output: None },
        Example { input: "http://", country: None, output: None },
    ],
    takes_country: false,
    keys: UrlOptions::keys,
    build,
};

fn build(
    table: &Table,
    span: Range<usize>,
    also: &[&str],
    _defaults: &Defaults,
    faults: &mut Faults,
) -> Option<Box<dyn Cleaner>> {
    Some(Box::new(Url(UrlOptions::from_table(table, span, also, faults)?)))
}

#[derive(Debug)]
struct Url(UrlOptions);

impl Cleaner for Url {
    fn clean(&self, input: &StringArray, _country: Option<&StringArray>) -> ArrayRef {
        clean_text(input, |value, clean| match self.write(value, clean) {
            None => Outcome::Invalid,
            Some(()) if clean == value => Outcome::Same,
            Some(()) => Outcome::Changed,
        })
    }
}

impl Url {
    fn write(&self, value: &str, clean: &mut String) -> Option<()> {
        let value = tidy(value);
        let value = value.trim_matches(|c: char| matches!(c, '<' | '>' | '"' | '\'' | ' '));
        let (scheme, rest) = self.scheme(value)?;
        let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at_checked(end)?;
        let (user, address) = match authority.rsplit_once('@') {
            // Without a scheme it is a mail address.
            Some((user, address)) if value.len() > rest.len() => (Some(user), address),
            Some(_) => return None,
            None => (None, authority),
        };
        let (host, port) = host_and_port(address)?;
        clean.push_str(scheme);
        clean.push_str("://");
        if let Some(user) = user {
            push_path(user, false, clean)?;
            clean.push('@');
        }
        push_host(host, clean)?;
        if let Some(port) = port.filter(|port| Some(*port) != default_port(scheme)) {
            clean.push(':');
            clean.push_str(&port.to_string());
        }
        match path {
            "/" | "\\" => Some(()),
            path => push_path(path, true, clean),
        }
    }

    /// The scheme in small letters and what follows its slashes.
    fn scheme<'a>(&self, value: &'a str) -> Option<(&'static str, &'a str)> {
        for scheme in ["https", "http", "ftp"] {
            let Some((head, rest)) = value.split_at_checked(scheme.len()) else { continue };
            let Some(rest) = rest.strip_prefix(':').filter(|_| head.eq_ignore_ascii_case(scheme)) else { continue };
            let bare = rest.trim_start_matches(['/', '\\', ' ']);
            return (bare.len() < rest.len()).then_some((scheme, bare));
        }
        let bare = value.trim_start_matches("//");
        let end = bare.find(['/', '?', '#', '\\']).unwrap_or(bare.len());
        // Another scheme: what follows its colon is no port.
        let other = bare.get(..end)?.split_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_err());
        (!other).then_some((self.0.scheme.word(), bare))
    }
}

fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" => Some(80),
        "https" => Some(443),
        "ftp" => Some(21),
        _ => None,
    }
}

fn host_and_port(address: &str) -> Option<(&str, Option<u16>)> {
    let (host, port) = match address.rfind(':') {
        Some(at) if !address.ends_with(']') => (address.get(..at)?, address.get(at + 1..)?),
        _ => (address, ""),
    };
    match port {
        "" => Some((host, None)),
        port if port.bytes().all(|byte| byte.is_ascii_digit()) => Some((host, Some(port.parse().ok()?))),
        _ => None,
    }
}

fn push_host(host: &str, clean: &mut String) -> Option<()> {
    let host = host.strip_suffix('.').unwrap_or(host);
    if host.is_ascii() && is_domain(host) {
        clean.extend(host.chars().map(|c| c.to_ascii_lowercase()));
        return Some(());
    }
    if !host.is_ascii() {
        let ascii = to_ascii(host)?;
        clean.push_str(&ascii);
        return is_domain(&ascii).then_some(());
    }
    let whole = host.starts_with('[') || host.split('.').count() == 4;
    match url::Host::parse(host).ok()? {
        url::Host::Ipv4(address) if whole => clean.push_str(&address.to_string()),
        url::Host::Ipv6(address) => clean.push_str(&format!("[{address}]")),
        _ => return None,
    }
    Some(())
}

/// Appends with spaces escaped, and with `slashes` backslashes turned.
fn push_path(path: &str, slashes: bool, clean: &mut String) -> Option<()> {
    for c in path.chars() {
        match c {
            ' ' => clean.push_str("%20"),
            '\\' if slashes => clean.push('/'),
            '\\' => return None,
            c => clean.push(c),
        }
    }
    Some(())
}
