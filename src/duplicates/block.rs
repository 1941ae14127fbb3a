//! Which pairs of records are compared: those that share a block.
//!
//! The prepared records are sorted by a block's hash, a range of hashes with some
//! hundred thousand records at a time, and walked through in that order, in chunks
//! of whole blocks. A pair that shares several blocks is
//! compared in the first of them. A block with too many records is not compared
//! each with each: its records are in the order of their values, and each is
//! compared with the next [`NEIGHBOURS`]. Such blocks are counted, for the
//! summary.

use std::collections::HashSet;
use std::ops::{Range, RangeInclusive};
use std::sync::mpsc::{SyncSender, sync_channel};

use arrow::array::{Array, AsArray, Int64Array, RecordBatch};
use arrow::datatypes::Int64Type;

use super::prepare::{ORDER, Prepared, VALUES, block_column};
use crate::dataset::{self, DatasetError};
use crate::engine::Engine;
use crate::record;

/// Records that each is compared with in a block that is too large.
pub(crate) const NEIGHBOURS: usize = 20;
/// Records that are sorted at a time: with their values some 100 MB.
const SORTED_ROWS: u64 = 250_000;
/// Records of a chunk, more or less.
const CHUNK_ROWS: usize = 2048;

/// Records of whole blocks, or a piece of one that is too large.
#[derive(Debug, Default)]
pub(crate) struct Chunk {
    pub(crate) seqs: Vec<u32>,
    /// The hashes of the earlier blocks, one record behind the other.
    earlier: Vec<Option<i64>>,
    values: Vec<u8>,
    /// Where each record's values end.
    ends: Vec<usize>,
    groups: Vec<Group>,
}

#[derive(Debug, Clone)]
struct Group {
    records: Range<usize>,
    /// The block is too large. Its first so many records have been compared with
    /// one another in the chunk before.
    large: Option<usize>,
}

impl Chunk {
    pub(crate) fn value(&self, record: usize) -> &[u8] {
        let start = if record == 0 { 0 } else { self.ends[record - 1] };
        &self.values[start..self.ends[record]]
    }

    /// The hashes of a record's earlier blocks.
    pub(crate) fn earlier(&self, record: usize, blocks: usize) -> &[Option<i64>] {
        &self.earlier[record * blocks..(record + 1) * blocks]
    }

    /// Calls `each` with all pairs of places that are to be compared.
    pub(crate) fn pairs(&self, mut each: impl FnMut(usize, usize)) {
        for group in &self.groups {
            for b in group.records.clone() {
                let first = match group.large {
                    None => group.records.start,
                    Some(done) if b < group.records.start + done => continue,
                    Some(_) => b.saturating_sub(NEIGHBOURS).max(group.records.start),
                };
                for a in first..b {
                    each(a, b);
                }
            }
        }
    }

    fn push(&mut self, seq: u32, earlier: impl Iterator<Item = Option<i64>>, value: &[u8]) {
        self.seqs.push(seq);
        self.earlier.extend(earlier);
        self.values.extend_from_slice(value);
        self.ends.push(self.values.len());
    }

    /// The last records in a chunk of their own.
    fn tail(&self, count: usize, blocks: usize) -> Self {
        let mut tail = Self::default();
        for record in self.seqs.len().saturating_sub(count)..self.seqs.len() {
            tail.push(self.seqs[record], self.earlier(record, blocks).iter().copied(), self.value(record));
        }
        tail
    }
}

/// Blocks that had too many records.
#[derive(Debug, Default, Clone)]
pub(crate) struct Large {
    /// Their hashes.
    pub(crate) hashes: HashSet<i64>,
    /// The records of the largest.
    pub(crate) largest: u64,
}

/// Walks through block number `block`: `each` gets every chunk, on all cores,
/// and `consume` what it gives, in order.
pub(crate) fn walk<R: Send>(
    engine: &Engine,
    prepared: &Prepared,
    (block, most): (usize, usize),
    each: impl Fn(Chunk) -> R + Sync,
    consume: impl FnMut(R) -> Result<(), DatasetError>,
) -> Result<Large, DatasetError> {
    let (sender, chunks) = sync_channel(engine.cores() * 2);
    std::thread::scope(|scope| {
        let walker = scope.spawn(move || {
            let mut walk = Walk {
                block,
                most,
                sender,
                chunk: Chunk::default(),
                hash: 0,
                start: 0,
                size: 0,
                done: None,
                large: Large::default(),
            };
            let sorted = walk.sorted(prepared);
            if let Err(error) = sorted {
                // Whoever does not listen any more has an error of its own.
                let _ = walk.sender.send(Err(error));
            }
            walk.large
        });
        engine.ordered(chunks.into_iter(), |chunk| Ok(each(chunk)), consume)?;
        walker
            .join()
            .map_err(|_| DatasetError::other(&prepared.path, "the walk through a block stopped; please report this"))
    })
}

