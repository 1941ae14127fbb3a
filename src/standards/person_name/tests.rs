//! Names taken apart: one person, two, and those of the east.

use super::STANDARD;
use super::kind::kind;
use super::name::{Name, Order};
use super::split::split;
use crate::standards::function::tests::{asked, given};
use crate::standards::tests::{cleaned, cleaner};

/// `prefix|given|middle|family|suffix|nickname`
fn parts(name: &Name) -> String {
    [&name.prefix, &name.given, &name.middle, &name.family, &name.suffix, &name.nickname].map(String::as_str).join("|")
}

fn whole(value: &str, order: Order) -> String {
    split(value, order).map(|reading| parts(&reading.whole)).unwrap_or_default()
}

fn both(value: &str) -> Option<[String; 2]> {
    let reading = split(value, Order::Auto)?;
    reading.pair.map(|pair| pair.each_ref().map(parts))
}

#[test]
fn names_of_one_person() {
    let cases = [
        ("Dr. Jane Q. Public, PhD, MBA", "Dr|Jane|Q.|Public|PhD, MBA|"),
        ("SMITH JR, JOHN QUINCY", "|John|Quincy|Smith|Jr|"),
        ("john smith 2nd", "|John||Smith|II|"),
        ("MacDonald, Ronald", "|Ronald||MacDonald||"),
        ("JUAN DE LA CRUZ", "|Juan||de la Cruz||"),
        ("o'brien, seán", "|Seán||O'Brien||"),
        ("osama bin hassan", "|Osama||bin Hassan||"),
        ("Robert \"Bob\" Smith", "|Robert||Smith||Bob"),
        ("Robert 'Corky' Cartwright", "|Robert||Cartwright||Corky"),
        ("J. R. R. Tolkien", "|J.|R. R.|Tolkien||"),
        ("Herr Prof. Dr. Max Müller", "Herr Prof. Dr.|Max||Müller||"),
        ("Mme Claire Dupont", "Mme|Claire||Dupont||"),
        ("Sra. Ana García", "Sra.|Ana||García||"),
        ("Dott.ssa Maria Rossi", "Dott.ssa|Maria||Rossi||"),
        ("Dhr. Jan van 't Hof", "Dhr.|Jan||van 't Hof||"),
        ("Richard Mac Pherson", "|Richard||Mac Pherson||"),
        ("State Senator Kwame Raoul", "State Sen.|Kwame||Raoul||"),
        ("Harry C Piper Attorney at Law", "|Harry|C|Piper|Attorney at Law|"),
        ("Maria Ortega y Gasset", "|Maria||Ortega y Gasset||"),
        ("Cher", "|||Cher||"),
        ("J.R.R. Tolkien", "|J.R.R.||Tolkien||"),
        ("W.E.B. Du Bois", "|W.E.B.||Du Bois||"),
        ("E.T.A. Hoffmann", "|E.T.A.||Hoffmann||"),
        ("JFK Kennedy", "|JFK||Kennedy||"),
        ("MJK Smith", "|MJK||Smith||"),
        ("HANS GROß", "|Hans||Groß||"),
        ("GROß Hans", "|Hans||Groß||"),
        ("PETER WEIß", "|Peter||Weiß||"),
        ("John Smith, Director", "|John||Smith|Director|"),
        ("SMITH, JOHN, VICE PRESIDENT", "|John||Smith|Vice President|"),
        ("Smith, John (CEO)", "|John||Smith|CEO|"),
        ("john smith (deceased)", "|John||Smith||"),
        ("Ing. Jan Novák, CSc.", "Ing.|Jan||Novák|CSc.|"),
        ("João da Silva e Souza", "|João||da Silva e Souza||"),
        ("García López, Ana María", "|Ana|María|García López||"),
        ("Mrs VAN DER BERG", "Mrs|||van der Berg||"),
        ("van Gogh", "|||van Gogh||"),
        ("Von van Liefland", "|Von||van Liefland||"),
        ("Van Morrison", "|Van||Morrison||"),
    ];
    for (value, expected) in cases {
        assert_eq!(whole(value, Order::Auto), expected, "{value}");
    }
}

