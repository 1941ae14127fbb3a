//! Street types of German and Dutch: the end of a word (Bahnhofstraße), or a word
//! of its own (Lange Straße).

use super::words::{Forms, Language, NONE, Place};

/// Germany, Austria, Liechtenstein: Deutsche Post and DIN 5008 shorten Straße.
/// Platz is spelt out; where it is short, it is known.
pub(super) static GERMAN: Language = suffix(&[("Str.", "Straße", "strasse str"), ("Platz", "Platz", "pl.")]);

/// Swiss orthography has no ß.
pub(super) static SWISS: Language = suffix(&[("Str.", "Strasse", "straße str"), ("Platz", "Platz", "pl.")]);

/// NEN 5825 and use.
pub(super) static DUTCH: Language =
    suffix(&[("Ln.", "Laan", ""), ("Pln.", "Plein", "pl."), ("Str.", "Straat", "str"), ("Wg.", "Weg", "")]);

/// bpost (str., ln) and use.
pub(super) static FLEMISH: Language =
    suffix(&[("Ln.", "Laan", ""), ("Pln.", "Plein", "pl."), ("Stwg.", "Steenweg", "stw."), ("Str.", "Straat", "str")]);

const fn suffix(rows: &'static [super::words::Row]) -> Language {
    Language { place: Place::Suffix, types: Forms::new(rows), directions: &NONE, units: &NONE }
}
