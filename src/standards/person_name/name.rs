//! A name in its parts, and how it is put together again.

use crate::words;

words! {
    /// Where the family name stands in names without a comma.
    pub enum Order {
        /// Behind, unless the name shows that it stands in front: `DUPONT Jean`, `SWANSON PETER A`.
        Auto = "auto",
        /// Behind, whatever the name looks like.
        GivenFirst = "given_first",
        /// In front, as in lists and in the east: `Nagy Ferenc`, `Park Ji-sung`.
        FamilyFirst = "family_first",
        /// Behind, and of two words where there are three or more: `Ana García López`.
        TwoFamilies = "two_families",
    }
}

/// How the two halves of a name are put together.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    /// Given name, space, family name.
    #[default]
    Western,
    /// Family name first, with this between.
    FamilyFirst(&'static str),
    /// Given name first, with this between.
    GivenFirst(&'static str),
}

/// A name, and both of its people where it holds two.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) whole: Name,
    pub(crate) pair: Option<Box<[Name; 2]>>,
}

impl Reading {
    /// The first or second person; there is no second unless two are named.
    pub(crate) fn person(&self, second: bool) -> Option<&Name> {
        match (&self.pair, second) {
            (Some(pair), second) => pair.get(usize::from(second)),
            (None, false) => Some(&self.whole),
            (None, true) => None,
        }
    }
}

/// The parts of a name; those that it has not are empty.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    pub(super) joint: Joint,
    pub(crate) prefix: String,
    pub(crate) given: String,
    pub(crate) middle: String,
    pub(crate) family: String,
    pub(crate) suffix: String,
    pub(crate) nickname: String,
    /// What stood in brackets and is no name: `deceased`.
    pub(super) note: String,
}

impl Name {
    /// `Prefix Given "Nickname" Middle Family, Suffix`.
    pub(crate) fn push_display(&self, out: &mut String) {
        let (first, between, second) = match self.joint {
            Joint::Western => return self.push_western(out),
            Joint::FamilyFirst(between) => (&self.family, between, &self.given),
            Joint::GivenFirst(between) => (&self.given, between, &self.family),
        };
        out.extend([first, between, second]);
    }

    /// `Family, Prefix Given "Nickname" Middle, Suffix`; what has but one of both
    /// names as it is.
    pub(crate) fn push_inverted(&self, out: &mut String) {
        if self.joint != Joint::Western || self.family.is_empty() || self.given.is_empty() {
            return self.push_display(out);
        }
        out.push_str(&self.family);
        out.push_str(", ");
        let rest = Name { family: String::new(), ..self.clone() };
        let mut text = String::new();
        rest.push_western(&mut text);
        out.push_str(&text);
    }

    /// `Prefix Family Given "Nickname" Middle, Suffix`, where names are read so.
    pub(super) fn push_family_first(&self, out: &mut String) {
        if self.joint != Joint::Western {
            return self.push_display(out);
        }
        self.push_parts([&self.prefix, &self.family, &self.given, &self.quoted(), &self.middle], out);
    }

    fn push_western(&self, out: &mut String) {
        self.push_parts([&self.prefix, &self.given, &self.quoted(), &self.middle, &self.family], out);
    }

    fn quoted(&self) -> String {
        match self.nickname.as_str() {
            "" => String::new(),
            name => format!("\"{name}\""),
        }
    }

    /// Appends the parts, and what stands behind all of them.
    fn push_parts(&self, parts: [&String; 5], out: &mut String) {
        for part in parts {
            if !part.is_empty() {
                if !out.is_empty() {
                    out.push(' ');
                }
                out.push_str(part);
            }
        }
        if !self.suffix.is_empty() {
            out.push_str(", ");
            out.push_str(&self.suffix);
        }
        if !self.note.is_empty() {
            out.extend([" (", &self.note, ")"]);
        }
    }
}
