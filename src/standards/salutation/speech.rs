//! How each language greets.

use super::words::{Address, Person, Tongue};

/// The beginning of a letter, or the title alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Letter,
    Title,
}

/// What stands before a name, by person.
struct Speech {
    /// Man, woman, other, couple, anybody, family.
    letter: [&'static str; 6],
    title: [&'static str; 6],
    /// Before an academic title: man, woman, other.
    learned_letter: [&'static str; 3],
    learned_title: [&'static str; 3],
    doctor: [&'static str; 3],
    professor: [&'static str; 3],
}

#[rustfmt::skip] // a row a form
static ENGLISH: Speech = Speech {
    letter: ["Dear Mr", "Dear Ms", "Dear Mx", "Dear Mr and Mrs", "Dear Sir or Madam", "Dear Family"],
    title: ["Mr", "Ms", "Mx", "Mr and Mrs", "Sir or Madam", "Family"],
    learned_letter: ["Dear", "Dear", "Dear"],
    learned_title: ["", "", ""],
    doctor: ["Dr", "Dr", "Dr"],
    professor: ["Prof.", "Prof.", "Prof."],
};

#[rustfmt::skip] // a row a form
static GERMAN: Speech = Speech {
    letter: ["Sehr geehrter Herr", "Sehr geehrte Frau", "Guten Tag", "Sehr geehrtes Ehepaar", "Sehr geehrte Damen und Herren", "Sehr geehrte Familie"],
    title: ["Herr", "Frau", "", "Herr und Frau", "Damen und Herren", "Familie"],
    learned_letter: ["Sehr geehrter Herr", "Sehr geehrte Frau", "Guten Tag"],
    learned_title: ["Herr", "Frau", ""],
    doctor: ["Dr.", "Dr.", "Dr."],
    professor: ["Prof.", "Prof.", "Prof."],
};

#[rustfmt::skip] // a row a form
static FRENCH: Speech = Speech {
    letter: ["Monsieur", "Madame", "Bonjour", "Madame et Monsieur", "Madame, Monsieur", "Chère famille"],
    title: ["Monsieur", "Madame", "", "Madame et Monsieur", "Madame, Monsieur", "Famille"],
    learned_letter: ["Monsieur le", "Madame la", "Bonjour"],
    learned_title: ["Monsieur le", "Madame la", ""],
    doctor: ["Docteur", "Docteure", "Docteur"],
    professor: ["Professeur", "Professeure", "Professeur"],
};

#[rustfmt::skip] // a row a form
static SPANISH: Speech = Speech {
    letter: ["Estimado Sr.", "Estimada Sra.", "Estimado/a", "Estimados Sr. y Sra.", "Estimados señores", "Estimada familia"],
    title: ["Sr.", "Sra.", "", "Sr. y Sra.", "Señores", "Familia"],
    learned_letter: ["Estimado", "Estimada", "Estimado/a"],
    learned_title: ["Sr.", "", ""],
    doctor: ["Dr.", "Dra.", "Dr."],
    professor: ["Prof.", "Profa.", "Prof."],
};

#[rustfmt::skip] // a row a form
static ITALIAN: Speech = Speech {
    letter: ["Egregio Sig.", "Gentile Sig.ra", "Gentile", "Gentili Sig. e Sig.ra", "Gentili Signori", "Gentile famiglia"],
    title: ["Sig.", "Sig.ra", "", "Sig. e Sig.ra", "Signori", "Famiglia"],
    learned_letter: ["Egregio", "Gentile", "Gentile"],
    learned_title: ["Sig.", "", ""],
    doctor: ["Dott.", "Dott.ssa", "Dott."],
    professor: ["Prof.", "Prof.ssa", "Prof."],
};

#[rustfmt::skip] // a row a form
static PORTUGUESE: Speech = Speech {
    letter: ["Exmo. Sr.", "Exma. Sra.", "Exmo(a).", "Exmos. Sr. e Sra.", "Exmos. Senhores", "Exma. família"],
    title: ["Sr.", "Sra.", "", "Sr. e Sra.", "Senhores", "Família"],
    learned_letter: ["Exmo. Sr.", "Exma. Sra.", "Exmo(a)."],
    learned_title: ["Sr.", "Sra.", ""],
    doctor: ["Dr.", "Dra.", "Dr."],
    professor: ["Prof.", "Profa.", "Prof."],
};

#[rustfmt::skip] // a row a form
static DUTCH: Speech = Speech {
    letter: ["Geachte heer", "Geachte mevrouw", "Geachte", "Geachte heer en mevrouw", "Geachte heer, mevrouw", "Geachte familie"],
    title: ["Dhr.", "Mevr.", "", "Dhr. en mevr.", "Heer, mevrouw", "Familie"],
    learned_letter: ["Geachte heer", "Geachte mevrouw", "Geachte"],
    learned_title: ["Dhr.", "Mevr.", ""],
    doctor: ["dr.", "dr.", "dr."],
    professor: ["prof.", "prof.", "prof."],
};

fn speech(tongue: Tongue) -> &'static Speech {
    match tongue {
        Tongue::English => &ENGLISH,
        Tongue::German => &GERMAN,
        Tongue::French => &FRENCH,
        Tongue::Spanish => &SPANISH,
        Tongue::Italian => &ITALIAN,
        Tongue::Portuguese => &PORTUGUESE,
        Tongue::Dutch => &DUTCH,
    }
}

/// Appends the salutation; nothing where the form has none for that person.
pub(super) fn push(address: &Address, tongue: Tongue, form: Form, out: &mut String) {
    let speech = speech(tongue);
    let at = match address.person {
        Person::Man => 0,
        Person::Woman => 1,
        Person::Other => 2,
        Person::Couple => 3,
        Person::Anybody => 4,
        Person::Family => 5,
    };
    if let Some(at) = (address.doctor || address.professor).then_some(at).filter(|at| *at < 3) {
        let opening = if form == Form::Letter { speech.learned_letter } else { speech.learned_title };
        let professor = address.professor.then(|| speech.professor[at]);
        // Professeur is said without Docteur; elsewhere both stand.
        let doctor = (address.doctor && !(address.professor && tongue == Tongue::French)).then(|| speech.doctor[at]);
        let said = [Some(opening[at]), professor, doctor];
        out.push_str(&said.into_iter().flatten().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "));
        return;
    }
    let plain = if form == Form::Letter { speech.letter[at] } else { speech.title[at] };
    match address.marital.filter(|_| tongue == Tongue::English && address.person == Person::Woman) {
        Some(marital) if form == Form::Letter => {
            out.push_str("Dear ");
            out.push_str(marital);
        }
        Some(marital) => out.push_str(marital),
        None => out.push_str(plain),
    }
}

/// Whether a name follows: Dear Ms Smith, but Madame, and never after Dear Sir
/// or Madam.
pub(super) fn takes_name(address: &Address, tongue: Tongue) -> bool {
    match address.person {
        Person::Anybody => false,
        Person::Other => tongue != Tongue::French,
        _ => tongue != Tongue::French || address.doctor || address.professor,
    }
}
