//! Match by likeness: from prepared records to pairs that are the same, or may be.
//!
//! Every pair that shares a block is compared once; what it is like is counted
//! by pattern for [`estimate`](super::estimate) and kept on disk, unless it
//! plainly speaks against. Then the weights are known, and the pairs are read
//! again with their probability.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Float64Array, Int64Array, RecordBatch};
use arrow::datatypes::{DataType, Field, Float64Type, Int64Type, Schema, SchemaRef};
use arrow::error::ArrowError;

use super::Matching;
use super::block::{self, Chunk, Large};
use super::estimate::{self, Population, Weights};
use super::objections::objection;
use super::pattern::{GENERATIONS, Pattern};
use super::prepare::{self, Prepared};
use crate::config::likeness::{Fuzzy, Kind};
use crate::dataset::{self, DatasetError, Packing, Writer};
use crate::verdict::Verdicts;

/// How far below *same* a pair is that there is an objection to, as logarithm of the
/// odds: so that it shows.
const BELOW: f64 = 0.1;

/// A pair of records that may be one, the one read first in front.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Scored {
    pub(crate) a: u32,
    pub(crate) b: u32,
    /// The logarithm of the odds that they are one.
    pub(crate) odds: f64,
    pub(crate) pattern: Pattern,
}

/// What matching by likeness found.
pub(crate) struct Found {
    pub(crate) prepared: Prepared,
    pub(crate) weights: Weights,
    /// Pairs from the probability of `review` up, by their records.
    pub(crate) pairs: Vec<Scored>,
    /// Pairs that were compared.
    pub(crate) compared: u64,
    /// By block.
    pub(crate) large: Vec<Large>,
}

/// Compares, estimates, scores.
pub(crate) fn run(matching: &Matching<'_>, fuzzy: &Fuzzy, verdicts: &Verdicts) -> Result<Found, DatasetError> {
    let prepared = prepare::run(matching, fuzzy, verdicts)?;
    let kinds = &prepared.layout.kinds;
    let path = matching.work.join(format!("{}.pairs.parquet", matching.entity.name));
    let defaults = estimate::defaults(kinds);
    let mut population = Population { records: prepared.records, ..Population::default() };
    let mut writer = Writer::create(&path, &schema(), Packing::Working)?;
    let mut large: Vec<Large> = Vec::with_capacity(fuzzy.blocks.len());
    let mut compared = 0;
    for number in 0..fuzzy.blocks.len() {
        let comparing = Comparing { prepared: &prepared, earlier: &large, defaults: &defaults };
        let found = block::walk(
            matching.engine,
            &prepared,
            (number, fuzzy.largest_block),
            |chunk| comparing.chunk(&chunk),
            |done| {
                for (pattern, count) in done.patterns {
                    *population.blocked.entry(pattern).or_default() += count;
                    compared += count;
                }
                let batch = done.pairs.batch().map_err(|error| DatasetError::other(&path, error))?;
                writer.write(batch)
            },
        )?;
        large.push(found);
    }
    writer.finish()?;
    sample(matching, &prepared, &mut population)?;
    let weights = estimate::run(kinds, &population);
    let bar = (estimate::odds_of(fuzzy.review), estimate::odds_of(fuzzy.same));
    let pairs = scored(&path, (kinds, &weights), bar)?;
    // The work folder goes anyway.
    let _ = std::fs::remove_file(&path);
    Ok(Found { prepared, weights, pairs, compared, large })
}

/// Compares the pairs of the sample that share no block.
fn sample(matching: &Matching<'_>, prepared: &Prepared, population: &mut Population) -> Result<(), DatasetError> {
    let layout = &prepared.layout;
    let slots = |values| {
        let mut slots = Vec::with_capacity(layout.slots);
        prepare::slots(values, layout.slots, &mut slots);
        slots
    };
    let records: Vec<Vec<&[u8]>> = prepared.sample.iter().map(|one| slots(&one.values)).collect();
    let together = |a: usize, b: usize| {
        let (a, b) = (&prepared.sample[a].blocks, &prepared.sample[b].blocks);
        a.iter().zip(b).any(|(a, b)| a.is_some() && a == b)
    };
    matching.engine.ordered(
        (1..records.len()).map(Ok),
        |one| {
            let others = (0..one).filter(|other| !together(one, *other));
            Ok(others.map(|other| layout.compare(&records[other], &records[one])).collect::<Vec<Pattern>>())
        },
        |patterns| {
            for pattern in patterns {
                *population.sampled.entry(pattern).or_default() += 1;
            }
            Ok(())
        },
    )
}

fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("a", DataType::Int64, false),
        Field::new("b", DataType::Int64, false),
        Field::new("pattern", DataType::Int64, false),
        Field::new("adjustment", DataType::Float64, false),
    ]))
}

#[derive(Debug, Default)]
struct Pairs {
    a: Vec<i64>,
    b: Vec<i64>,
    patterns: Vec<i64>,
    adjustments: Vec<f64>,
}

impl Pairs {
    fn batch(self) -> Result<RecordBatch, ArrowError> {
        let columns: Vec<ArrayRef> = vec![
            Arc::new(Int64Array::from(self.a)),
            Arc::new(Int64Array::from(self.b)),
            Arc::new(Int64Array::from(self.patterns)),
            Arc::new(Float64Array::from(self.adjustments)),
        ];
        RecordBatch::try_new(schema(), columns)
    }
}

