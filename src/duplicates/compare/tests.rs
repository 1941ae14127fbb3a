//! Pairs of values and the level that each must get.

use proptest::prelude::{prop_oneof, proptest};
use proptest::strategy::Strategy;

use super::{MISSING, compare, folded, placeholder, prepare};
use crate::config::likeness::Kind;

fn slots(kind: Kind, text: &str) -> Vec<String> {
    let mut slots = Vec::new();
    prepare(kind, false, &[Some(text), None, None], &mut slots);
    slots
}

/// The name of the level of two values.
fn is(kind: Kind, a: &str, b: &str) -> &'static str {
    between(kind, &slots(kind, a), &slots(kind, b))
}

fn between(kind: Kind, a: &[String], b: &[String]) -> &'static str {
    let a: Vec<&[u8]> = a.iter().map(String::as_bytes).collect();
    let b: Vec<&[u8]> = b.iter().map(String::as_bytes).collect();
    match compare(kind, &a, &b) {
        MISSING => "missing",
        level => kind.levels()[usize::from(level) - 1].name,
    }
}

#[test]
fn given_names() {
    let given = |a, b| is(Kind::Given, a, b);
    assert_eq!(given("Zoë", "ZOE"), "equal");
    assert_eq!(given("Robert", "Bob"), "nickname");
    assert_eq!(given("Peggy", "Margaret"), "nickname");
    assert_eq!(given("Mary Ann", "Mary"), "nickname");
    assert_eq!(given("Jonathan", "Jonahtan"), "close");
    assert_eq!(given("J", "John"), "initial");
    assert_eq!(given("J.", "Kate"), "different");
    assert_eq!(given("Mariaa", "Maria"), "close");
    assert_eq!(given("Eleanor", "Nleaeor"), "close");
    // Two known names are no typing errors of one another.
    assert_eq!(given("Mark", "Mary"), "different");
    assert_eq!(given("Paul", "Paula"), "different");
    assert_eq!(given("Maria", "Mario"), "different");
    assert_eq!(given("Daniel", "Susan"), "different");
    assert_eq!(given("", "Susan"), "missing");
}

#[test]
fn family_names() {
    let family = |a, b| is(Kind::Family, a, b);
    assert_eq!(family("Müller", "Muller"), "equal");
    assert_eq!(family("O'Brien", "OBrien"), "equal");
    assert_eq!(family("Smith", "Smyth"), "close");
    assert_eq!(family("Mac Donald", "MacDonald"), "close");
    assert_eq!(family("García-Márquez", "García"), "part");
    assert_eq!(family("Jones", "Brown"), "different");
    assert_eq!(family("Miller Jr.", "Miller"), "equal");
}

#[test]
fn generations() {
    let of = |values: &[Option<&str>], part| {
        let mut slots = Vec::new();
        prepare(Kind::Family, part, values, &mut slots);
        slots.join("/")
    };
    assert_eq!(of(&[Some("Miller Sr"), None], false), "miller/1");
    assert_eq!(of(&[Some("Miller, Jr."), None], false), "miller/2");
    assert_eq!(of(&[Some("Miller"), Some("III, MD")], false), "miller/3");
    assert_eq!(of(&[Some("Miller"), Some("MD")], false), "miller/");
    assert_eq!(of(&[Some("John Miller Jr"), None], true), "miller/2");
    assert_eq!(of(&[Some("Junior"), None], false), "junior/");
}

#[test]
fn addresses_made_of_names_say_what_the_names_do_not() {
    let names: [&[u8]; 4] = [b"lisa", b"hall", b"lysa", b"hall"];
    let left = |a: &str, b: &str| {
        let (a, b) = (slots(Kind::Email, a), slots(Kind::Email, b));
        let bytes = |slots: &[String]| slots.iter().map(|slot| slot.clone().into_bytes()).collect::<Vec<_>>();
        let (a, b) = (bytes(&a), bytes(&b));
        let (a, b): (Vec<&[u8]>, Vec<&[u8]>) = (a.iter().map(|s| &s[..]).collect(), b.iter().map(|s| &s[..]).collect());
        super::beside_names(compare(Kind::Email, &a, &b), &a, &b, &names)
    };
    let level = |name: &str| 1 + Kind::Email.levels().iter().position(|level| level.name == name).expect("a level");
    assert_eq!(usize::from(left("lisa.hall@x.example", "lisa.hall@x.example")), level("equal"));
    assert_eq!(usize::from(left("lisa.hall509@x.example", "lisa.hall509@y.org")), level("local part"));
    assert_eq!(usize::from(left("lisa.hall509@x.example", "lisa.hall813@x.example")), level("different"));
    assert_eq!(left("lisa.hall@x.example", "lisa.hall@y.org"), MISSING);
    assert_eq!(left("lisa@x.example", "lysa@x.example"), MISSING);
    assert_eq!(usize::from(left("bluebird7@x.example", "bluebird@x.example")), level("close"));
}