#[test]
fn the_family_name_in_front() {
    let cases = [
        ("DUPONT Jean", Order::Auto, "|Jean||Dupont||"),
        ("VAN DER BERG Anna", Order::Auto, "|Anna||van der Berg||"),
        ("SWANSON PETER A", Order::Auto, "|Peter|A|Swanson||"),
        ("JP Morgan", Order::Auto, "|JP||Morgan||"),
        ("Nagy Ferenc", Order::Auto, "|Nagy||Ferenc||"),
        ("Nagy Ferenc", Order::FamilyFirst, "|Ferenc||Nagy||"),
        ("Park Ji-sung", Order::FamilyFirst, "|Ji-sung||Park||"),
        ("DUPONT Jean", Order::GivenFirst, "|Dupont||Jean||"),
        ("Ana María García López", Order::TwoFamilies, "|Ana|María|García López||"),
        ("Juan de la Cruz Martínez", Order::TwoFamilies, "|Juan||de la Cruz Martínez||"),
        ("Ana García", Order::TwoFamilies, "|Ana||García||"),
        ("Juan GARCIA LOPEZ", Order::Auto, "|Juan||Garcia Lopez||"),
    ];
    for (value, order, expected) in cases {
        assert_eq!(whole(value, order), expected, "{value} {order:?}");
    }
}

#[test]
fn two_people() {
    let cases = [
        ("John & Mary Smith", "|John||Smith||", "|Mary||Smith||"),
        ("john q. and mary a. van der berg", "|John|Q.|van der Berg||", "|Mary|A.|van der Berg||"),
        ("Mr. and Mrs. John Smith", "Mr|John||Smith||", "Mrs|||Smith||"),
        ("MR. AND MRS. PETER VAN DER BERG", "Mr|Peter||van der Berg||", "Mrs|||van der Berg||"),
        ("Dr & Mrs Thomas N. Malone", "Dr|Thomas|N.|Malone||", "Mrs|||Malone||"),
        ("Mr. John & Mrs. Mary Smith", "Mr|John||Smith||", "Mrs|Mary||Smith||"),
        ("John Smith and Mary Jones", "|John||Smith||", "|Mary||Jones||"),
        ("John Smith & Mary", "|John||Smith||", "|Mary||Smith||"),
        ("SMITH, JOHN & MARY", "|John||Smith||", "|Mary||Smith||"),
        ("Smith, John & Jones, Mary", "|John||Smith||", "|Mary||Jones||"),
        ("Dr. Fandel & Dr. Williams", "Dr|||Fandel||", "Dr|||Williams||"),
        ("John Smith, Mary Jones", "|John||Smith||", "|Mary||Jones||"),
        ("Smith, John; Jones, Mary", "|John||Smith||", "|Mary||Jones||"),
        ("SMITH, JOHN AND MARY", "|John||Smith||", "|Mary||Smith||"),
        ("SMITH JOHN & MARY", "|John||Smith||", "|Mary||Smith||"),
        ("JEAN ET MARIE DUPONT", "|Jean||Dupont||", "|Marie||Dupont||"),
        ("Sr. y Sra. García", "Sr.|||García||", "Sra.|||García||"),
        ("M. et Mme Dupont", "M.|||Dupont||", "Mme|||Dupont||"),
        ("Anna und Peter Schulz", "|Anna||Schulz||", "|Peter||Schulz||"),
    ];
    for (value, first, second) in cases {
        assert_eq!(both(value), Some([first.to_owned(), second.to_owned()]), "{value}");
    }
    for value in ["John Smith", "Johnson & Johnson", "A & B & C Smith", "& Mary Smith", "Ortega y Gasset"] {
        assert_eq!(both(value), None, "{value}");
    }
}

/// What `person_name` makes of a name, with options.
fn clean(options: &str, value: &str) -> String {
    cleaned(cleaner(&STANDARD, options).as_ref(), value, None).unwrap_or_default()
}

#[test]
fn whole_names_come_out_as_they_are_written() {
    let cases = [
        ("J.R.R. Tolkien", "J.R.R. Tolkien"),
        ("HANS GROß", "Hans Groß"),
        ("John Smith, Mary Jones", "John Smith & Mary Jones"),
        ("Smith, John; Jones, Mary", "John Smith & Mary Jones"),
        ("Smith, John; Jones, Mary; Brown, Bob", "Smith, John; Jones, Mary; Brown, Bob"),
        ("john smith (deceased)", "John Smith (deceased)"),
        ("Smith, Jane (née Jones)", "Jane Smith (née Jones)"),
        ("Smith, John (CEO)", "John Smith, CEO"),
        ("John Smith, Director", "John Smith, Director"),
        ("Ing. Jan Novák, CSc.", "Ing. Jan Novák, CSc."),
        ("João da Silva e Souza", "João da Silva e Souza"),
        ("SMITH, JOHN AND MARY", "John and Mary Smith"),
        ("JEAN ET MARIE DUPONT", "Jean et Marie Dupont"),
        ("Sr. y Sra. García", "Sr. y Sra. García"),
        ("SR. Y SRA. GARCÍA", "Sr. y Sra. García"),
        ("M. et Mme Dupont", "M. et Mme Dupont"),
        ("İBRAHİM ÇELİK", "İbrahim Çelik"),
        ("john@example.com", ""),
    ];
    for (value, expected) in cases {
        assert_eq!(clean("", value), expected, "{value}");
        assert_eq!(clean("", expected), expected);
    }
    assert_eq!(clean("couple = 'second'", "SMITH JOHN & MARY"), "Mary Smith");
    assert_eq!(clean("couple = 'second'", "John Smith, Mary Jones"), "Mary Jones");
}

