//! Review files with decisions: pairs that are the same, and pairs that are not.

use std::collections::HashMap;

use super::file::{Row, Rows};
use super::{FixError, Left, Signed, Taken, add};
use crate::config::existing;
use crate::config::pipeline::Pipeline;
use crate::config::steward::{DECISION, DECISIONS, Judgement};

/// Both records' source and key, the smaller in front.
type Pair = [(String, String); 2];

/// Takes the decisions of a review file.
pub(super) fn take(pipeline: &Pipeline, entity: &str, rows: &Rows, signed: &Signed) -> Result<Taken, FixError> {
    let mut done = Taken::default();
    let mut held: HashMap<Pair, Judgement> = HashMap::new();
    for decision in pipeline.decisions.iter().filter(|decision| decision.entity == entity) {
        held.insert(ordered(decision.pair.clone()), decision.verdict);
    }
    let mut lines: Vec<Vec<String>> = Vec::new();
    for row in rows.rows.iter().filter(|row| !row.cell("decision").trim().is_empty()) {
        let (pair, verdict) = match decided(pipeline, entity, row) {
            Ok(decided) => decided,
            Err(what) => {
                done.left.push(Left { place: row.place.clone(), what });
                continue;
            }
        };
        if held.insert(ordered(pair.clone()), verdict) == Some(verdict) {
            done.known += 1;
            continue;
        }
        let [(source_a, key_a), (source_b, key_b)] = &pair;
        let Signed { who, when, why } = signed;
        let line = [entity, source_a, key_a, source_b, key_b, verdict.word(), who, when, why];
        lines.push(line.map(str::to_string).to_vec());
    }
    done.taken = lines.len() as u64;
    if !lines.is_empty() {
        let path = pipeline.root.join(DECISIONS);
        add(&path, DECISION, &lines)?;
        done.written = Some(path);
    }
    Ok(done)
}

fn decided(pipeline: &Pipeline, entity: &str, row: &Row) -> Result<(Pair, Judgement), String> {
    let word = row.cell("decision").trim().to_lowercase();
    let verdict = Judgement::from_word(&word).ok_or("`decision` is neither `same` nor `different`")?;
    let side = |source: &str, key: &str| {
        let (name, key) = (row.cell(source).to_string(), row.cell(key).to_string());
        if key.is_empty() {
            return Err("a record has no key to be known by".to_string());
        }
        let mut entities = pipeline.entities.iter();
        let of_target = entities.any(|one| one.name == entity && existing::name(&one.table) == name);
        match of_target || pipeline.sources.iter().any(|source| source.name == name) {
            true => Ok((name, key)),
            false => Err(format!("`{source}` names no source of the pipeline")),
        }
    };
    Ok(([side("source_a", "key_a")?, side("source_b", "key_b")?], verdict))
}

fn ordered(mut pair: Pair) -> Pair {
    pair.sort();
    pair
}
