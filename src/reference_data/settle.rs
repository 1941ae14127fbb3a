//! What the rows of a key say of a record.
//!
//! Field by field, in the order of the join: verified, corrected, filled. A value
//! that agrees with some of the rows narrows what is looked at to these, so that
//! of a postcode with several cities the record's own city tells its region. What
//! several of the remaining rows say differently is ambiguous, and changes nothing.
//! Of a record that differs in what is verified, nothing is changed either: its key
//! may be what is wrong, and then the rows are another's.

use std::borrow::Cow;

use crate::config::reference::Action;
use crate::joined::State;
use crate::standards::agreement::Agreement;

/// One row of a reference.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    pub place: Option<String>,
    pub key: Option<String>,
    /// What it says, by take.
    pub values: Vec<Option<String>>,
}

/// What is done with one field, and how its values are held against each other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Take {
    pub action: Action,
    pub agreement: Agreement,
}

/// What follows for one field; of a change the row (by number) that gives the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Settled {
    pub state: State,
    pub row: Option<usize>,
}

impl Settled {
    pub(super) fn nothing() -> Self {
        Self { state: State::Nothing, row: None }
    }
}

/// Holds a record's values against the rows of its key.
pub(super) fn settle(takes: &[Take], own: &[Option<&str>], rows: &[Row], into: &mut Vec<Settled>) {
    into.clear();
    let mut left: Vec<usize> = (0..rows.len()).collect();
    let mut doubtful = false;
    for (number, (take, own)) in takes.iter().zip(own).enumerate() {
        let says = |row: usize| rows[row].values[number].as_deref();
        let found = match (take.action, own) {
            (Action::Verify(_), None) | (Action::Fill, Some(_)) => None,
            (Action::Correct | Action::Fill, _) if doubtful => None,
            (Action::Fill, None) => Some(only(take.agreement, &left, says)),
            (Action::Verify(_) | Action::Correct, Some(own)) => {
                let agreeing = |row: &usize| says(*row).is_some_and(|says| take.agreement.agree(own, says));
                let agree: Vec<usize> = left.iter().copied().filter(agreeing).collect();
                if agree.is_empty() {
                    Some(otherwise(*take, &left, says))
                } else {
                    left = agree;
                    Some(confirmed(*take, own, &left, says))
                }
            }
            (Action::Correct, None) => Some(only(take.agreement, &left, says)),
        };
        doubtful |= found.is_some_and(|found| found.state == State::Differs);
        into.push(found.unwrap_or(Settled::nothing()));
    }
}

/// No row agrees with the record.
fn otherwise<'a>(take: Take, left: &[usize], says: impl Fn(usize) -> Option<&'a str>) -> Settled {
    match take.action {
        Action::Verify(_) if left.iter().any(|row| says(*row).is_some()) => {
            Settled { state: State::Differs, row: None }
        }
        Action::Verify(_) => Settled::nothing(),
        Action::Correct | Action::Fill => only(take.agreement, left, says),
    }
}

/// All rows that are left agree with the record; a correction takes their spelling,
/// unless one of them has the record's own.
fn confirmed<'a>(take: Take, own: &str, left: &[usize], says: impl Fn(usize) -> Option<&'a str>) -> Settled {
    let same = left.iter().any(|row| says(*row) == Some(own));
    match take.action {
        Action::Correct if !same => Settled { state: State::Changed, row: left.first().copied() },
        _ => Settled { state: State::Agrees, row: None },
    }
}

