//! `region`: states, provinces and cantons as the code part of ISO 3166-2.
//! One lookup in the subdivisions of the row's country; nothing is guessed.

mod names;

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

use arrow::array::{ArrayRef, StringArray};

use super::city::place;
use super::column::{Outcome, clean_with_country, nonblank};
use super::folding::{fold, fold_ascii};
use super::{Cleaner, Defaults, Example, Standard};
use crate::config::decode::{Options, Table};
use crate::diagnostic::Faults;
use crate::{options, words};
use names::{CODED, MORE, WHOLE};

pub static STANDARD: Standard = Standard {
    name: "region",
    what: "Turns names and abbreviations of states and provinces into the code that their country writes",
    why: "Mass., MA and Massachusetts are one state; tax, territory and post go by it.",
    rule: "ISO 3166-2, with postal and traditional abbreviations and English names. Codes for US, CA, AU, BR, CH, DE, \
           IN, IT and MX (ISO codes that have digits stay names); in other countries the name, cased, or the code if \
           it is that. A value that \
           is no region is invalid in US, CA, AU, BR, MX, DE, AT and CH, and kept elsewhere. `form` asks for the \
           code or the name wherever it is known.",
    examples: &[
        Example { input: "Mass.", country: Some("US"), output: Some("MA") },
        Example { input: "massachusetts", country: Some("US"), output: Some("MA") },
        Example { input: "Calif", country: None, output: Some("CA") },
        Example { input: "n.y.", country: None, output: Some("NY") },
        Example { input: "US-TX", country: Some("US"), output: Some("TX") },
        Example { input: "us-ca", country: Some("US"), output: Some("CA") },
        Example { input: "IDF", country: Some("FR"), output: Some("IDF") },
        Example { input: "NL-NH", country: Some("NL"), output: Some("NH") },
        Example { input: "ENG", country: Some("GB"), output: Some("ENG") },
        Example { input: "W", country: Some("AT"), output: Some("Wien") },
        Example { input: "Ontario", country: Some("CA"), output: Some("ON") },
        Example { input: "Québec", country: Some("CA"), output: Some("QC") },
        Example { input: "Bavaria", country: Some("DE"), output: Some("BY") },
        Example { input: "Sao Paulo", country: Some("BR"), output: Some("SP") },
        Example { input: "Milano", country: Some("IT"), output: Some("MI") },
        Example { input: "Lombardia", country: Some("IT"), output: Some("Lombardia") },
        Example { input: "N.S.W.", country: Some("AU"), output: Some("NSW") },
        Example { input: "WEST YORKSHIRE", country: Some("GB"), output: Some("West Yorkshire") },
        Example { input: "Atlantis", country: Some("US"), output: None },
    ],
    takes_country: true,
    keys: RegionOptions::keys,
    build,
};

words! {
    /// What the clean value is.
    enum RegionForm {
        /// `MA`
        Code = "code",
        /// `Massachusetts`
        Name = "name",
    }
}

options! {
    /// Options of the standard `region`.
    struct RegionOptions {
        /// `code` or `name`, wherever it is known; without it, as the country writes it.
        form: Option<RegionForm>,
    }
}

#[derive(Debug, Clone, Copy)]
struct Known {
    code: &'static str,
    name: &'static str,
}

/// The regions of each country, by folded code and name.
type Regions = HashMap<&'static str, HashMap<String, Known>>;

#[derive(Debug)]
struct Region {
    country: Option<String>,
    form: Option<RegionForm>,
    known: &'static Regions,
}

/// All regions, put together once.
fn known() -> &'static Regions {
    static KNOWN: OnceLock<Regions> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let mut known = Regions::new();
        for country in rust_iso3166::ALL {
            let regions = known.entry(country.alpha2).or_default();
            let listed = country.subdivisions().unwrap_or_default();
            let more = MORE.iter().filter(|(of, ..)| *of == country.alpha2);
            let mut all: Vec<Known> =
                listed.iter().map(|one| Known { code: one.region_code, name: one.name }).collect();
            all.extend(
                more.clone()
                    .filter(|(_, code, ..)| listed.iter().all(|one| one.region_code != *code))
                    .map(|(_, code, name, _)| Known { code, name }),
            );
            all.sort_by_key(|region| region.code);
            // codes go before names, which may be those of two
            for region in &all {
                regions.insert(fold(region.code), *region);
            }
            for region in &all {
                regions.entry(fold(region.name)).or_insert(*region);
            }
            for (_, code, _, names) in more {
                let Some(region) = all.iter().find(|region| region.code == *code) else { continue };
                for name in names.split(' ') {
                    regions.entry(name.to_string()).or_insert(*region);
                }
            }
        }
        known
    })
}

