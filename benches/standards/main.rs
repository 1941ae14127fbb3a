//! The standards of the bench job by themselves, on one core: two phones, a
//! name, an address for mail, a country and three dates a row.
//!
//!     cargo bench --bench standards [-- ROWS]
//!
//! It makes its own rows, in batches as a run does, cleans them several times,
//! and prints the best rate, in all and by standard. It counts the thread's
//! processor time, so that what else the machine does costs little.

use std::hint::black_box;
use std::mem::MaybeUninit;
use std::time::Duration;

use arrow::array::{Array, AsArray, StringArray};
use cutover::config::decode::Table;
use cutover::diagnostic::{Faults, SourceText};
use cutover::standards::{Cleaner, DateOrder, Defaults, registry};

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const BATCH: usize = 8192;
const ROUNDS: usize = 5;

/// Numbers that look like chance and are the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % sides.max(1) as u64).unwrap_or(0)
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words.get(self.roll(words.len())).copied().unwrap_or("")
    }
}

const GIVEN: &[&str] = &["anna", "JOHN", "María", "Wei", "Søren", "Siobhán", "peter", "Ludmila", "Jean-Luc", "Kofi"];
const FAMILY: &[&str] =
    &["smith", "O'NEILL", "van der Berg", "Müller", "de la Cruz", "McDonald", "Nguyen", "Kowalski", "Rossi", "Ito"];
const COUNTRIES: &[&str] = &[
    "US",
    "usa",
    "United States",
    "U.S.A.",
    "Germany",
    "Deutschland",
    "DE",
    "UK",
    "Great Britain",
    "France",
    "FR",
    "España",
    "Italy",
    "Canada",
    "Nederland",
    "Switzerland",
    "Österreich",
];
const DOMAINS: &[&str] = &["example.com", "Gmail.com", "acme.de", "mail.example.co.uk", "gmial.com", "example.org"];

fn phone(dice: &mut Dice) -> String {
    let (a, b, c) = (201 + dice.roll(780), 200 + dice.roll(799), dice.roll(10_000));
    match dice.roll(12) {
        0 => format!("({a}) {b}-{c:04}"),
        1 => format!("{a}.{b}.{c:04}"),
        2 => format!("+1 {a} {b} {c:04}"),
        3 => format!("1-{a}-{b}-{c:04}"),
        4 => format!("{a}{b}{c:04}"),
        5 => format!("{a}-{b}-{c:04} x{}", dice.roll(900)),
        6 => format!("+49 30 9018{c:04}"),
        7 => format!("+44 20 7946 {c:04}"),
        8 => format!("0033 1 42 68 {:02} {:02}", c / 100, c % 100),
        9 => String::new(),
        10 => "n/a".to_string(),
        _ => format!("{a}-{b}-{c:04}"),
    }
}

fn day(dice: &mut Dice) -> String {
    let (year, month, day) = (1995 + dice.roll(30), 1 + dice.roll(12), 1 + dice.roll(28));
    match dice.roll(4) {
        0 => format!("{year}-{month:02}-{day:02}"),
        1 => format!("{month}/{day}/{year}"),
        2 => format!("{day:02}.{month:02}.{year}"),
        _ => format!(
            "{day} {} {year}",
            ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][month - 1]
        ),
    }
}

fn name(dice: &mut Dice) -> String {
    let (given, family) = (dice.of(GIVEN), dice.of(FAMILY));
    match dice.roll(3) {
        0 => format!("{family}, {given}"),
        1 => format!("Dr. {given} {family}"),
        _ => format!("{given} {family}"),
    }
}

fn email(dice: &mut Dice) -> String {
    let (given, domain, number) = (dice.of(GIVEN).to_lowercase(), dice.of(DOMAINS), dice.roll(10_000));
    match dice.roll(10) {
        0 => format!(" {given}{number}@{domain} "),
        1 => format!("<mailto:{given}{number}@{domain}>"),
        2 => String::new(),
        _ => format!("x{number}.{}@{domain}", dice.roll(1000)),
    }
}

/// A column of the row: its standard, whether it takes the row's country, and
/// how its values look.
type Column = (&'static str, bool, fn(&mut Dice) -> String);

const COLUMNS: &[Column] = &[
    ("country", false, |dice| dice.of(COUNTRIES).to_string()),
    ("phone", true, phone),
    ("phone", true, phone),
    ("person_name", false, name),
    ("email", false, email),
    ("date", false, day),
    ("date", false, day),
    ("date", false, day),
];

/// The processor time that this thread has had.
fn processor_time() -> Duration {
    let mut time = MaybeUninit::<libc::timespec>::zeroed();
    // SAFETY: the pointer is valid for writes.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, time.as_mut_ptr()) };
    // SAFETY: all zeroes are a valid `timespec`, and so is what the kernel writes.
    let time = unsafe { time.assume_init() };
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

fn cleaner(name: &str) -> Option<Box<dyn Cleaner>> {
    let defaults = Defaults { country: Some("US".into()), date_order: DateOrder::MonthDayYear, year_pivot: 30 };
    let mut faults = Faults::new(std::sync::Arc::new(SourceText { path: "".into(), text: String::new() }));
    (registry::find(name)?.build)(&Table::default(), 0..0, &[], &defaults, &mut faults)
}

fn main() {
    let given = std::env::args().skip(1).find_map(|argument| argument.parse().ok());
    let rows: usize = given.unwrap_or(200_000);
    let mut dice = Dice(7);
    let batches: Vec<Vec<StringArray>> = (0..rows.div_ceil(BATCH))
        .map(|_| {
            let column = |(_, _, value): &Column| {
                let values = (0..BATCH).map(|_| Some(value(&mut dice)).filter(|value| !value.is_empty()));
                values.collect::<StringArray>()
            };
            COLUMNS.iter().map(column).collect()
        })
        .collect();
    let cleaners: Vec<_> = COLUMNS.iter().filter_map(|(name, ..)| cleaner(name)).collect();
    let mut best: Vec<Duration> = vec![Duration::MAX; COLUMNS.len()];
    for _ in 0..ROUNDS {
        let mut spent = vec![Duration::ZERO; COLUMNS.len()];
        for batch in &batches {
            let mut country = None;
            for (place, (cleaner, input)) in cleaners.iter().zip(batch).enumerate() {
                let of_row = country.as_ref().filter(|_| COLUMNS[place].1);
                let begin = processor_time();
                let clean = cleaner.clean(input, of_row);
                black_box(cleaner.remarks(input, &clean, of_row));
                spent[place] += processor_time() - begin;
                if COLUMNS[place].0 == "country" {
                    country = clean.as_string_opt::<i32>().cloned();
                }
                black_box(clean.null_count());
            }
        }
        best.iter_mut().zip(spent).for_each(|(best, spent)| *best = (*best).min(spent));
    }
    let rows = batches.len() * BATCH;
    let total: Duration = best.iter().sum();
    println!("{rows} rows, one core, best of {ROUNDS}");
    for ((name, ..), spent) in COLUMNS.iter().zip(&best) {
        println!("  {name:<12} {:>6.0} ns a value", spent.as_secs_f64() * 1e9 / rows as f64);
    }
    println!("{:.0} rows a second", rows as f64 / total.as_secs_f64());
}
