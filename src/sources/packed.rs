//! Files that are packed: gzip, zstd, and a member of a zip.
//!
//! Whoever reads a file from its beginning to its end calls [`open`] in place of
//! opening it, and need not know whether it was packed. What a file is, its first
//! bytes say, not its name. Nothing is written to the disk, and nothing is held
//! but a few hundred kilobytes, however much a file unpacks to; so that reading
//! ends as well, no file may unpack to more than [`MOST`] and [`RATIO`] allow.

mod member;

use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;

use flate2::CrcReader;
use flate2::bufread::{DeflateDecoder, MultiGzDecoder};
use zip::{CompressionMethod, ZipArchive};

pub(crate) use self::member::Packed;
use super::{ReadError, open_file};

/// A file may unpack to as many bytes as this, whatever its size is.
const MOST: u64 = 256 << 20;
/// Above [`MOST`] it may unpack to this many times its size. Deflate packs
/// nothing smaller than 1:1032; real tables of text come to 1:5 to 1:50.
const RATIO: u64 = 200;

/// What a zip holds that is a workbook or another document of an office.
const WORKBOOK: [&str; 2] = ["[Content_Types].xml", "content.xml"];

/// Names that packed files add to the name of what they hold.
const SUFFIXES: [&str; 4] = ["gz", "gzip", "zst", "zstd"];

/// Opens a file for reading from its beginning, unpacked if it is packed.
///
/// `member` names a file within a zip, by its path there or by its last part if
/// no other has that; without it the zip must hold one file only, unless the path
/// goes on behind the zip's own with that of a member.
///
/// # Errors
/// A file that cannot be read; a zip without that member, or with several to
/// choose from, which are listed; a member that is encrypted or packed by another
/// method than deflate; a member of what is no zip. While reading: a packed file
/// that is damaged or cut off, or unpacks to more than [`MOST`] and [`RATIO`] allow.
pub(crate) fn open(path: &Path, member: Option<&str>) -> Result<Box<dyn Read + Send>, ReadError> {
    let (path, inner) = within(path);
    let member = member.or(inner.as_deref());
    let mut file = open_file(path)?;
    let packed = Packing::of(path, &mut file)?;
    if let (Some(name), false) = (member, packed.is_zip()) {
        return Err(no_zip(path, name));
    }
    let size = file.metadata().map_err(|error| ReadError::io(path, &error))?.len();
    Ok(match packed {
        Packing::None => Box::new(file),
        Packing::Gzip => Box::new(Unpacked::new(MultiGzDecoder::new(BufReader::new(file)), size)),
        Packing::Zstd => {
            let decoder = zstd::Decoder::new(file).map_err(|error| ReadError::io(path, &error))?;
            Box::new(Unpacked::new(decoder, size))
        }
        Packing::Zip => Zip::open(path, file)?.member(member)?,
    })
}

/// The zip that a path leads into, and the member that the rest of it names; the
/// path itself where it is that of a file.
pub(super) fn within(path: &Path) -> (&Path, Option<String>) {
    let is_zip =
        |path: &Path| File::open(path).is_ok_and(|mut file| Packing::of(path, &mut file).is_ok_and(Packing::is_zip));
    let zip = if path.exists() { None } else { path.ancestors().skip(1).find(|above| above.is_file()) };
    let found = zip.filter(|zip| is_zip(zip)).and_then(|zip| Some((zip, path.strip_prefix(zip).ok()?)));
    match found {
        Some((zip, rest)) => (zip, Some(rest.to_string_lossy().replace('\\', "/"))),
        None => (path, None),
    }
}

/// The path within a zip of the member that `wanted` names.
///
/// # Errors
/// As those of [`open`].
fn member(path: &Path, wanted: &str) -> Result<String, ReadError> {
    let mut file = open_file(path)?;
    if !Packing::of(path, &mut file)?.is_zip() {
        return Err(no_zip(path, wanted));
    }
    Ok(Zip::open(path, file)?.choose(Some(wanted))?.name.clone())
}

/// The name without what packing added to it: `a.csv` of `a.csv.gz`.
pub(super) fn bare_name(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((bare, suffix)) if SUFFIXES.contains(&suffix.to_lowercase().as_str()) => bare,
        _ => name,
    }
}

/// Whether the name says that this is a zip file.
pub(super) fn is_zip_name(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, suffix)| suffix.eq_ignore_ascii_case("zip"))
}

/// The files that a zip holds, in its order; none for what is no zip.
///
/// # Errors
/// A file that cannot be read, or a zip that is damaged.
pub(crate) fn members(path: &Path) -> Result<Vec<String>, ReadError> {
    let mut file = open_file(path)?;
    if !Packing::of(path, &mut file)?.is_zip() {
        return Ok(Vec::new());
    }
    Ok(Zip::open(path, file)?.members.into_iter().map(|member| member.name).collect())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    None,
    Gzip,
    Zstd,
    Zip,
}

impl Packing {
    /// By the first bytes; `file` stands at its beginning before and after.
    fn of(path: &Path, file: &mut File) -> Result<Self, ReadError> {
        let mut head = Vec::new();
        let read = file.by_ref().take(4).read_to_end(&mut head).and_then(|_| file.seek(SeekFrom::Start(0)));
        read.map_err(|error| ReadError::io(path, &error))?;
        Ok(match head.as_slice() {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd] => Self::Zstd,
            [b'P', b'K', 3, 4] | [b'P', b'K', 5, 6] => Self::Zip,
            _ => Self::None,
        })
    }

    fn is_zip(self) -> bool {
        self == Self::Zip
    }
}

/// A zip file and what it holds.
struct Zip<'a> {
    path: &'a Path,
    archive: ZipArchive<BufReader<File>>,
    members: Vec<Member>,
}