fn build(
    table: &Table,
    span: Range<usize>,
    also: &[&str],
    defaults: &Defaults,
    faults: &mut Faults,
) -> Option<Box<dyn Cleaner>> {
    let options = RegionOptions::from_table(table, span, also, faults)?;
    Some(Box::new(Region { country: defaults.country.clone(), form: options.form, known: known() }))
}

impl Region {
    fn read<'a>(&self, value: &'a str, country: Option<&str>) -> Option<Cow<'a, str>> {
        let country = country.unwrap_or("");
        let coded = CODED.contains(&country);
        let found = (coded || self.form.is_some() || WHOLE.contains(&country)).then(|| self.find(value, country));
        let Some(region) = found.flatten() else {
            let kept = || self.code_in_capitals(value, country).map(Cow::Borrowed);
            return if WHOLE.contains(&country) { None } else { kept().or_else(|| place(value)) };
        };
        let clean = match self.form {
            Some(RegionForm::Code) => region.code,
            None if coded && region.code.bytes().all(|b| b.is_ascii_alphabetic()) => region.code,
            // ISO turns some names round for its lists: "Madrid, Comunidad de"
            _ if region.name.contains([',', '[', '(']) => return place(value),
            _ => region.name,
        };
        Some(Cow::Borrowed(clean))
    }

    /// The code that the value is, where a country's regions are written as names:
    /// `IDF`, `GB-ENG`. In other letters it may be a name: Ica, of code ICA.
    fn code_in_capitals(&self, value: &str, country: &str) -> Option<&'static str> {
        let code = value.strip_prefix(country).and_then(|rest| rest.strip_prefix('-')).unwrap_or(value);
        let region = self.known.get(country)?.get(fold(code).as_str())?;
        (region.code == code && code.bytes().any(|b| b.is_ascii_uppercase())).then_some(region.code)
    }

    fn find(&self, value: &str, country: &str) -> Option<Known> {
        let regions = self.known.get(country)?;
        let mut buffer = [0; 64];
        let owned;
        let folded = match fold_ascii(value, &mut buffer) {
            Some(folded) => folded,
            None => {
                owned = fold(value);
                &owned
            }
        };
        let bare = || folded.strip_prefix(country.to_ascii_lowercase().as_str()).and_then(|bare| regions.get(bare));
        let full = value.get(..3).is_some_and(|head| {
            head.ends_with('-') && head.get(..2).is_some_and(|two| two.eq_ignore_ascii_case(country))
        });
        let prefixed = full.then(bare).flatten();
        prefixed.or_else(|| regions.get(folded)).copied()
    }
}

/// The code of a region by its code or name.
pub(super) fn code_of(value: &str, country: &str) -> Option<&'static str> {
    let region = Region { country: None, form: None, known: known() };
    region.find(nonblank(value)?, country).map(|region| region.code)
}

impl Cleaner for Region {
    fn clean(&self, input: &StringArray, country: Option<&StringArray>) -> ArrayRef {
        clean_with_country(input, country, |value, country, clean| {
            let country = country.or(self.country.as_deref());
            Outcome::of(value, nonblank(value).and_then(|value| self.read(value, country)), clean)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{MORE, STANDARD};
    use crate::standards::folding::fold;
    use crate::standards::tests::{cleaned, cleaner};

    #[test]
    fn names_are_folded_and_lead_to_their_code() {
        let cleaner = cleaner(&STANDARD, "form = 'code'");
        for (country, code, _, names) in MORE {
            for name in names.split(' ').filter(|name| !name.is_empty()) {
                assert_eq!(fold(name), name);
                assert_eq!(cleaned(cleaner.as_ref(), name, Some(country)).as_deref(), Some(*code), "{country} {name}");
            }
        }
    }

    #[test]
    fn form_name_spells_out() {
        let cleaner = cleaner(&STANDARD, "form = 'name'");
        assert_eq!(cleaned(cleaner.as_ref(), "MA", None).as_deref(), Some("Massachusetts"));
        assert_eq!(cleaned(cleaner.as_ref(), "wien", Some("AT")).as_deref(), Some("Wien"));
        assert_eq!(cleaned(cleaner.as_ref(), "nowhere", Some("FR")).as_deref(), Some("Nowhere"));
    }
}
