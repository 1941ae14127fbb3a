//! Addresses taken apart, and how well on those that others labelled.

use std::collections::BTreeMap;
use std::path::PathBuf;

use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};
use proptest::sample::select;
use quick_xml::events::Event;

use super::flat;
use super::function::numbered;
use super::split::{Address, split};

fn parts(text: &str, country: &str) -> Address {
    split(&flat(text), Some(country)).expect("an address")
}

/// The parts of an address with their names, those that are there.
fn told(text: &str, country: &str) -> String {
    let found = parts(text, country);
    let each = [
        ("place", &found.place),
        ("street", &found.street),
        ("unit", &found.unit),
        ("box", &found.post_box),
        ("district", &found.district),
        ("city", &found.city),
        ("region", &found.region),
        ("postcode", &found.postcode),
        ("country", &found.country),
    ];
    let there = each.iter().filter(|(_, part)| !part.is_empty());
    there.map(|(name, part)| format!("{name}={part}")).collect::<Vec<_>>().join(" | ")
}

#[test]
fn american_addresses() {
    let cases = [
        ("123 Main St, Springfield, IL 62701", "street=123 Main St | city=Springfield | region=IL | postcode=62701"),
        ("7 N. Wells Chicago, Illinois 60610", "street=7 N. Wells | city=Chicago | region=Illinois | postcode=60610"),
        (
            "84 Social Street Woonsocket, Rhode Island 02895 United States",
            "street=84 Social Street | city=Woonsocket | region=Rhode Island | postcode=02895 | country=US",
        ),
        (
            "100 Main St Apt 4 St Louis MO 63101",
            "street=100 Main St | unit=Apt 4 | city=St Louis | region=MO | postcode=63101",
        ),
        ("Box 63, Cordova, AK 99574", "box=Box 63 | city=Cordova | region=AK | postcode=99574"),
        (
            "Acme Inc, 5 Court St, #200, Boston, MA 02108",
            "place=Acme Inc | street=5 Court St | unit=#200 | city=Boston | region=MA | postcode=02108",
        ),
        ("350 5th Ave, 34th Floor, New York", "street=350 5th Ave | unit=34th Floor | city=New York"),
        (
            "36401 County Road 43, Eaton, CO 80615",
            "street=36401 County Road 43 | city=Eaton | region=CO | postcode=80615",
        ),
        (
            "4520 N. State Road 37 Orleans, IN 47452",
            "street=4520 N. State Road 37 | city=Orleans | region=IN | postcode=47452",
        ),
        (
            "PO Box 48 Dept 541 Houston TX 77210",
            "unit=Dept 541 | box=PO Box 48 | city=Houston | region=TX | postcode=77210",
        ),
        (
            "Acme Supply, Inc., 5 Elm St, Troy, NY 12180",
            "place=Acme Supply Inc. | street=5 Elm St | city=Troy | region=NY | postcode=12180",
        ),
        (
            "5 Elm St attn: Jo Smith, Troy, NY 12180",
            "street=5 Elm St | district=attn: Jo Smith | city=Troy | region=NY | postcode=12180",
        ),
        ("5 Elm Drive, C-5", "street=5 Elm Drive | unit=C-5"),
        ("5 Elm Court B", "street=5 Elm Court | unit=B"),
        ("5 Elm St # Apt 7B Troy NY 12180", "street=5 Elm St | unit=# Apt 7B | city=Troy | region=NY | postcode=12180"),
        (
            "100 W Dixie Hwy #312 Miami FL 33160",
            "street=100 W Dixie Hwy | unit=#312 | city=Miami | region=FL | postcode=33160",
        ),
        ("HC 68 Box 98A", "box=HC 68 Box 98A"),
    ];
    for (text, wanted) in cases {
        assert_eq!(told(text, "US"), wanted, "{text}");
    }
}

#[test]
fn addresses_of_other_countries() {
    let cases = [
        ("Hauptstr. 5 a\n10115 Berlin", "DE", "street=Hauptstr. 5 a | city=Berlin | postcode=10115"),
        (
            "Firma Muster GmbH, Postfach 12 34, D-80331 München, Deutschland",
            "US",
            "place=Firma Muster GmbH | box=Postfach 12 34 | city=München | postcode=D-80331 | country=DE",
        ),
        ("Hauptstr. 5, D-1067 Dresden", "DE", "street=Hauptstr. 5 | city=Dresden | postcode=D-1067"),
        ("Hauptstr. 5\n1067 Dresden", "DE", "street=Hauptstr. 5 | city=Dresden | postcode=1067"),
        ("12 bis rue de la Paix, 75002 Paris", "FR", "street=12 bis rue de la Paix | city=Paris | postcode=75002"),
        (
            "Via Roma, 12, 20121 Milano MI, Italia",
            "US",
            "street=Via Roma 12 | city=Milano | region=MI | postcode=20121 | country=IT",
        ),
        (
            "Flat 2, 10 High Street, Leeds LS1 4AP",
            "GB",
            "street=10 High Street | unit=Flat 2 | city=Leeds | postcode=LS1 4AP",
        ),
        ("Kerkstraat 9, 1017 GA Amsterdam", "NL", "street=Kerkstraat 9 | city=Amsterdam | postcode=1017 GA"),
        ("5 Queen St, Sydney NSW 2000", "AU", "street=5 Queen St | city=Sydney | region=NSW | postcode=2000"),
        (
            "100 King St W, Toronto ON M5X 1A9",
            "CA",
            "street=100 King St W | city=Toronto | region=ON | postcode=M5X 1A9",
        ),
        (
            "Rua Augusta, 100, São Paulo - SP, 01305-000",
            "BR",
            "street=Rua Augusta 100 | city=São Paulo | region=SP | postcode=01305-000",
        ),
    ];
    for (text, country, wanted) in cases {
        assert_eq!(told(text, country), wanted, "{text}");
    }
}

