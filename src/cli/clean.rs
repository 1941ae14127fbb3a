//! `cutover clean`: a standard tried on values from standard input.
//!
//! What a standard does here it does in a run: the same cleaner, with options of
//! the same decoder. Values are read and written in batches; nothing is kept.

use std::io::{self, BufRead, Write};
use std::sync::Arc;

use arrow::array::{Array, AsArray, StringArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use clap::{ArgMatches, Args, Command, Error, FromArgMatches};

use super::check::say_broken;
use super::flags::{self, Given, Options};
use super::output::Output;
use super::{CleanArgs, Exit, Format, Global};
use crate::config::check::{Broken, word};
use crate::dataset;
use crate::diagnostic::{Faults, SourceText, nearest};
use crate::standards::{Cleaner, DateOrder, Defaults, Standard, registry};

/// The most values that are cleaned together.
const BATCH: usize = 8192;

/// The options of all standards.
static OPTIONS: Options = Options {
    heading: "Options of the standard, as in a mapping",
    taken: &["pipeline", "format", "color", "verbose", "help", "version", "country"],
    prefix: "standard",
    owners: || registry::all().iter().map(|standard| (standard.name, (standard.keys)())).collect(),
};

/// The options of a standard as flags.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    given: Given,
}

impl Args for Flags {
    fn augment_args(command: Command) -> Command {
        OPTIONS.augment(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Flags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        Ok(Self { given: OPTIONS.given(matches) })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Cleans what comes on standard input, a line a value.
pub fn carry_out(global: &Global, arguments: &CleanArgs, output: &mut Output) -> Exit {
    let Some(standard) = registry::find(&arguments.standard) else {
        let names: Vec<&str> = registry::all().iter().map(|standard| standard.name).collect();
        let help = match nearest(&arguments.standard, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the standards: {}", names.join(", ")),
        };
        output.error(&format!("there is no standard `{}`", arguments.standard), Some(&help));
        return Exit::Wrong;
    };
    let country = arguments.country.as_deref().map(str::to_ascii_uppercase);
    if let Some(code) = country.as_deref().filter(|code| !is_country(code)) {
        let help = "two letters of ISO 3166, such as `US` or `GB`";
        output.error(&format!("`{code}` is no country"), Some(help));
        return Exit::Wrong;
    }
    let cleaner = match built(standard, &arguments.flags, country.as_deref()) {
        Ok(cleaner) => cleaner,
        Err(broken) => return say_broken(&broken, global, output),
    };
    let country = country.filter(|_| standard.takes_country);
    let tried = Tried { name: standard.name, cleaner: &*cleaner, country: country.as_deref(), format: global.format };
    match tried.all(io::stdin().lock(), io::stdout().lock()) {
        Ok(()) => Exit::Done,
        // Whoever read the output has enough.
        Err(Stopped::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
        Err(Stopped::Output(error)) => failed("standard output", &dataset::describe_io(&error), output),
        Err(Stopped::Input(error)) => failed("standard input", &dataset::describe_io(&error), output),
        Err(Stopped::Values(what)) => failed("the values", &what, output),
    }
}

/// Whether there is such a country; Kosovo, Ascension and Tristan da Cunha have
/// numbering plans, and codes that ISO 3166 leaves to its users.
fn is_country(code: &str) -> bool {
    rust_iso3166::from_alpha2(code).is_some() || ["XK", "AC", "TA"].contains(&code)
}

fn failed(place: &str, what: &str, output: &mut Output) -> Exit {
    output.error(&format!("{place}: {what}"), None);
    Exit::Failed
}

/// The standard with its options, which are read as those of a mapping.
fn built(standard: &Standard, flags: &Flags, country: Option<&str>) -> Result<Box<dyn Cleaner>, Broken> {
    let mut text = format!("clean {}", standard.name);
    let span = 0..text.len();
    let options = word::of_keys(&flags::words(&flags.given, &mut text), &(standard.keys)());
    let mut faults = Faults::new(Arc::new(SourceText { path: "command line".into(), text }));
    let defaults =
        Defaults { country: country.map(str::to_owned), date_order: DateOrder::MonthDayYear, year_pivot: 30 };
    let cleaner = (standard.build)(&options, span, &[], &defaults, &mut faults);
    match cleaner {
        Some(cleaner) if faults.is_empty() => Ok(cleaner),
        _ => Err(Broken { faults: faults.into_sorted(), ..Broken::default() }),
    }
}

/// Why it ended before the values did.
enum Stopped {
    Input(io::Error),
    Output(io::Error),
    Values(String),
}

/// A standard under trial.
struct Tried<'a> {
    name: &'static str,
    cleaner: &'a dyn Cleaner,
    country: Option<&'a str>,
    format: Format,
}

impl Tried<'_> {
    /// Batch after batch: as many lines as have arrived, so that someone who
    /// types sees each answer at once.
    fn all(&self, input: impl io::Read, output: impl Write) -> Result<(), Stopped> {
        let mut input = io::BufReader::with_capacity(1 << 18, input);
        let mut output = io::BufWriter::with_capacity(1 << 18, output);
        let mut values: Vec<String> = Vec::new();
        loop {
            let mut line = Vec::new();
            let ended = input.read_until(b'\n', &mut line).map_err(Stopped::Input)? == 0;
            if !ended {
                values.push(value(&line));
            }
            let waits = !input.buffer().contains(&b'\n');
            if ended || waits || values.len() == BATCH {
                let text = self.batch(&values)?;
                output.write_all(text.as_bytes()).and_then(|()| output.flush()).map_err(Stopped::Output)?;
                values.clear();
            }
            if ended {
                return Ok(());
            }
        }
    }

    /// What is said of each value, a line each.
    fn batch(&self, values: &[String]) -> Result<String, Stopped> {
        let blank = |value: &&str| !value.trim().is_empty();
        let input: StringArray = values.iter().map(|value| Some(value.as_str()).filter(blank)).collect();
        let countries: Option<StringArray> =
            self.country.map(|code| std::iter::repeat_n(Some(code), values.len()).collect());
        let clean = self.cleaner.clean(&input, countries.as_ref());
        let remarks = self.cleaner.remarks(&input, &clean, countries.as_ref());
        let written = cast(&clean, &DataType::Utf8).map_err(|error| Stopped::Values(error.to_string()))?;
        let written = written.as_string::<i32>();
        let mut text = String::new();
        for (row, value) in values.iter().enumerate() {
            let mut codes: Vec<String> = Vec::new();
            if input.is_valid(row) && written.is_null(row) {
                codes.push(format!("{}.invalid", self.name));
            }
            codes.extend(remarks.iter().filter(|one| one.rows.value(row)).map(|one| one.code.to_string()));
            let clean = written.is_valid(row).then(|| written.value(row));
            self.line(value, clean, &codes.join(";"), &mut text);
        }
        Ok(text)
    }

    fn line(&self, value: &str, clean: Option<&str>, code: &str, text: &mut String) {
        if self.format == Format::Json {
            let given = |text: Option<&str>| serde_json::Value::from(text);
            let (clean, code) = (given(clean), given(Some(code).filter(|code| !code.is_empty())));
            text.push_str(&format!("{{\"value\":{},\"clean\":{clean},\"code\":{code}}}", given(Some(value))));
        } else {
            escape(value, text);
            text.push('\t');
            escape(clean.unwrap_or_default(), text);
            text.push('\t');
            text.push_str(code);
        }
        text.push('\n');
    }
}

/// The value of a line, whose end may be CR and LF. What is no UTF-8 in it reads
/// as replacement characters.
fn value(line: &[u8]) -> String {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    String::from_utf8_lossy(line).into_owned()
}

/// Writes what would end the cell or the line, and the backslash itself, with a
/// backslash.
fn escape(cell: &str, text: &mut String) {
    for c in cell.chars() {
        match c {
            '\t' => text.push_str("\\t"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\\' => text.push_str("\\\\"),
            c => text.push(c),
        }
    }
}