struct Compared {
    patterns: BTreeMap<Pattern, u64>,
    pairs: Pairs,
}

struct Comparing<'a> {
    prepared: &'a Prepared,
    /// Of the blocks before this one.
    earlier: &'a [Large],
    defaults: &'a Weights,
}

impl Comparing<'_> {
    fn chunk(&self, chunk: &Chunk) -> Compared {
        let layout = &self.prepared.layout;
        let mut all: Vec<&[u8]> = Vec::with_capacity(chunk.seqs.len() * layout.slots);
        for record in 0..chunk.seqs.len() {
            prepare::slots(chunk.value(record), layout.slots, &mut all);
        }
        let record = |place: usize| &all[place * layout.slots..(place + 1) * layout.slots];
        let mut patterns: std::collections::HashMap<Pattern, u64> = std::collections::HashMap::new();
        let mut pairs = Pairs::default();
        chunk.pairs(|a, b| {
            if self.compared(chunk, a, b) {
                return;
            }
            // Comparing is symmetric; the record read first stands in front.
            let (a, b) = if chunk.seqs[a] < chunk.seqs[b] { (a, b) } else { (b, a) };
            let pattern = layout.compare(record(a), record(b));
            if pattern & GENERATIONS != 0 {
                // Alike in all else, they would teach what people who are the same are like.
                return;
            }
            *patterns.entry(pattern).or_default() += 1;
            if self.defaults.evidence(pattern) < 0.0 {
                return;
            }
            pairs.a.push(i64::from(chunk.seqs[a]));
            pairs.b.push(i64::from(chunk.seqs[b]));
            pairs.patterns.push(pattern as i64);
            pairs.adjustments.push(self.prepared.frequency.adjustment(layout, pattern, record(a), record(b)));
        });
        Compared { patterns: patterns.into_iter().collect(), pairs }
    }

    /// Whether the pair was met in an earlier block. One that was too large does
    /// not count: it is not known which of its pairs were.
    fn compared(&self, chunk: &Chunk, a: usize, b: usize) -> bool {
        let count = self.earlier.len();
        let (a, b) = (chunk.earlier(a, count), chunk.earlier(b, count));
        (0..count).any(|block| {
            a[block] == b[block] && a[block].is_some_and(|hash| !self.earlier[block].hashes.contains(&hash))
        })
    }
}

/// The pairs that may be the same, by their records, each once; those with an
/// objection stay below `same`.
fn scored(
    path: &Path,
    (kinds, weights): (&[Kind], &Weights),
    (least, same): (f64, f64),
) -> Result<Vec<Scored>, DatasetError> {
    let mut pairs = Vec::new();
    for batch in dataset::read(path, None)? {
        let batch = batch?;
        let column = |index: usize| batch.column(index).as_primitive::<Int64Type>().values();
        let (a, b, patterns) = (column(0), column(1), column(2));
        let adjustments = batch.column(3).as_primitive::<Float64Type>().values();
        for row in 0..batch.num_rows() {
            let pattern = patterns[row] as Pattern;
            let mut odds = weights.odds(pattern, adjustments[row]);
            if objection(kinds, pattern).is_some() {
                odds = odds.min(same - BELOW);
            }
            if odds >= least {
                pairs.push(Scored { a: a[row] as u32, b: b[row] as u32, odds, pattern });
            }
        }
    }
    pairs.sort_unstable_by_key(|pair| (pair.a, pair.b));
    pairs.dedup_by_key(|pair| (pair.a, pair.b));
    Ok(pairs)
}

/// Pairs of records with what they are like: the odds of those that were compared,
/// certain the others, which a key has found.
pub(crate) fn of_pairs(found: &Found, pairs: &[(u32, u32)]) -> Result<Vec<Scored>, DatasetError> {
    let mut seqs: Vec<u32> = pairs.iter().flat_map(|(a, b)| [*a, *b]).collect();
    seqs.sort_unstable();
    seqs.dedup();
    let values = values(&found.prepared.path, &seqs)?;
    let layout = &found.prepared.layout;
    let scored = |(a, b): &(u32, u32)| {
        if let Ok(place) = found.pairs.binary_search_by_key(&(*a, *b), |pair| (pair.a, pair.b)) {
            return found.pairs[place];
        }
        let (mut one, mut other) = (Vec::new(), Vec::new());
        prepare::slots(values.get(a).map_or(&[][..], |values| values), layout.slots, &mut one);
        prepare::slots(values.get(b).map_or(&[][..], |values| values), layout.slots, &mut other);
        Scored { a: *a, b: *b, odds: f64::INFINITY, pattern: layout.compare(&one, &other) }
    };
    Ok(pairs.iter().map(scored).collect())
}

/// The values of some prepared records.
pub(crate) fn values(path: &Path, seqs: &[u32]) -> Result<BTreeMap<u32, Vec<u8>>, DatasetError> {
    let mut found = BTreeMap::new();
    let mut names = seqs.iter();
    // A record's place in the dataset is its `_seq`.
    for batch in dataset::read_at(path, seqs.iter().map(|seq| *seq as usize))? {
        let batch = batch?;
        let values = batch.column(batch.num_columns() - 1).as_binary::<i32>();
        for (row, seq) in (0..batch.num_rows()).zip(names.by_ref()) {
            found.insert(*seq, values.value(row).to_vec());
        }
    }
    Ok(found)
}
