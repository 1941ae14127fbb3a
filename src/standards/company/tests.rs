//! Options of `company`, and its parts.

use super::STANDARD;
use super::function::CompanyPart;
use crate::standards::tests::{cleaned, cleaner};

fn given(options: &str, value: &str) -> String {
    cleaned(cleaner(&STANDARD, options).as_ref(), value, None).unwrap_or_default()
}

#[test]
fn legal_forms_are_kept_abbreviated_moved_or_dropped() {
    let all =
        |value: &str| ["keep", "short", "behind", "drop"].map(|form| given(&format!("legal_form = '{form}'"), value));
    assert_eq!(all("Acme Incorporated"), ["Acme Incorporated", "Acme Inc.", "Acme Inc.", "Acme"]);
    assert_eq!(all("Acme, Inc"), ["Acme, Inc.", "Acme, Inc.", "Acme, Inc.", "Acme"]);
    assert_eq!(all("AB Volvo"), ["AB Volvo", "AB Volvo", "Volvo AB", "Volvo"]);
    assert_eq!(
        all("Siemens Aktiengesellschaft"),
        ["Siemens Aktiengesellschaft", "Siemens AG", "Siemens AG", "Siemens"]
    );
    assert_eq!(all("Müller GmbH und Co. KG")[3], "Müller");
    assert_eq!(all("Alestra, S. de R.L. de C.V.")[3], "Alestra");
    assert_eq!(
        all("Honda Motor Co. Ltd."),
        ["Honda Motor Co., Ltd.", "Honda Motor Co., Ltd.", "Honda Motor Co., Ltd.", "Honda Motor"]
    );
    // For matching: as it comes out of BASF AG.
    assert_eq!(all("BASF Aktiengesellschaft")[3], "Basf");
    for value in ["ACME INC", "Acme, Inc", "acme incorporated"] {
        assert_eq!(all(value)[3], "Acme", "{value}");
    }
    assert_eq!(all("Smith & Co. Ltd."), ["Smith & Co. Ltd.", "Smith & Co. Ltd.", "Smith & Co. Ltd.", "Smith & Co."]);
    assert_eq!(all("Day Spa")[3], "Day Spa");
    assert_eq!(all("Inc")[3], "Inc");
}

#[test]
fn articles_and_conjunctions() {
    let article =
        |value: &str| ["keep", "front", "behind", "drop"].map(|word| given(&format!("article = '{word}'"), value));
    assert_eq!(
        article("The Acme Company"),
        ["The Acme Company", "The Acme Company", "Acme Company, The", "Acme Company"]
    );
    assert_eq!(
        article("Acme Company, The"),
        ["Acme Company, The", "The Acme Company", "Acme Company, The", "Acme Company"]
    );
    assert_eq!(given("and = 'sign'", "Smith and Sons"), "Smith & Sons");
    assert_eq!(given("and = 'word'", "Smith & Sons Ltd"), "Smith and Sons Ltd.");
}

#[test]
fn names_behind_names() {
    let value = "KALEO INC DBA CLEO'S C/O JANE SMITH";
    assert_eq!(given("", value), "Kaleo Inc. d/b/a Cleo's c/o Jane Smith");
    assert_eq!(given("trading_as = 'legal'", value), "Kaleo Inc.");
    assert_eq!(given("trading_as = 'trade'", value), "Cleo's");
    assert_eq!(CompanyPart::CareOf.of(value), "JANE SMITH");
    assert_eq!(given("trading_as = 'trade'", "Acme Inc."), "Acme Inc.");
}

#[test]
fn parts_of_a_name() {
    assert_eq!(CompanyPart::LegalForm.of("Nowak Sp. z o. o."), "Sp. z o.o.");
    assert_eq!(CompanyPart::Country.of("Nowak Sp. z o. o."), "PL");
    assert_eq!(CompanyPart::Country.of("Acme Ltd"), "");
    assert_eq!(CompanyPart::Name.of("ООО Ромашка"), "Ромашка");
    assert_eq!(CompanyPart::LegalForm.of("株式会社 山田"), "株式会社");
    assert_eq!(CompanyPart::Name.of("n/a"), "");
}

#[test]
fn forms_that_stand_in_front_or_have_dots() {
    let both = |value: &str| ["keep", "drop"].map(|form| given(&format!("legal_form = '{form}'"), value));
    assert_eq!(both("Škoda a.s."), ["Škoda a.s.", "Škoda"]);
    assert_eq!(both("Norsk AS"), ["Norsk AS", "Norsk"]);
    assert_eq!(both("MÜLLER GMBH U CO KG"), ["Müller GmbH & Co. KG", "Müller"]);
    assert_eq!(both("SARL Dupont"), ["SARL Dupont", "Dupont"]);
    assert_eq!(both("N.V. Philips"), ["N.V. Philips", "Philips"]);
    assert_eq!(both("NV Energy"), ["NV Energy", "NV Energy"]);
    assert_eq!(both("株式会社トヨタ"), ["株式会社トヨタ", "トヨタ"]);
    assert_eq!(both("トヨタ自動車株式会社"), ["トヨタ自動車株式会社", "トヨタ自動車"]);
    assert_eq!(both("腾讯控股有限公司")[1], "腾讯控股");
    assert_eq!(CompanyPart::Name.of("株式会社トヨタ"), "トヨタ");
    assert_eq!(CompanyPart::LegalForm.of("株式会社トヨタ"), "株式会社");
}
