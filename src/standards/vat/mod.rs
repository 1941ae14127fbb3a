//! `vat`: value added tax numbers of Europe, by form and check digits.
//! Asks no registry: a number that passes may still belong to nobody.

mod digits;

use std::ops::Range;

use arrow::array::{ArrayRef, StringArray};

use super::column::{Outcome, clean_with_country};
use super::{Cleaner, Defaults, Example, Standard};
use crate::config::decode::{Options, Table};
use crate::diagnostic::Faults;
use crate::options;

options! {
    /// Options of `vat`: none.
    pub struct VatOptions {}
}

pub static STANDARD: Standard = Standard {
    name: "vat",
    what: "Writes a European VAT number with its country, and refuses one whose form or check digits are wrong",
    why: "an invoice without tax needs the right number, and the registry of the EU answers for no other",
    rule: "the forms that the EU's VIES lists for its members, Northern Ireland (XI), and those of GB, CH and NO, with \
           the check digits that each country publishes; spaces, dots and hyphens go; Greece is EL; a number without \
           a country is one of the row's",
    examples: &[
        Example { input: "DE 136.695.976", country: None, output: Some("DE136695976") },
        Example { input: "136695976", country: Some("DE"), output: Some("DE136695976") },
        Example { input: "atu13585627", country: None, output: Some("ATU13585627") },
        Example { input: "FR 40 303 265 045", country: None, output: Some("FR40303265045") },
        Example { input: "NL004495445B01", country: None, output: Some("NL004495445B01") },
        Example { input: "BE 0428.759.497", country: None, output: Some("BE0428759497") },
        Example { input: "GR 094259216", country: None, output: Some("EL094259216") },
        Example { input: "VAT No. IT 00743110157", country: None, output: Some("IT00743110157") },
        Example { input: "CHE-116.281.710 MWST", country: None, output: Some("CHE116281710") },
        Example { input: "DE136695977", country: None, output: None },
        Example { input: "DE13669597", country: None, output: None },
        Example { input: "136695976", country: None, output: None },
        Example { input: "pending", country: None, output: None },
    ],
    takes_country: true,
    keys: VatOptions::keys,
    build,
};

fn build(
    table: &Table,
    span: Range<usize>,
    also: &[&str],
    defaults: &Defaults,
    faults: &mut Faults,
) -> Option<Box<dyn Cleaner>> {
    VatOptions::from_table(table, span, also, faults)?;
    Some(Box::new(Vat { default: defaults.country.clone() }))
}

#[derive(Debug)]
struct Vat {
    default: Option<String>,
}

impl Cleaner for Vat {
    fn clean(&self, input: &StringArray, country: Option<&StringArray>) -> ArrayRef {
        let mut bare = String::new();
        clean_with_country(input, country, |value, country, clean| {
            strip(value, &mut bare);
            let country = country.or(self.default.as_deref()).map(|code| code.trim().to_ascii_uppercase());
            match written(&bare, country.as_deref(), clean) {
                Some(()) if clean == value => Outcome::Same,
                Some(()) => Outcome::Changed,
                None => Outcome::Invalid,
            }
        })
    }
}

/// Letters and digits in capitals, without a label before them.
fn strip(value: &str, bare: &mut String) {
    bare.clear();
    let kept = |c: &char| {
        !c.is_whitespace() && !matches!(c, '-' | '.' | '/' | ':' | ',' | '_' | '\u{200b}' | '\u{2010}'..='\u{2015}')
    };
    bare.extend(value.chars().filter(kept).map(|c| c.to_ascii_uppercase()));
    for label in ["VATREGNO", "VATNO", "VATID", "VAT", "USTIDNR", "USTID", "UID", "TVA", "BTW", "PIVA", "NIF", "CIF"] {
        if let Some(rest) = bare.strip_prefix(label).map(str::to_owned) {
            *bare = rest;
            return;
        }
    }
}

/// The clean number, of the country that it begins with or else of the row's.
fn written(bare: &str, country: Option<&str>, clean: &mut String) -> Option<()> {
    if let (Some(prefix), Some(number)) = (bare.get(..2), bare.get(2..))
        && let Some(form) = digits::form(prefix)
        && let Some(number) = (form.check)(number)
    {
        clean.push_str(form.prefix);
        clean.push_str(&number);
        return Some(());
    }
    let form = digits::form(country?)?;
    let number = (form.check)(bare)?;
    clean.push_str(form.prefix);
    clean.push_str(&number);
    Some(())
}

#[cfg(test)]
mod tests {
    use crate::standards::tests::{cleaned, cleaner};

    /// One number of each country, as its authorities or companies publish them.
    #[test]
    fn each_country_checks_its_digits() {
        let vat = cleaner(&super::STANDARD, "");
        for number in NUMBERS {
            assert_eq!(cleaned(vat.as_ref(), number, None).as_deref(), Some(*number));
            // Any other last digit is wrong, where the last digit is one that checks.
            let (head, last) = number.split_at(number.len() - 1);
            if !LOOSE.contains(&&number[..2])
                && let Ok(digit) = last.parse::<u32>()
            {
                let other = format!("{head}{}", (digit + 1) % 10);
                assert_eq!(cleaned(vat.as_ref(), &other, None), None, "{other}");
            }
        }
    }

    /// Their last characters do not check the others.
    const LOOSE: &[&str] = &["CZ", "FR", "IE", "NL", "SE", "LT", "CY", "HR", "RO"];
    const NUMBERS: &[&str] = &[
        "ATU13585627",
        "BE0428759497",
        "BG175074752",
        "CY10259033P",
        "CZ25123891",
        "DE136695976",
        "DK13585628",
        "EE100931558",
        "EL094259216",
        "ESA13585625",
        "FI20774740",
        "FR40303265045",
        "GB980780684",
        "HR33392005961",
        "HU12892312",
        "IE6433435F",
        "IT00743110157",
        "LT119511515",
        "LU15027442",
        "LV40003521600",
        "MT11679112",
        "NL004495445B01",
        "NO995525828",
        "PL8567346215",
        "PT501964843",
        "RO18547290",
        "SE123456789701",
        "SI50223054",
        "SK2022749619",
        "CHE100155212",
        "XI980780684",
    ];
}
