//! What a record's cells are once its corrections are carried out.

use std::collections::BTreeMap;

use crate::config::steward::Correction;

/// The cells of a record that corrections are about, by column; empty is no value.
pub type Cells = BTreeMap<String, String>;

/// Carries out what holds of `corrections`, and what holds then, until nothing
/// more does. True for each correction that was carried out.
pub fn settle(cells: &mut Cells, corrections: &[&Correction]) -> Vec<bool> {
    let mut done = vec![false; corrections.len()];
    loop {
        let next = corrections.iter().zip(&done).position(|(correction, done)| {
            !done && cells.get(&correction.column).is_some_and(|cell| same(cell, &correction.was))
        });
        let Some(next) = next else { return done };
        let correction = corrections[next];
        cells.insert(correction.column.clone(), correction.now.clone());
        done[next] = true;
    }
}

/// Whether two cells say the same: a spreadsheet program may write line ends anew.
pub fn same(one: &str, other: &str) -> bool {
    one == other || (one.contains('\n') && one.replace("\r\n", "\n") == other.replace("\r\n", "\n"))
}

#[cfg(test)]
mod tests {
    use super::{Cells, settle};
    use crate::config::steward::Correction;

    fn correction(column: &str, was: &str, now: &str) -> Correction {
        let [key, place] = ["1", "corrections/a.csv:2"].map(str::to_string);
        let [column, was, now] = [column, was, now].map(str::to_string);
        Correction { source: 0, key, column, was, now, place, cells: Vec::new() }
    }

    fn settled(cell: &str, corrections: &[Correction]) -> (String, Vec<bool>) {
        let mut cells = Cells::from([("Phone".to_string(), cell.to_string())]);
        let done = settle(&mut cells, &corrections.iter().collect::<Vec<_>>());
        (cells["Phone"].clone(), done)
    }

    #[test]
    fn corrections_follow_each_other_in_any_order() {
        let said = [correction("Phone", "b", "c"), correction("Phone", "a", "b"), correction("Fax", "a", "b")];
        assert_eq!(settled("a", &said), ("c".to_string(), vec![true, true, false]));
        assert_eq!(settled("b", &said), ("c".to_string(), vec![true, false, false]));
        assert_eq!(settled("x", &said), ("x".to_string(), vec![false, false, false]));
    }

    #[test]
    fn two_words_about_one_cell_and_one_that_is_taken_back() {
        let said = [correction("Phone", "a", "b"), correction("Phone", "a", "c")];
        assert_eq!(settled("a", &said), ("b".to_string(), vec![true, false]));
        let back = [correction("Phone", "a", "b"), correction("Phone", "b", "a")];
        assert_eq!(settled("a", &back), ("a".to_string(), vec![true, true]));
        let empty = [correction("Phone", "", "1")];
        assert_eq!(settled("", &empty), ("1".to_string(), vec![true]));
        assert_eq!(settled("a\r\nb", &[correction("Phone", "a\nb", "c")]).0, "c");
    }
}