/// What is kept of a family name, with the suffix of its own or of the whole name.
fn family_slots(part: bool, name: &str, suffix: Option<&str>) -> [String; 2] {
    let mut slots = Vec::new();
    prepare(Kind::Family, part, &[Some(name), suffix], &mut slots);
    slots.try_into().expect("two slots")
}

#[test]
fn father_and_son_are_two() {
    let field = |name, suffix| family_slots(false, name, suffix).join("|");
    assert_eq!(field("Smith", Some("Jr.")), "smith|2");
    assert_eq!(field("Smith", Some("PhD, III")), "smith|3");
    assert_eq!(field("Smith Sr", None), "smith|1");
    assert_eq!(field("Smith, Jr.", Some("")), "smith|2");
    assert_eq!(field("Smith", Some("PhD")), "smith|");
    // These are names, or the beginnings of names.
    assert_eq!(field("Silva Junior", None), "silva junior|");
    assert_eq!(field("Smith V", None), "smith v|");
    assert_eq!(field("Sr", None), "sr|");
    let whole = |name| family_slots(true, name, None).join("|");
    assert_eq!(whole("John Smith, Jr, PhD"), "smith|2");
    assert_eq!(whole("John Smith, MD"), "smith|");
    assert_eq!(whole("John Smith"), "smith|");
    let given = |name: &str| {
        let mut slots = Vec::new();
        prepare(Kind::Given, true, &[Some(name)], &mut slots);
        slots.remove(0)
    };
    assert_eq!(given("John Smith, Jr, PhD"), "john");
    let between = |a: [&str; 2], b: [&str; 2]| {
        let slots = |[name, suffix]: [&str; 2]| family_slots(false, name, Some(suffix)).to_vec();
        between(Kind::Family, &slots(a), &slots(b))
    };
    assert_eq!(between(["Smith", "Sr"], ["Smith", "Jr"]), "different");
    assert_eq!(between(["Smith", "II"], ["Smith", "Jr."]), "equal");
    assert_eq!(between(["Smith", ""], ["Smith", "Jr"]), "equal");
}

#[test]
fn companies() {
    let company = |a, b| is(Kind::Company, a, b);
    assert_eq!(company("Acme Foods, Inc.", "ACME FOODS"), "equal");
    assert_eq!(company("Foods Acme Ltd", "Acme Foods"), "close");
    assert_eq!(company("Henry Booth House - Jones Academy", "Jones Academy, Inc."), "part");
    assert_eq!(company("North Steel", "Solar Travel"), "different");
}

#[test]
fn addresses_for_mail_and_calls() {
    let email = |a, b| is(Kind::Email, a, b);
    assert_eq!(email("Ann.Lee@example.com", "ann.lee@example.com"), "equal");
    assert_eq!(email("ann.lee+crm@example.com", "ann.lee@example.com"), "equal");
    assert_eq!(email("ann.lee@example.com", "ann.lee@exmaple.com"), "close");
    assert_eq!(email("ann.lee@example.com", "ann.lee@other.org"), "local part");
    assert_eq!(email("ann.lee@example.com", "bob@example.com"), "different");
    let phone = |a, b| is(Kind::Phone, a, b);
    assert_eq!(phone("+14135550123", "+1 413 555-0123"), "equal");
    assert_eq!(phone("+14135550123", "5550123"), "without prefix");
    assert_eq!(phone("+14135550123", "+14135550132"), "close");
    assert_eq!(phone("+14135550123", "+14139876543"), "different");
    assert_eq!(phone("000000", "+14139876543"), "missing");
}

