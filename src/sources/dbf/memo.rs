//! The memo file beside a table: texts of any length, found by block number.
//!
//! Reads one memo at a time and trusts nothing in the file: no length is
//! believed that the file does not hold.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// The longest memo that is read, in bytes. Programs of the time wrote 64 KiB.
const MOST: u64 = 64 << 20;
/// The longest memo without a written length, in bytes: it ends at a mark.
const MOST_MARKED: u64 = 1 << 20;
/// dBASE III ends a memo with this byte.
const END: u8 = 0x1A;

/// An open memo file.
pub(super) struct Memos {
    file: File,
    len: u64,
    kind: Kind,
    block: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// dBASE III, Clipper: a memo ends at a mark.
    Marked,
    /// dBASE IV to 7: a memo begins with its length.
    Dbt,
    /// FoxPro, Visual FoxPro and some Clipper programs.
    Fpt,
}

/// What stands at a block number.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Memo {
    Text,
    /// A picture or an object.
    Binary,
    /// The number, or the length there, leads out of the file.
    Damaged,
}

/// The memo file of a table, whatever the case of its name.
pub(super) fn beside(table: &Path, foxpro: bool) -> Option<PathBuf> {
    let stem = table.file_stem()?.to_string_lossy().to_lowercase();
    let database = table.extension().is_some_and(|end| end.eq_ignore_ascii_case("dbc"));
    let endings: &[&str] = match (database, foxpro) {
        (true, _) => &["dct"],
        (false, true) => &["fpt", "dbt"],
        (false, false) => &["dbt", "fpt"],
    };
    let folder = match table.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut names: Vec<PathBuf> = std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).collect();
    names.sort();
    // The table's own case first: `a.dbf` and `A.DBF` may stand side by side.
    let own = table.file_stem()?;
    names.sort_by_key(|name| name.file_stem() != Some(own));
    endings.iter().find_map(|ending| {
        names
            .iter()
            .find(|name| {
                name.file_stem().is_some_and(|found| found.to_string_lossy().to_lowercase() == stem)
                    && name.extension().is_some_and(|found| found.eq_ignore_ascii_case(ending))
                    && name.is_file()
            })
            .cloned()
    })
}

impl Memos {
    /// `marked`: whether the table is of a program that ended memos with a mark.
    pub(super) fn open(path: &Path, marked: bool) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let len = file.metadata()?.len();
        let mut head = [0; 512];
        let got = read_up_to(&mut file, &mut head)?;
        let head = &head[..got];
        let pair = |at: usize| [head.get(at).copied().unwrap_or(0), head.get(at + 1).copied().unwrap_or(0)];
        let is_dbt = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("dbt"));
        let (kind, block) = match (is_dbt, marked) {
            // dBASE III left rubbish where later programs wrote the block's size.
            (true, true) => (Kind::Marked, 512),
            (true, false) => (Kind::Dbt, u16::from_le_bytes(pair(20))),
            (false, _) => (Kind::Fpt, u16::from_be_bytes(pair(6))),
        };
        let block = if block == 0 { 512 } else { u64::from(block) };
        Ok(Self { file, len, kind, block })
    }

    /// Reads the memo at a block number into `out`, which is emptied before.
    pub(super) fn read(&mut self, number: u64, out: &mut Vec<u8>) -> io::Result<Memo> {
        out.clear();
        match self.kind {
            Kind::Marked | Kind::Dbt => self.read_dbt(number, out),
            Kind::Fpt => self.read_fpt(number, out),
        }
    }

    fn read_dbt(&mut self, number: u64, out: &mut Vec<u8>) -> io::Result<Memo> {
        let at = number.saturating_mul(self.block);
        let mut head = [0; 8];
        if self.read_at(at, &mut head)? == 0 {
            return Ok(Memo::Damaged);
        }
        if head[..4] == [0xFF, 0xFF, 0x08, 0x00] {
            let written = u64::from(u32::from_le_bytes([head[4], head[5], head[6], head[7]]));
            return self.read_long(at + 8, written.checked_sub(8), out);
        }
        if self.kind == Kind::Dbt {
            return Ok(Memo::Damaged);
        }
        self.file.seek(SeekFrom::Start(at))?;
        let mut chunk = [0; 512];
        while (out.len() as u64) < MOST_MARKED {
            let got = read_up_to(&mut self.file, &mut chunk)?;
            if let Some(end) = chunk[..got].iter().position(|&byte| byte == END) {
                out.extend_from_slice(&chunk[..end]);
                return Ok(Memo::Text);
            }
            out.extend_from_slice(&chunk[..got]);
            if got < chunk.len() {
                return Ok(Memo::Text);
            }
        }
        Ok(Memo::Damaged)
    }

    fn read_fpt(&mut self, number: u64, out: &mut Vec<u8>) -> io::Result<Memo> {
        let at = number.saturating_mul(self.block);
        let mut head = [0; 8];
        if self.read_at(at, &mut head)? < head.len() {
            return Ok(Memo::Damaged);
        }
        let kind = u32::from_be_bytes([head[0], head[1], head[2], head[3]]);
        let written = u64::from(u32::from_be_bytes([head[4], head[5], head[6], head[7]]));
        match kind {
            1 => self.read_long(at + 8, Some(written), out),
            0 | 2 => match self.read_long(at + 8, Some(written), out)? {
                Memo::Text => Ok(Memo::Binary),
                other => Ok(other),
            },
            _ => Ok(Memo::Damaged),
        }
    }

    fn read_long(&mut self, at: u64, written: Option<u64>, out: &mut Vec<u8>) -> io::Result<Memo> {
        let Some(written) = written.filter(|&written| written <= MOST && at + written <= self.len) else {
            return Ok(Memo::Damaged);
        };
        self.file.seek(SeekFrom::Start(at))?;
        let got = Read::by_ref(&mut self.file).take(written).read_to_end(out)?;
        Ok(if got as u64 == written { Memo::Text } else { Memo::Damaged })
    }

    fn read_at(&mut self, at: u64, bytes: &mut [u8]) -> io::Result<usize> {
        if at >= self.len {
            return Ok(0);
        }
        self.file.seek(SeekFrom::Start(at))?;
        read_up_to(&mut self.file, bytes)
    }
}

/// Fills `bytes` as far as the file goes; gives the number of bytes read.
pub(super) fn read_up_to(from: &mut impl Read, bytes: &mut [u8]) -> io::Result<usize> {
    let mut got = 0;
    while got < bytes.len() {
        match from.read(&mut bytes[got..]) {
            Ok(0) => break,
            Ok(count) => got += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(got)
}

/// Takes the soft line ends out of a memo of dBASE or Clipper.
///
/// Their editors broke long lines with the bytes 8D 0A, which belong to the
/// window, not to the text: a blank takes their place unless one stands there.
pub(super) fn join_soft_lines(bytes: &mut Vec<u8>) {
    if !bytes.windows(2).any(|pair| pair == [0x8D, 0x0A]) {
        return;
    }
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes.as_slice();
    while let Some((&byte, after)) = rest.split_first() {
        if byte == 0x8D && after.first() == Some(&0x0A) {
            if out.last().is_some_and(|last: &u8| !last.is_ascii_whitespace()) {
                out.push(b' ');
            }
            rest = &after[1..];
        } else {
            out.push(byte);
            rest = after;
        }
    }
    *bytes = out;
}