#[test]
fn house_numbers_in_front_and_behind() {
    assert_eq!(numbered("12 Main St"), ("12", "Main St"));
    assert_eq!(numbered("12 bis rue X"), ("12 bis", "rue X"));
    assert_eq!(numbered("Hauptstr. 5 a"), ("5 a", "Hauptstr."));
    assert_eq!(numbered("Calle Mayor 3"), ("3", "Calle Mayor"));
    assert_eq!(numbered("Highway 9"), ("", "Highway 9"));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Every letter and digit of the address is in one of its parts, but those of the
    /// country, which becomes a code.
    #[test]
    fn nothing_is_lost(text in "([0-9]{1,5}|[A-Z][a-zß]{0,8}|[a-z]{1,3}|St\\.|Apt|#|PO Box|,|-|\n|Berlin|IL|60601)( ([0-9]{1,5}|[A-Z][a-z]{0,8}|St|Ave|Suite|#|PO Box|,|-|\n|Berlin|Box|NE|IL|60601)){0,9}",
                       country in select(vec!["US", "DE", "GB", "FR", "CA", "BR", "ZZ"])) {
        if let Some(found) = split(&flat(&text), Some(country)) {
            let (number, road) = numbered(&found.street);
            prop_assert_eq!(plain(number).len() + plain(road).len(), plain(&found.street).len());
            let parts = [&found.place, &found.street, &found.unit, &found.post_box, &found.district, &found.city,
                &found.region, &found.postcode];
            let kept: usize = parts.iter().map(|part| plain(part).len()).sum();
            prop_assert!(!found.country.is_empty() || kept == plain(&text).len(), "{:?}", found);
        }
    }
}

fn data(path: &str) -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data");
    let root = std::env::var_os("CUTOVER_SHARED_DATA").map_or_else(|| PathBuf::from(beside), PathBuf::from);
    let path = root.join("08_std/address").join(path);
    if !path.exists() {
        println!("skipped: the shared test data is not here");
        return None;
    }
    Some(path)
}

/// Letters and digits in small letters, by which parts are compared.
fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Which of our parts a label of usaddress belongs to.
fn component(label: &str) -> Option<&'static str> {
    Some(match label {
        _ if label.starts_with("AddressNumber") || label.starts_with("StreetName") => "street",
        "IntersectionSeparator" | "CornerOf" | "suffix" => "street",
        _ if label.starts_with("Occupancy") || label.starts_with("Subaddress") => "unit",
        _ if label.starts_with("USPSBox") => "box",
        "PlaceName" => "city",
        "StateName" => "region",
        "ZipCode" | "ZipPlus4" => "postcode",
        "CountryName" => "country",
        "Recipient" | "BuildingName" | "LandmarkName" => "place",
        _ => return None,
    })
}

type Labelled = (String, BTreeMap<&'static str, String>);

/// Each labelled address: its text, and its parts.
fn labelled(xml: &str) -> Vec<Labelled> {
    let mut reader = quick_xml::Reader::from_str(xml);
    let (mut all, mut label, mut text, mut parts) = (Vec::new(), String::new(), String::new(), BTreeMap::new());
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Start(tag) => {
                label = tag.name().as_ref().to_owned();
                if label == "AddressString" {
                    (text, parts) = (String::new(), BTreeMap::new());
                }
            }
            Event::Text(words) => {
                let words: &str = &words;
                text.push_str(words);
                if let Some(name) = component(&label) {
                    parts.entry(name).or_insert_with(String::new).push_str(words);
                }
            }
            Event::GeneralRef(_) => text.push('&'),
            Event::End(tag) => {
                label.clear();
                if tag.name().as_ref() == "AddressString" {
                    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
                    all.push((text, parts.iter().map(|(name, part)| (*name, plain(part))).collect()));
                }
            }
            Event::Eof => return all,
            _ => {}
        }
    }
}

const COMPONENTS: [&str; 8] = ["street", "unit", "box", "city", "region", "postcode", "country", "place"];

