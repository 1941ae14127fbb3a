//! Settings that are one word of a few: an enum, its words and what is said of others.

use super::decode::Placed;
use crate::diagnostic::{Faults, nearest};

/// Declares an enum whose variants are words in the configuration.
#[macro_export]
macro_rules! words {
    ($(#[doc = $about:literal])* $vis:vis enum $name:ident {
        $($(#[doc = $doc:literal])* $variant:ident = $word:literal $(| $also:literal)*),* $(,)?
    }) => {
        $(#[doc = $about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        $vis enum $name { $($(#[doc = $doc])* $variant),* }

        impl $name {
            /// The words, in the order of the variants; those that mean the same stand together.
            pub const WORDS: &'static [&'static str] = &[$($word $(, $also)*),*];
            /// The word of the variant.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
            /// The variant of a word.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word $(| $also)* => Some(Self::$variant),)* _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.pad(self.word())
            }
        }

        impl $crate::config::decode::Decode for $name {
            fn decode(node: &$crate::config::decode::Node, faults: &mut $crate::diagnostic::Faults) -> Option<Self> {
                let placed = <$crate::config::decode::Placed<String> as $crate::config::decode::Decode>::decode(node, faults)?;
                let known = Self::from_word(&placed.value);
                if known.is_none() {
                    $crate::config::words::unknown_word(&placed, Self::WORDS, faults);
                }
                known
            }
            fn schema() -> serde_json::Value {
                serde_json::json!({ "enum": Self::WORDS })
            }
            fn kind() -> String {
                format!("one of {}", Self::WORDS.iter().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", "))
            }
        }
    };
}

/// Notes a word that is none of `known`.
pub fn unknown_word(word: &Placed<String>, known: &[&str], faults: &mut Faults) {
    let listed = known.iter().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", ");
    let fault = faults.push("config.unknown-word", word.span.clone(), format!("unknown word `{}`", word.value));
    match nearest(&word.value, known.iter().copied()) {
        Some(near) => fault.label(format!("did you mean `{near}`?")).help(format!("one of {listed}")),
        None => fault.help(format!("one of {listed}")),
    };
}
