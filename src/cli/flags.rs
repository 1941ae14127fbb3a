//! Options of sources and of standards as flags of a command.
//!
//! The flags are made from the keys that the kinds, or the standards, declare,
//! and become the words that `config::check::word` makes a table of: there is no
//! second list of options, and mistakes are told as they are there.

use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::config::check::word::Word;
use crate::config::decode::{Key, Placed};

/// An option that one owner or several have.
struct Flag {
    key: &'static str,
    /// The flag without its dashes; also its identifier.
    long: &'static str,
    /// Whether it may stand alone, for `true`.
    switch: bool,
    help: String,
}

/// Options by name of the key, with the flag and what was given for it.
pub(super) type Given = Vec<(&'static str, &'static str, Vec<String>)>;

/// All options of the things of one sort.
pub(super) struct Options {
    /// Above the flags in the help.
    pub heading: &'static str,
    /// Words that commands take for themselves; an option of such a name has
    /// `prefix` before it.
    pub taken: &'static [&'static str],
    pub prefix: &'static str,
    /// Who has which keys.
    pub owners: fn() -> Vec<(&'static str, Vec<Key>)>,
}

impl Options {
    /// The flags of all owners; a key that several have is one flag.
    fn flags(&self) -> Vec<Flag> {
        let mut found: Vec<Flag> = Vec::new();
        for (owner, keys) in (self.owners)() {
            for key in keys {
                let doc = key.doc.split_whitespace().collect::<Vec<_>>().join(" ");
                let about = format!("{owner}: {}", doc.trim_end_matches('.'));
                if let Some(flag) = found.iter_mut().find(|flag| flag.key == key.name) {
                    flag.help.push_str(&format!("\n{about}"));
                    flag.switch &= key.schema["type"] == "boolean";
                    continue;
                }
                let dashed = key.name.replace('_', "-");
                let is_taken = self.taken.contains(&dashed.as_str());
                let long = if is_taken { format!("{}-{dashed}", self.prefix) } else { dashed };
                let switch = key.schema["type"] == "boolean";
                // Kept until the process ends: clap wants its names so, and they are made once.
                found.push(Flag { key: key.name, long: long.leak(), switch, help: about });
            }
        }
        found.sort_by_key(|flag| flag.long);
        found
    }

    /// The command with the flags.
    pub fn augment(&self, mut command: Command) -> Command {
        for flag in self.flags() {
            let arg = Arg::new(flag.long).long(flag.long).action(ArgAction::Append).value_name("VALUE");
            let arg = arg.allow_hyphen_values(true).help_heading(self.heading).help(flag.help);
            command = command.arg(match flag.switch {
                true => arg.num_args(0..=1).require_equals(true).default_missing_value("true"),
                false => arg,
            });
        }
        command
    }

    /// What was given.
    pub fn given(&self, matches: &ArgMatches) -> Given {
        let flags = self.flags().into_iter();
        let given = flags.filter_map(|flag| {
            let values = matches.get_many::<String>(flag.long)?;
            Some((flag.key, flag.long, values.cloned().collect()))
        });
        given.collect()
    }
}

/// What was given, as words with their places in `text`, to which the flags are
/// added as they might have been typed.
pub(super) fn words(given: &Given, text: &mut String) -> Vec<Word> {
    let mut words = Vec::new();
    for (key, long, values) in given {
        let mut word = Word { key: Placed { value: (*key).to_string(), span: 0..0 }, values: Vec::new() };
        for value in values {
            text.push_str(" --");
            let begin = text.len();
            text.push_str(long);
            word.key.span = begin..text.len();
            text.push(' ');
            let begin = text.len();
            text.push_str(&quoted(value));
            word.values.push(Placed { value: value.clone(), span: begin..text.len() });
        }
        words.push(word);
    }
    words
}

/// A word as a shell would take it.
pub(super) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:,=@%+~*?[]{}".contains(c);
    if !word.is_empty() && word.chars().all(plain) { word.to_string() } else { format!("'{word}'") }
}