/// The first row that says something, if no other says something else.
fn only<'a>(agreement: Agreement, left: &[usize], says: impl Fn(usize) -> Option<&'a str>) -> Settled {
    let mut first: Option<(usize, Cow<'a, str>)> = None;
    for row in left {
        let Some(value) = says(*row) else { continue };
        let key = agreement.key(value);
        match &first {
            None => first = Some((*row, key)),
            Some((_, known)) if *known != key => return Settled { state: State::Ambiguous, row: None },
            Some(_) => {}
        }
    }
    first.map_or(Settled::nothing(), |(row, _)| Settled { state: State::Changed, row: Some(row) })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    use super::{Row, Settled, Take, settle};
    use crate::config::pipeline::Policy;
    use crate::config::reference::Action;
    use crate::joined::State;
    use crate::standards::agreement::Agreement;

    fn take(action: Action) -> Take {
        Take { action, agreement: Agreement::Place }
    }

    fn cell(text: &str) -> Option<String> {
        (text != "-").then(|| text.to_string())
    }

    /// What becomes of each field: the state and, of a change, the value.
    fn settled(actions: &[Action], own: &[&str], rows: &[&[&str]]) -> Vec<String> {
        let takes: Vec<Take> = actions.iter().map(|action| take(*action)).collect();
        let rows: Vec<Row> = rows
            .iter()
            .map(|row| Row { values: row.iter().map(|text| cell(text)).collect(), ..Row::default() })
            .collect();
        let own: Vec<Option<&str>> = own.iter().map(|text| (*text != "-").then_some(*text)).collect();
        let mut found = Vec::new();
        settle(&takes, &own, &rows, &mut found);
        let told = |(number, one): (usize, &Settled)| match one.row {
            Some(row) => format!("{:?} {}", one.state, rows[row].values[number].as_deref().unwrap_or("-")),
            None => format!("{:?}", one.state),
        };
        found.iter().enumerate().map(told).collect()
    }

    const VERIFY: Action = Action::Verify(Policy::Keep);
    const FILL: Action = Action::Fill;
    const CORRECT: Action = Action::Correct;

    #[test]
    fn one_row_that_agrees_is_enough() {
        let rows: &[&[&str]] = &[&["Allston", "MA"], &["Brighton", "MA"]];
        assert_eq!(settled(&[VERIFY, VERIFY], &["BRIGHTON", "MA"], rows), ["Agrees", "Agrees"]);
        assert_eq!(settled(&[VERIFY, VERIFY], &["Boston", "MA"], rows), ["Differs", "Agrees"]);
        assert_eq!(settled(&[VERIFY, VERIFY], &["-", "NH"], rows), ["Nothing", "Differs"]);
        assert_eq!(settled(&[VERIFY], &["Boston"], &[&["-"]]), ["Nothing"]);
    }

    #[test]
    fn what_agrees_narrows_what_is_looked_at() {
        let rows: &[&[&str]] = &[&["Evanston", "WY"], &["Wahsatch", "UT"]];
        assert_eq!(settled(&[VERIFY, FILL], &["Wahsatch", "-"], rows), ["Agrees", "Changed UT"]);
        assert_eq!(settled(&[VERIFY, FILL], &["Ogden", "-"], rows), ["Differs", "Nothing"]);
        assert_eq!(settled(&[VERIFY, FILL], &["-", "-"], rows), ["Nothing", "Ambiguous"]);
        // Each agrees with a row, and no row with both.
        assert_eq!(settled(&[VERIFY, VERIFY], &["Evanston", "UT"], rows), ["Agrees", "Differs"]);
    }

    #[test]
    fn a_record_that_differs_takes_nothing() {
        let rows: &[&[&str]] = &[&["Acme", "Ohio"]];
        assert_eq!(settled(&[VERIFY, FILL], &["Hub", "-"], rows), ["Differs", "Nothing"]);
        assert_eq!(settled(&[VERIFY, CORRECT], &["Hub", "Utah"], rows), ["Differs", "Nothing"]);
        assert_eq!(settled(&[VERIFY, CORRECT], &["-", "Utah"], rows), ["Nothing", "Changed Ohio"]);
    }

    #[test]
    fn a_correction_replaces_and_fills() {
        let rows: &[&[&str]] = &[&["Saint Louis"]];
        assert_eq!(settled(&[CORRECT], &["Memphis"], rows), ["Changed Saint Louis"]);
        assert_eq!(settled(&[CORRECT], &["St. Louis"], rows), ["Changed Saint Louis"]);
        assert_eq!(settled(&[CORRECT], &["Saint Louis"], rows), ["Agrees"]);
        assert_eq!(settled(&[CORRECT], &["-"], rows), ["Changed Saint Louis"]);
        assert_eq!(settled(&[CORRECT], &["Memphis"], &[&["-"]]), ["Nothing"]);
        assert_eq!(settled(&[FILL], &["Memphis"], rows), ["Nothing"]);
    }

    #[test]
    fn several_spellings_are_one_and_several_things_are_none() {
        assert_eq!(settled(&[FILL], &["-"], &[&["St Louis"], &["Saint Louis"]]), ["Changed St Louis"]);
        assert_eq!(settled(&[CORRECT], &["Memphis"], &[&["Bath"], &["Wells"]]), ["Ambiguous"]);
        assert_eq!(settled(&[CORRECT], &["wells"], &[&["Bath"], &["Wells"]]), ["Changed Wells"]);
    }

    proptest! {
        #[test]
        fn a_correction_is_stable(own in "[abc]{0,2}", rows in proptest::collection::vec("[abc]{1,2}", 0..4)) {
            let rows: Vec<[&str; 1]> = rows.iter().map(|row| [row.as_str()]).collect();
            let rows: Vec<&[&str]> = rows.iter().map(|row| &row[..]).collect();
            let own = if own.is_empty() { "-" } else { own.as_str() };
            let found = settled(&[CORRECT], &[own], &rows);
            if let Some(now) = found[0].strip_prefix("Changed ") {
                prop_assert!(rows.iter().any(|row| row[0] == now));
                prop_assert_eq!(settled(&[CORRECT], &[now], &rows), ["Agrees"]);
            }
            let known = |state: &State| found[0].starts_with(&format!("{state:?}"));
            prop_assert!(State::ALL.iter().any(known));
        }
    }
}