#[test]
fn one_of_several_phones_is_enough() {
    let both = |values: [&str; 2]| {
        let mut slots = Vec::new();
        prepare(Kind::Phone, false, &values.map(Some), &mut slots);
        slots
    };
    let (a, b) = (both(["+14135550123", "+14139990000"]), both(["", "+14139990000"]));
    assert_eq!(between(Kind::Phone, &a, &b), "equal");
}

#[test]
fn streets_and_places() {
    let street = |a, b| is(Kind::Street, a, b);
    assert_eq!(street("2929 W. 19th St.", "2929 West 19th Street"), "equal");
    assert_eq!(street("12 Main St", "12 Mian St"), "close");
    assert_eq!(street("Main St", "12 Main Street"), "close");
    assert_eq!(street("12 Main St", "21 Main St"), "alike");
    assert_eq!(street("12 Main St", "87 Main St"), "street alone");
    assert_eq!(street("12 Main St", "87 Elm St"), "different");
    assert_eq!(street("12", "12 Main St"), "alike");
    let place = |a: [&str; 3], b: [&str; 3]| {
        let slots = |values: [&str; 3]| {
            let mut slots = Vec::new();
            prepare(Kind::Place, false, &values.map(Some), &mut slots);
            slots
        };
        between(Kind::Place, &slots(a), &slots(b))
    };
    assert_eq!(place(["02108-1234", "Boston", "MA"], ["02108", "BOSTON", ""]), "equal");
    assert_eq!(place(["02108", "Boston", ""], ["02180", "Boston", ""]), "near");
    assert_eq!(place(["02108", "", ""], ["02108", "Boston", ""]), "postcode");
    assert_eq!(place(["", "Boston", ""], ["", "Boston", ""]), "city");
    assert_eq!(place(["02108", "Boston", ""], ["90012", "Los Angeles", ""]), "different");
    assert_eq!(place(["", "", ""], ["90012", "Los Angeles", ""]), "missing");
}

#[test]
fn days_and_numbers() {
    let date = |a, b| is(Kind::Date, a, b);
    assert_eq!(date("1971-06-24", "19710624"), "equal");
    assert_eq!(date("1971-06-04", "1971-04-06"), "close");
    assert_eq!(date("1971-06-24", "1971-06-25"), "close");
    assert_eq!(date("1971-06-24", "1985-06-24"), "part");
    assert_eq!(date("1971-12-24", "1972-11-05"), "near");
    assert_eq!(date("1971-06-24", "1938-11-02"), "different");
    let number = |a, b| is(Kind::Number, a, b);
    assert_eq!(number("698-80-48", "6988048"), "equal");
    assert_eq!(number("6988048", "6980848"), "close");
    assert_eq!(number("6988048", "1234567"), "different");
}

#[test]
fn swapped_names_are_seen() {
    assert!(super::swapped((b"martin", b"george"), (b"george", b"martin")));
    assert!(!super::swapped((b"martin", b"george"), (b"martin", b"george")));
}

#[test]
fn words_for_nothing() {
    for nothing in ["n/a", "N.A.", "Unknown", "000000", "9999", "-", " ? ", "xxx"] {
        assert!(placeholder(nothing), "{nothing}");
    }
    for something in ["Na", "0", "12", "100000", "Nadia", "Main St"] {
        assert!(!placeholder(something), "{something}");
    }
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![".{0,12}", "[a-c]{0,6}( [a-c]{1,5}){0,3}", "[0-3]{0,9}", "[a-b]{1,3}@[a-b]{1,3}"]
}

proptest! {
    #[test]
    fn comparing_is_symmetric_and_equal_is_equal(a in value(), b in value()) {
        for word in Kind::WORDS {
            let kind = Kind::from_word(word).expect("a kind");
            assert_eq!(is(kind, &a, &b), is(kind, &b, &a), "{word}");
            assert_eq!(slots(kind, &a).len(), kind.slots(), "{word}");
            let alone = is(kind, &a, &a);
            assert!(["equal", "missing", "city", "postcode", "close"].contains(&alone), "{word}: {alone}");
        }
        assert_eq!(folded(&folded(&a)), folded(&a));
    }
}
