//! Values that may be longer than a page: memos and OLE objects.

use std::collections::HashSet;

use super::jet::Jet;
use super::scan::{bytes, split, u32_at};
use crate::sources::ReadError;

/// Bytes of one value at most; in hex an object takes twice as many.
pub(super) const MOST: usize = 64 << 20;

const HERE: u32 = 0x8000_0000;
const ON_ONE_PAGE: u32 = 0x4000_0000;
/// Before a value that stands in the record itself.
const HEAD: usize = 12;

/// Why a long value is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lost {
    Damaged,
    TooLarge,
}

/// The bytes of the value that `field` holds or points to.
pub(super) fn read(jet: &mut Jet, field: &[u8]) -> Result<Result<Vec<u8>, Lost>, ReadError> {
    let Some(word) = u32_at(field, 0) else { return Ok(Err(Lost::Damaged)) };
    let len = (word & !(HERE | ON_ONE_PAGE)) as usize;
    if word & HERE != 0 {
        return Ok(field.get(HEAD..HEAD + len).map(<[u8]>::to_vec).ok_or(Lost::Damaged));
    }
    if len > MOST {
        return Ok(Err(Lost::TooLarge));
    }
    let Some(pointer) = u32_at(field, 4) else { return Ok(Err(Lost::Damaged)) };
    if word & ON_ONE_PAGE != 0 {
        let whole = part(jet, pointer)?.and_then(|found| found.get(..len).map(<[u8]>::to_vec));
        return Ok(whole.ok_or(Lost::Damaged));
    }
    chain(jet, pointer, len)
}

/// Parts on several pages, each with a pointer to the next before it.
fn chain(jet: &mut Jet, first: u32, len: usize) -> Result<Result<Vec<u8>, Lost>, ReadError> {
    let mut value = Vec::new();
    let mut seen = HashSet::new();
    let mut pointer = first;
    while value.len() < len {
        if pointer == 0 || !seen.insert(pointer) {
            return Ok(Err(Lost::Damaged));
        }
        let Some(found) = part(jet, pointer)? else { return Ok(Err(Lost::Damaged)) };
        let Some((next, more)) = u32_at(&found, 0).zip(found.get(4..)) else { return Ok(Err(Lost::Damaged)) };
        value.extend_from_slice(more);
        pointer = next;
    }
    value.truncate(len);
    Ok(Ok(value))
}

fn part(jet: &mut Jet, pointer: u32) -> Result<Option<Vec<u8>>, ReadError> {
    let (number, row) = split(pointer);
    if !jet.has(number) {
        return Ok(None);
    }
    let page = jet.page(number)?;
    // Pages of long values say so where others name their table.
    let is_long = page.first() == Some(&1) && page.get(4..8) == Some(b"LVAL");
    Ok(bytes(&page, jet, row).filter(|_| is_long).map(<[u8]>::to_vec))
}