/// Per component (right, all that either has), and the same of whole addresses.
fn score(addresses: &[Labelled]) -> BTreeMap<&'static str, (usize, usize)> {
    let mut counts: BTreeMap<&'static str, (usize, usize)> = BTreeMap::new();
    for (text, wanted) in addresses {
        let found = parts(text, "US");
        let country =
            if found.country.is_empty() { String::new() } else { wanted.get("country").cloned().unwrap_or("?".into()) };
        let of = |name: &str| match name {
            "street" => plain(&found.street),
            "unit" => plain(&found.unit),
            "box" => plain(&found.post_box),
            "city" => plain(&found.city),
            "region" => plain(&found.region),
            "postcode" => plain(&found.postcode),
            "country" => country.clone(),
            _ => plain(&format!("{}{}", found.place, found.district)),
        };
        let mut whole = true;
        for name in COMPONENTS {
            let (got, wanted) = (of(name), wanted.get(name).cloned().unwrap_or_default());
            if got.is_empty() && wanted.is_empty() {
                continue;
            }
            let count = counts.entry(name).or_default();
            count.0 += usize::from(got == wanted);
            count.1 += 1;
            whole &= got == wanted;
        }
        let count = counts.entry("whole").or_default();
        count.0 += usize::from(whole);
        count.1 += 1;
        if !whole && std::env::var_os("CUTOVER_SHOW").is_some() {
            println!("{text}\n    {wanted:?}\n    {}", told(text, "US"));
        }
    }
    counts
}

/// The sets that usaddress is tested on and the one it is trained on.
#[test]
fn american_addresses_labelled_by_others() {
    for (file, floor) in [
        ("us50_messiest_manual_label.xml", 95),
        ("us50_train_tagged.xml", 92),
        ("multi_word_state_addresses.xml", 100),
        ("labeled.xml", 80),
    ] {
        let Some(path) = data(&format!("usaddress/{file}")) else { return };
        let addresses = labelled(&std::fs::read_to_string(path).expect("readable"));
        let counts = score(&addresses);
        for (name, (right, all)) in &counts {
            println!("{file} {name}: {right} of {all} ({:.1} %)", 100.0 * *right as f64 / *all as f64);
        }
        let (right, all) = counts["whole"];
        assert!(right * 100 >= all * floor, "{file}: {right} of {all}");
    }
}

/// The cases of the OpenCage set: country, components, and the lines expected.
fn blocks(yaml: &str) -> Vec<(BTreeMap<String, String>, String)> {
    let mut all = Vec::new();
    for case in yaml.split("\n---") {
        let (mut fields, mut lines, mut inside) = (BTreeMap::new(), Vec::new(), "");
        for line in case.lines() {
            match line.trim_end() {
                head if head.starts_with("components:") => inside = "components",
                head if head.starts_with("expected:") => inside = "expected",
                head if !head.starts_with(' ') => {}
                field if inside == "components" => {
                    if let Some((name, value)) = field.trim().split_once(':') {
                        fields.insert(name.to_string(), value.trim().trim_matches(['"', '\'']).to_string());
                    }
                }
                line if inside == "expected" => lines.push(line.trim().to_string()),
                _ => {}
            }
        }
        if !lines.is_empty() {
            all.push((fields, lines.join("\n")));
        }
    }
    all
}

/// The blocks of the OpenCage set taken apart again. A part counts where its
/// component stands in the block; street where road does.
#[test]
fn blocks_of_the_world() {
    let Some(folder) = data("opencage-testcases/countries") else { return };
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path()).collect();
    files.sort();
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for file in files {
        for (fields, block) in blocks(&std::fs::read_to_string(&file).expect("readable")) {
            let get = |name: &str| fields.get(name).map(|value| plain(value)).filter(|value| !value.is_empty());
            let Some(code) = fields.get("country_code").map(|code| code.to_uppercase()) else { continue };
            let all = plain(&block);
            let inside = |value: &String| all.contains(value.as_str());
            let found = parts(&block, &code);
            let mut whole = true;
            let mut tell = |name: &'static str, right: bool| {
                let count = counts.entry(name).or_default();
                count.0 += usize::from(right);
                count.1 += 1;
                whole &= right;
            };
            if let Some(road) = get("road").filter(inside) {
                let street = plain(&found.street);
                let number = get("house_number").unwrap_or_default();
                tell("street", street == format!("{road}{number}") || street == format!("{number}{road}"));
            }
            let towns = ["city", "town", "village", "postal_city", "municipality", "hamlet"];
            let towns: Vec<String> = towns.iter().filter_map(|name| get(name)).filter(inside).collect();
            if !towns.is_empty() {
                tell("city", towns.contains(&plain(&found.city)));
            }
            if let Some(code) = get("postcode").filter(inside) {
                tell("postcode", plain(&found.postcode) == code);
            }
            if get("country").filter(inside).is_some() {
                tell("country", found.country == code);
            }
            tell("whole", true);
            let count = counts.entry("whole").or_default();
            if !whole {
                count.0 -= 1;
                if std::env::var_os("CUTOVER_SHOW").is_some() {
                    println!("{code} {}\n    {}\n    {fields:?}", block.replace('\n', " / "), told(&block, &code));
                }
            }
        }
    }
    for (name, (right, all)) in &counts {
        println!("opencage {name}: {right} of {all} ({:.1} %)", 100.0 * *right as f64 / *all as f64);
    }
    let (right, all) = counts["whole"];
    assert!(right * 100 >= all * 60, "{right} of {all}");
}
