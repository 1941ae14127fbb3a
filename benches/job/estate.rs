//! A messy legacy estate of contacts, made from nothing: 18 columns, about
//! 200 bytes a record, the same bytes for the same number and seed everywhere.
//!
//! It reads no clock, no locale and no file, and holds a bounded number of
//! records, so that ten million can be written as well as ten.

use std::fmt::Write as _;
use std::io::{self, Write};

use chrono::{Datelike, Days, NaiveDate};

use crate::words::{
    COMPANY_FIRST, COMPANY_FORM, COMPANY_SECOND, COUNTRIES, Country, FAMILY, GIVEN, LATER_STATUSES, MAIL_HOSTS, MIDDLE,
    MONTHS, NANP_SHAPES, NO_NAME, NO_NUMBER, Numbers, SALUTATIONS, STATUSES, STREETS, TITLES,
};

const HEADINGS: [&str; 18] = [
    "legacy_id",
    "salutation",
    "full_name",
    "company",
    "title",
    "email",
    "phone",
    "mobile",
    "street",
    "city",
    "region",
    "postcode",
    "country",
    "created",
    "last_activity",
    "status",
    "owner",
    "notes",
];
const LEGACY_ID: usize = 0;
const FULL_NAME: usize = 2;
const EMAIL: usize = 5;
const PHONE: usize = 6;
const MOBILE: usize = 7;
const STREET: usize = 8;
const CREATED: usize = 13;
const STATUS: usize = 15;

/// As many earlier records as a duplicate can be made of.
const REMEMBERED: usize = 20_000;

type Contact = [String; 18];

/// Writes so many contacts as CSV, with headings.
pub fn write(contacts: u64, seed: u64, out: impl Write) -> io::Result<()> {
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).buffer_capacity(1 << 20).from_writer(out);
    csv.write_record(HEADINGS)?;
    let mut chance = Chance(seed);
    let mut remembered: Vec<Contact> = Vec::new();
    for id in 1..=contacts {
        if chance.of(60) && !remembered.is_empty() {
            let earlier = chance.below(remembered.len() as u64) as usize;
            csv.write_record(again(&mut chance, &remembered[earlier], id))?;
            continue;
        }
        let contact = fresh(&mut chance, id, contacts);
        csv.write_record(&contact)?;
        if remembered.len() < REMEMBERED {
            remembered.push(contact);
        } else {
            remembered[chance.below(REMEMBERED as u64) as usize] = contact;
        }
    }
    csv.flush()
}

/// A contact who was not there before; three of a hundred are of no use.
fn fresh(chance: &mut Chance, id: u64, contacts: u64) -> Contact {
    let country = country(chance);
    let (given, family) = (*chance.one(&GIVEN), *chance.one(&FAMILY));
    let place = chance.one(country.places);
    let cutoff = day(2020, 1, 1);
    let active =
        if chance.of(200) { before(cutoff, 1 + chance.below(2999)) } else { after(cutoff, chance.below(2300)) };
    let address = format!("{}.{}{id}@{}", plain(given), plain(family), chance.one(&MAIL_HOSTS));
    let mut contact: Contact = [
        id.to_string(),
        chance.one(&SALUTATIONS).to_string(),
        full_name(chance, given, family),
        company(chance, contacts),
        chance.one(&TITLES).to_string(),
        if chance.of(950) { sloppy(chance, address.clone()) } else { String::new() },
        if chance.of(930) { phone(chance, &country.numbers) } else { String::new() },
        if chance.of(450) { phone(chance, &country.numbers) } else { String::new() },
        format!("{} {}", 1 + chance.below(998), chance.one(&STREETS)),
        sloppy(chance, place[0].to_string()),
        place[1].to_string(),
        place[2].to_string(),
        chance.one(country.spellings).to_string(),
        written(chance, 5800),
        if chance.of(990) { active.to_string() } else { String::new() },
        chance.one(&STATUSES).to_string(),
        format!("U{:03}", chance.below(120)),
        note(chance),
    ];
    match chance.below(1000) {
        0..11 => contact[FULL_NAME] = chance.one(&NO_NAME).to_string(),
        11..32 => {
            contact[EMAIL] = match chance.below(4) {
                0 => "n/a".to_string(),
                1 => "none".to_string(),
                2 => address.replace('@', "[at]"),
                _ => address.split_inclusive('@').next().unwrap_or_default().to_string(),
            };
            contact[PHONE] = chance.one(&NO_NUMBER).to_string();
            contact[MOBILE].clear();
        }
        _ => {}
    }
    contact
}

/// The same person, entered a second time and with less care.
fn again(chance: &mut Chance, earlier: &Contact, id: u64) -> Contact {
    let mut contact = earlier.clone();
    contact[LEGACY_ID] = id.to_string();
    if chance.of(600) {
        contact[FULL_NAME] = typo(chance, &earlier[FULL_NAME]);
    }
    contact[FULL_NAME] = sloppy(chance, std::mem::take(&mut contact[FULL_NAME]));
    if !earlier[EMAIL].is_empty() {
        contact[EMAIL] =
            if chance.of(500) { sloppy(chance, earlier[EMAIL].clone()) } else { typo(chance, &earlier[EMAIL]) };
    }
    if chance.of(300) {
        contact[PHONE].clear();
    }
    if chance.of(300) {
        contact[STREET] = typo(chance, &earlier[STREET]);
    }
    contact[CREATED] = written(chance, 6500);
    contact[STATUS] = chance.one(&LATER_STATUSES).to_string();
    contact
}

