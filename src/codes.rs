//! Every code that Cutover gives out, for `explain` and the docs.
//!
//! The one list of all modules that have some; nothing here knows what they mean.

use std::borrow::Borrow;

use crate::config::check;
use crate::diagnostic::Code;
use crate::mapping::{self, expression};
use crate::sources::{
    access, cardfile, cards, csv, dbf, dump, fixed, json, ldif, mysql, odbc, palm, parquet, sheet, sqlite, vcard, xml,
};
use crate::standards::{boolean, date, decimal, email, money, phone, registry};
use crate::{corrections, duplicates, lifecycle, links, profile, reference_data, rules, snapshot, targets};

/// All codes, by name, each once.
pub fn all() -> Vec<&'static Code> {
    let lists: &[&'static [Code]] = &[
        check::CODES,
        check::STEWARD_CODES,
        corrections::CODES,
        check::drift::CODES,
        expression::CODES,
        csv::CODES,
        fixed::CODES,
        sheet::CODES,
        vcard::CODES,
        ldif::CODES,
        cardfile::CODES,
        cards::CODES,
        palm::CODES,
        dbf::CODES,
        access::CODES,
        sqlite::CODES,
        mysql::CODES,
        odbc::CODES,
        dump::CODES,
        parquet::CODES,
        json::CODES,
        xml::CODES,
        registry::codes(),
        boolean::CODES,
        date::CODES,
        date::REMARKS,
        decimal::CODES,
        email::CODES,
        money::CODES,
        phone::CODES,
        snapshot::CODES,
        profile::CODES,
        mapping::CODES,
        reference_data::CODES,
        rules::CODES,
        duplicates::CODES,
        duplicates::DECISION_CODES,
        duplicates::EXISTING_CODES,
        links::CODES,
        lifecycle::CODES,
        targets::CODES,
    ];
    let mut all: Vec<&'static Code> = lists.iter().flat_map(|list| list.iter().map(Borrow::borrow)).collect();
    all.sort_by_key(|code| code.id);
    all.dedup_by_key(|code| code.id);
    all
}

/// The code of that name.
pub fn find(id: &str) -> Option<&'static Code> {
    all().into_iter().find(|code| code.id == id)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::all;

    /// Every `"area.kebab-words"` in the sources of an area that has codes.
    fn given_out(folder: &Path, areas: &BTreeSet<&str>, into: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).expect("the sources").map(|entry| entry.expect("an entry").path()) {
            if entry.is_dir() {
                given_out(&entry, areas, into);
            } else if entry.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&entry).expect("a source file");
                for literal in text.split('"').skip(1).step_by(1) {
                    let is_code = literal.split_once('.').is_some_and(|(area, rest)| {
                        areas.contains(area)
                            && !rest.is_empty()
                            && rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
                            && !["csv", "xlsx", "dbf", "toml", "sqlite", "rs", "vcf"].contains(&rest)
                    });
                    if is_code {
                        into.insert(literal.to_string());
                    }
                }
            }
        }
    }

    #[test]
    fn every_code_that_is_given_out_is_explained() {
        let explained: BTreeSet<String> = all().iter().map(|code| code.id.to_string()).collect();
        let mut found = BTreeSet::new();
        given_out(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/config"), &["config"].into(), &mut found);
        given_out(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/mapping"), &["expression"].into(), &mut found);
        assert!(found.len() > 30, "the search finds nothing: {found:?}");
        let missing: Vec<&String> = found.difference(&explained).collect();
        assert!(missing.is_empty(), "codes without an explanation: {missing:?}");
    }

    #[test]
    fn every_code_is_whole() {
        for code in all() {
            let texts = [code.id, code.what, code.why, code.fix];
            assert!(texts.iter().all(|text| text.len() > 4), "{}: {texts:?}", code.id);
        }
    }
}
