//! SHA-256 of files and texts, as the manifests show them.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

/// Bytes of a file at a time.
const BUFFER: usize = 1 << 18;

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// SHA-256 of a file as hexadecimal digits, and its size in bytes.
pub fn file(path: &Path) -> io::Result<(String, u64)> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0_u8; BUFFER];
    let mut bytes = 0;
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok((hex(&hasher.finalize()), bytes));
        }
        hasher.update(&buffer[..read]);
        bytes += read as u64;
    }
}

/// A short hash of a row of cells, 16 hexadecimal digits: enough to tell a row that
/// somebody has changed from one that nobody has.
pub fn cells<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let parts = parts(cells.into_iter().map(str::as_bytes));
    parts.get(..16).unwrap_or_default().to_string()
}

/// SHA-256 over several parts, each with its length, as hexadecimal digits.
pub fn parts<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hex(&hasher.finalize())
}