fn country(chance: &mut Chance) -> &'static Country {
    let mut left = chance.below(COUNTRIES.iter().map(|country| country.share).sum());
    for country in &COUNTRIES {
        if left < country.share {
            return country;
        }
        left -= country.share;
    }
    &COUNTRIES[0]
}

fn full_name(chance: &mut Chance, given: &str, family: &str) -> String {
    let name = match chance.below(100) {
        0..15 => format!("{family}, {given}"),
        15..28 => format!("{given} {}. {family}", chance.one(&MIDDLE)),
        _ => format!("{given} {family}"),
    };
    sloppy(chance, name)
}

fn company(chance: &mut Chance, contacts: u64) -> String {
    let number = chance.below((contacts / 5).max(1)) as usize;
    let (first, rest) = (number % COMPANY_FIRST.len(), number / COMPANY_FIRST.len());
    let mut company = format!("{} {}", COMPANY_FIRST[first], COMPANY_SECOND[rest % COMPANY_SECOND.len()]);
    let branch = rest / COMPANY_SECOND.len();
    if branch > 0 {
        let _ = write!(company, " {branch}");
    }
    company + *chance.one(&COMPANY_FORM)
}

fn phone(chance: &mut Chance, numbers: &Numbers) -> String {
    match numbers {
        Numbers::Nanp(areas) => {
            let [before, first, second, end] = *chance.one(&NANP_SHAPES);
            let (area, line) = (*chance.one(areas), chance.below(10_000));
            let exchange = (2 + chance.below(8)) * 100 + 20 + chance.below(79);
            format!("{before}{area}{first}{exchange}{second}{line:04}{end}")
        }
        Numbers::Other(code, patterns, zero) => {
            let pattern = *chance.one(patterns);
            let digit = |place| match place {
                '#' => char::from(b'0' + chance.below(10) as u8),
                '@' => char::from(b'2' + chance.below(8) as u8),
                digit => digit,
            };
            let national: String = pattern.chars().map(digit).collect();
            match chance.below(4) {
                0 => format!("+{code} {national}"),
                1 => format!("00{code} {national}"),
                2 => format!("+{code}-{national}"),
                _ if *zero => format!("+{code} (0){national}"),
                _ => format!("+{code}{national}"),
            }
        }
    }
}

/// A day since 2008, in one of four shapes.
fn written(chance: &mut Chance, days: u64) -> String {
    let date = after(day(2008, 1, 1), chance.below(days));
    let (year, month, day) = (date.year(), date.month(), date.day());
    match chance.below(4) {
        0 => date.to_string(),
        1 => format!("{day:02}.{month:02}.{year}"),
        2 => format!("{month:02}/{day:02}/{year}"),
        _ => format!("{day:02} {} {year}", MONTHS[month as usize - 1]),
    }
}

fn note(chance: &mut Chance) -> String {
    match chance.below(1000) {
        0..500 => String::new(),
        500..700 => "Phoned, no answer; try again".to_string(),
        700..850 => "Wrote \"after the summer\", see letter".to_string(),
        850..900 => "First line\nSecond line, with a comma".to_string(),
        900 => "=HYPERLINK(\"http://x.example\")".to_string(),
        _ => format!("Seen at trade show {}", 2005 + chance.below(21)),
    }
}

/// Capitals, small letters, or a space too many, now and then.
fn sloppy(chance: &mut Chance, text: String) -> String {
    match chance.below(100) {
        0..12 => text.to_uppercase(),
        12..24 => text.to_lowercase(),
        24..28 => format!("  {text}"),
        28..34 => text + " ",
        _ => text,
    }
}

/// A letter lost, doubled, swapped with its neighbour, or another.
fn typo(chance: &mut Chance, text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.len() < 4 {
        return text.to_string();
    }
    let at = 1 + chance.below(letters.len() as u64 - 2) as usize;
    match chance.below(4) {
        0 => drop(letters.remove(at)),
        1 => letters.insert(at, letters[at - 1]),
        2 => letters.swap(at - 1, at),
        _ => letters[at] = *chance.one(&['a', 'e', 'i', 'n', 'o', 's', 't']),
    }
    letters.into_iter().collect()
}

/// A name as it stands in an address: small letters from a to z, and points.
fn plain(name: &str) -> String {
    let letter = |letter| match letter {
        'ä' | 'á' | 'å' => 'a',
        'é' | 'è' | 'ë' => 'e',
        'ö' | 'ó' | 'ø' => 'o',
        'ü' | 'ú' => 'u',
        'ç' => 'c',
        'ł' => 'l',
        'ń' | 'ñ' => 'n',
        'ß' => 's',
        '\'' => '.',
        other => other,
    };
    name.to_lowercase().chars().map(letter).collect()
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

fn after(date: NaiveDate, days: u64) -> NaiveDate {
    date.checked_add_days(Days::new(days)).unwrap_or(date)
}

fn before(date: NaiveDate, days: u64) -> NaiveDate {
    date.checked_sub_days(Days::new(days)).unwrap_or(date)
}

/// SplitMix64.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// From 0 to `limit` - 1; the bias is far below what a benchmark can see.
    fn below(&mut self, limit: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(limit)) >> 64) as u64
    }

    /// True so many times of a thousand.
    fn of(&mut self, thousandth: u64) -> bool {
        self.below(1000) < thousandth
    }

    fn one<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        &among[self.below(among.len() as u64) as usize]
    }
}