/// Cuts sorted records into chunks.
struct Walk {
    block: usize,
    most: usize,
    sender: SyncSender<Result<Chunk, DatasetError>>,
    chunk: Chunk,
    /// Of the block at hand: its hash, where it starts in the chunk, its records so far.
    hash: i64,
    start: usize,
    size: u64,
    /// A piece of it is gone already; so many records at its start are in both.
    done: Option<usize>,
    large: Large,
}

impl Walk {
    fn sorted(&mut self, prepared: &Prepared) -> Result<(), DatasetError> {
        for range in ranges(prepared.records) {
            let rows = Rows::read(prepared, self.block, &range)?;
            for row in rows.order() {
                self.record(&rows, row)?;
            }
        }
        self.close();
        self.send()
    }

    fn record(&mut self, rows: &Rows, row: usize) -> Result<(), DatasetError> {
        let hash = rows.keys[row].0;
        if self.size > 0 && hash != self.hash {
            self.close();
            if self.chunk.seqs.len() >= CHUNK_ROWS {
                self.send()?;
            }
        }
        if self.size == 0 {
            self.hash = hash;
            self.start = self.chunk.seqs.len();
        }
        let earlier = &rows.chunk.earlier(row, self.block);
        self.chunk.push(rows.chunk.seqs[row], earlier.iter().copied(), rows.chunk.value(row));
        self.size += 1;
        if self.chunk.seqs.len() - self.start > self.most.max(CHUNK_ROWS) {
            self.piece()?;
        }
        Ok(())
    }

    /// Sends what is there of a block that is too large, but for its end.
    fn piece(&mut self) -> Result<(), DatasetError> {
        let records = self.start..self.chunk.seqs.len();
        self.chunk.groups.push(Group { records, large: Some(self.done.unwrap_or(0)) });
        let tail = self.chunk.tail(NEIGHBOURS, self.block);
        self.done = Some(tail.seqs.len());
        self.send()?;
        self.chunk = tail;
        self.start = 0;
        Ok(())
    }

    /// The block at hand is whole.
    fn close(&mut self) {
        let records = self.start..self.chunk.seqs.len();
        let large = self.size > self.most as u64;
        if large {
            self.large.hashes.insert(self.hash);
            self.large.largest = self.large.largest.max(self.size);
        }
        if records.len() > 1 {
            let large = large.then(|| self.done.unwrap_or(0));
            self.chunk.groups.push(Group { records, large });
        }
        self.size = 0;
        self.done = None;
    }

    fn send(&mut self) -> Result<(), DatasetError> {
        let chunk = std::mem::take(&mut self.chunk);
        self.start = 0;
        if chunk.groups.is_empty() {
            return Ok(());
        }
        let stopped = || DatasetError { path: std::path::PathBuf::new(), what: "nobody compares any more".into() };
        self.sender.send(Ok(chunk)).map_err(|_| stopped())
    }
}

/// The records of a range of hashes, in the order of reading.
#[derive(Default)]
struct Rows {
    /// Hash, beginning of the values.
    keys: Vec<(i64, i64)>,
    chunk: Chunk,
}

impl Rows {
    fn read(prepared: &Prepared, block: usize, range: &RangeInclusive<i64>) -> Result<Self, DatasetError> {
        let blocks: Vec<String> = (0..=block).map(block_column).collect();
        let mut columns = vec![record::SEQ];
        columns.extend(blocks.iter().map(String::as_str));
        columns.extend([ORDER, VALUES]);
        let mut rows = Self::default();
        for batch in dataset::read(&prepared.path, Some(&columns))? {
            rows.add(&batch?, block, range);
        }
        Ok(rows)
    }

    fn add(&mut self, batch: &RecordBatch, block: usize, range: &RangeInclusive<i64>) {
        let column = |index: usize| batch.column(index).as_primitive::<Int64Type>();
        let (seqs, hashes, order) = (column(0).values(), column(1 + block), column(2 + block).values());
        let earlier: Vec<&Int64Array> = (1..=block).map(column).collect();
        let values = batch.column(3 + block).as_binary::<i32>();
        for (row, hash) in hashes.iter().enumerate() {
            let Some(hash) = hash.filter(|hash| range.contains(hash)) else { continue };
            let others = earlier.iter().map(|column| column.is_valid(row).then(|| column.value(row)));
            self.keys.push((hash, order[row]));
            self.chunk.push(seqs[row] as u32, others, values.value(row));
        }
    }