#[test]
fn a_family_name_that_is_read_in_front_stays_there() {
    let cases = [
        ("NAGY FERENC", "Nagy Ferenc"),
        ("SMITH, JOHN", "Smith John"),
        ("smith jr, dr. john q.", "Dr Smith John Q., Jr"),
        ("VAN DER BERG ANNA MARIA", "van der Berg Anna Maria"),
        ("MR. SMITH JOHN", "Mr Smith John"),
    ];
    for (value, expected) in cases {
        assert_eq!(clean("order = 'family_first'", value), expected, "{value}");
        assert_eq!(clean("order = 'family_first'", expected), expected);
    }
    assert_eq!(clean("order = 'family_first', form = 'inverted'", "NAGY FERENC"), "Nagy, Ferenc");
}

#[test]
fn names_in_chinese_japanese_and_korean_script() {
    let cases = [
        ("山田 太郎", "|太郎||山田||"),
        ("王小明", "|小明||王||"),
        ("欧阳娜娜", "|娜娜||欧阳||"),
        ("김민수", "|민수||김||"),
        ("남궁민수", "|민수||남궁||"),
        ("ジョン・スミス", "|ジョン||スミス||"),
        // Where a Japanese name of four characters ends is not written.
        ("山田太郎", "|||山田太郎||"),
    ];
    for (value, expected) in cases {
        assert_eq!(whole(value, Order::Auto), expected, "{value}");
        let mut display = String::new();
        split(value, Order::Auto).expect("a name").whole.push_display(&mut display);
        assert_eq!(display, value);
    }
}

#[test]
fn kinds_of_names() {
    let cases = [
        ("John Smith", "person"),
        ("Charlotte Church", "person"),
        ("John & Mary Smith", "couple"),
        ("Anna & Peter", "couple"),
        ("Acme Widgets GmbH", "company"),
        ("ACME WIDGETS INC", "company"),
        ("Bank of the West", "company"),
        ("Deutsche Krebs Stiftung", "company"),
        ("n/a", "nobody"),
        ("test", "nobody"),
        ("Mr Unknown", "nobody"),
    ];
    for (value, expected) in cases {
        assert_eq!(kind(value, Order::Auto).word(), expected, "{value}");
    }
}

#[test]
fn functions_of_names_give_people_kinds_and_greetings() {
    let first = |expression: &str| given(expression)[0].clone();
    assert_eq!(first("person_of('John & Mary Smith', 1)"), "John Smith");
    assert_eq!(first("person_of('John & Mary Smith', 2)"), "Mary Smith");
    assert_eq!(first("person_of('John Smith', 2)"), "");
    assert_eq!(first("name_part(person_of('SMITH, JOHN & MARY', 2), 'given')"), "Mary");
    assert_eq!(first("name_part('Park Ji-sung', 'family', 'family_first')"), "Park");
    assert_eq!(first("name_kind('Acme Inc.')"), "company");
    assert_eq!(given("name_kind(plain)"), ["person", ""]);
    assert_eq!(first("company_part('Müller GmbH & Co. KG', 'name')"), "Müller");
    assert_eq!(first("company_part('Müller GmbH & Co. KG', 'legal_form')"), "GmbH & Co. KG");
    assert_eq!(first("company_part('Volvo Aktiebolag', 'legal_form')"), "AB");
    assert_eq!(first("company_part('Maier OHG', 'country')"), "DE");
    assert_eq!(first("company_part('Janne Corp. dba Kredable Auto', 'trade_name')"), "Kredable Auto");
    assert_eq!(first("company_part('Acme c/o Jane Smith', 'care_of')"), "Jane Smith");
    assert_eq!(given("greeting('Frau Dr.', plain, 'Deutsch')"), ["Sehr geehrte Frau Dr. a b", "Sehr geehrte Frau Dr."]);
    assert_eq!(given("greeting(NULL, plain)")[1], "");
    let which = asked("person_of(plain, 3)").expect_err("no third");
    assert!(which.contains("which is 1 or 2"), "{which}");
    let order = asked("name_kind(plain, 'last')").expect_err("no such order");
    assert!(order.contains("the order is one of 'auto', 'given_first'"), "{order}");
}