struct Member {
    name: String,
    index: usize,
}

impl<'a> Zip<'a> {
    fn open(path: &'a Path, file: File) -> Result<Self, ReadError> {
        let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|_| damaged(path))?;
        let mut members = Vec::new();
        for index in 0..archive.len() {
            let entry = archive.by_index_raw(index).map_err(|_| damaged(path))?;
            let name = entry.name().map_err(|_| damaged(path))?.replace('\\', "/");
            // No member is anywhere but in the zip.
            let name = name.trim_start_matches('/').to_string();
            // What a Macintosh adds beside each file.
            if entry.is_file() && !name.starts_with("__MACOSX/") && !name.ends_with("/.DS_Store") {
                members.push(Member { name, index });
            }
        }
        Ok(Self { path, archive, members })
    }

    fn member(mut self, wanted: Option<&str>) -> Result<Box<dyn Read + Send>, ReadError> {
        let index = self.choose(wanted)?.index;
        let entry = self.archive.by_index_raw(index).map_err(|_| damaged(self.path))?;
        let (method, packed, sum) = (entry.compression(), entry.compressed_size(), entry.crc32());
        let encrypted = entry.encrypted();
        let start = entry.data_start().ok_or_else(|| damaged(self.path))?;
        drop(entry);
        if encrypted {
            return Err(self
                .error("holds a file that is protected by a password")
                .help("unpack it, and read the file"));
        }
        let Self { path, archive, .. } = self;
        let mut file = archive.into_inner();
        file.seek(SeekFrom::Start(start)).map_err(|error| ReadError::io(path, &error))?;
        let input = file.take(packed);
        match method {
            CompressionMethod::Stored => Ok(Box::new(Unpacked::new(Checked::new(input, sum), packed))),
            CompressionMethod::Deflated => {
                Ok(Box::new(Unpacked::new(Checked::new(DeflateDecoder::new(input), sum), packed)))
            }
            _ => Err(ReadError::new(path.display().to_string(), "holds a file that is not packed by deflate")
                .help("unpack it, and read the file")),
        }
    }

    fn choose(&self, wanted: Option<&str>) -> Result<&Member, ReadError> {
        let Some(wanted) = wanted else {
            return match self.members.as_slice() {
                [] => Err(self.error("is a zip file that holds no file")),
                [one] => Ok(one),
                several if several.iter().any(|member| WORKBOOK.contains(&member.name.as_str())) => {
                    Err(self.error("is a workbook, not text").help("read it as what it is, or export it as CSV"))
                }
                several => {
                    let what = format!("holds {} files: {}", several.len(), self.listed());
                    Err(self.error(&what).help("say which one with `member`"))
                }
            };
        };
        let last = |member: &&Member| member.name.rsplit('/').next() == Some(wanted);
        let mut by_last = self.members.iter().filter(last);
        let exact = self.members.iter().find(|member| member.name == wanted);
        match (exact, by_last.next(), by_last.next()) {
            (Some(member), ..) | (None, Some(member), None) => Ok(member),
            (None, Some(_), Some(_)) => Err(self
                .error(&format!("holds several files `{wanted}`: {}", self.listed()))
                .help("say which one with `member`, with its folders")),
            (None, None, _) => Err(self
                .error(&format!("holds no file `{wanted}`; it has {}", self.listed()))
                .help("say which one with `member`")),
        }
    }

    /// The members' names, so many as a message can take.
    fn listed(&self) -> String {
        let mut names: Vec<String> = self.members.iter().take(10).map(|member| format!("`{}`", member.name)).collect();
        if self.members.len() > names.len() {
            names.push(format!("{} more", self.members.len() - names.len()));
        }
        names.join(", ")
    }

    fn error(&self, what: &str) -> ReadError {
        ReadError::new(self.path.display().to_string(), what)
    }
}

fn no_zip(path: &Path, member: &str) -> ReadError {
    ReadError::new(path.display().to_string(), format!("is no zip file, so it has no member `{member}`"))
        .help("take out `member`")
}

fn damaged(path: &Path) -> ReadError {
    ReadError::new(path.display().to_string(), "is a zip file that is damaged").help("copy it again, or unpack it")
}

/// Unpacked bytes, within bounds, with errors that say what to do.
struct Unpacked<R> {
    input: R,
    given: u64,
    most: u64,
}

impl<R: Read> Unpacked<R> {
    /// `packed` is the size of what is unpacked.
    fn new(input: R, packed: u64) -> Self {
        Self { input, given: 0, most: MOST.max(packed.saturating_mul(RATIO)) }
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer).map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => io::Error::new(error.kind(), "it is packed, and ends too soon; copy it again"),
            ErrorKind::Interrupted => error,
            ErrorKind::InvalidData | ErrorKind::InvalidInput | ErrorKind::Other => {
                io::Error::new(ErrorKind::InvalidData, "it is packed, and damaged; copy it again")
            }
            _ => error,
        })?;
        self.given += read as u64;
        if self.given > self.most {
            let what =
                format!("it unpacks to more than {RATIO} times its size; unpack it yourself if it is to be trusted");
            return Err(io::Error::new(ErrorKind::InvalidData, what));
        }
        Ok(read)
    }
}

/// A member of a zip, whose sum is compared at its end.
struct Checked<R> {
    input: CrcReader<R>,
    sum: u32,
}

impl<R: Read> Checked<R> {
    fn new(input: R, sum: u32) -> Self {
        Self { input: CrcReader::new(input), sum }
    }
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        if read == 0 && !buffer.is_empty() && self.input.crc().sum() != self.sum {
            return Err(ErrorKind::InvalidData.into());
        }
        Ok(read)
    }
}

#[cfg(test)]
mod alike;
#[cfg(test)]
mod tests;