    /// The places of the records by hash, values and `_seq`.
    fn order(&self) -> Vec<usize> {
        let mut places: Vec<usize> = (0..self.keys.len()).collect();
        // They were read by `_seq`, so that their places decide between equals.
        places.sort_unstable_by_key(|place| (self.keys[*place], *place));
        places
    }
}

/// Ranges of hashes with some hundred thousand records each.
fn ranges(records: u64) -> Vec<RangeInclusive<i64>> {
    let count = i128::from(records.div_ceil(SORTED_ROWS).max(1));
    let bound = |number: i128| i128::from(i64::MIN) + (1_i128 << 64) * number / count;
    (0..count).map(|number| bound(number) as i64..=(bound(number + 1) - 1) as i64).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use arrow::array::{ArrayRef, BinaryArray, Int64Array, RecordBatch};

    use super::{NEIGHBOURS, ranges, walk};
    use crate::config::likeness::Kind;
    use crate::dataset::{Packing, Writer};
    use crate::duplicates::frequency::Frequency;
    use crate::duplicates::pattern::Layout;
    use crate::duplicates::prepare::Prepared;
    use crate::engine::Engine;

    #[test]
    fn ranges_leave_no_hash_out() {
        for records in [0, 1, 250_001, 3_000_000] {
            let ranges = ranges(records);
            assert_eq!((*ranges[0].start(), *ranges[ranges.len() - 1].end()), (i64::MIN, i64::MAX));
            assert!(ranges.windows(2).all(|pair| pair[0].end() + 1 == *pair[1].start()));
        }
        assert_eq!(ranges(3_000_000).len(), 12);
    }

    /// 5,000 records: block 0 is shared by three each, block 1 by 2,500 each.
    #[test]
    fn every_pair_of_a_block_is_met_once() {
        let work = tempfile::tempdir().expect("a folder");
        let path = work.path().join("people.prepared.parquet");
        let numbers = || 0..5000_i64;
        let column = |values: Vec<Option<i64>>| Arc::new(Int64Array::from(values)) as ArrayRef;
        let names: Vec<Vec<u8>> = numbers().map(|seq| format!("{:04}\\0", seq * 7 % 5000).into_bytes()).collect();
        let columns = [
            ("_seq", column(numbers().map(Some).collect()), false),
            ("k0", column(numbers().map(|seq| (seq % 10 != 9).then_some(seq / 3)).collect()), true),
            ("k1", column(numbers().map(|seq| Some(seq % 2 - 1)).collect()), true),
            ("s", column(numbers().map(|seq| Some(seq * 7 % 5000)).collect()), false),
            ("v", Arc::new(BinaryArray::from_iter_values(&names)) as ArrayRef, false),
        ];
        let batch = RecordBatch::try_from_iter_with_nullable(columns).expect("a batch");
        let mut writer = Writer::create(&path, &batch.schema(), Packing::Working).expect("a file");
        writer.write(batch).expect("written");
        writer.finish().expect("finished");
        let layout = Layout::new(&[Kind::Text]);
        let frequency = Frequency::new(&layout);
        let prepared = Prepared { path, layout, frequency, records: 5000, sample: Vec::new() };
        let engine = Engine::new(work.path()).expect("an engine");
        let pairs = |block: usize| {
            let mut pairs: Vec<(u32, u32)> = Vec::new();
            let each = |chunk: super::Chunk| {
                let mut found = Vec::new();
                chunk.pairs(|a, b| found.push((chunk.seqs[a].min(chunk.seqs[b]), chunk.seqs[a].max(chunk.seqs[b]))));
                found
            };
            let large = walk(&engine, &prepared, (block, 100), each, |found| {
                pairs.extend(found);
                Ok(())
            });
            (pairs, large.expect("a walk"))
        };

        let (small, large) = pairs(0);
        let open = |seq: &u32| seq % 10 != 9;
        let wanted: BTreeSet<(u32, u32)> = (0..5000_u32)
            .flat_map(|a| (a + 1..5000.min(a / 3 * 3 + 3)).map(move |b| (a, b)))
            .filter(|(a, b)| open(a) && open(b))
            .collect();
        assert_eq!((small.len(), large.hashes.len()), (wanted.len(), 0));
        assert_eq!(small.into_iter().collect::<BTreeSet<_>>(), wanted);

        let (near, large) = pairs(1);
        assert_eq!((large.hashes.len(), large.largest), (2, 2500));
        assert_eq!(near.len(), 2 * (2500 * NEIGHBOURS - NEIGHBOURS * (NEIGHBOURS + 1) / 2));
        assert_eq!(near.iter().collect::<BTreeSet<_>>().len(), near.len());
        assert!(near.iter().all(|(a, b)| (a * 7 % 5000).abs_diff(b * 7 % 5000) <= 2 * NEIGHBOURS as u32));
    }
}
