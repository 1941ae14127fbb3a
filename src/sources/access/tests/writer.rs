//! Writes a small Jet 4 database: as much of the format as a reader needs.

const PAGE: usize = 4096;
pub(super) const DELETED: u16 = 0xC000;
pub(super) const POINTER: u16 = 0x4000;
pub(super) const MOVED_HERE: u16 = 0x8000;

/// Types, as a definition names them.
pub(super) const LONG: u8 = 4;
pub(super) const DATE: u8 = 8;
pub(super) const TEXT: u8 = 10;
pub(super) const MEMO: u8 = 12;
const INT: u8 = 3;

/// A column: name and type; texts and memos are of varying length.
pub(super) type Column = (&'static str, u8);

/// A table that is to be written.
pub(super) struct Table {
    pub name: &'static str,
    pub columns: Vec<Column>,
    /// Rows as they lie on pages: the marks of each, and its bytes.
    pub pages: Vec<Vec<(u16, Vec<u8>)>>,
    /// Pages of long values, as rows.
    pub long: Vec<Vec<Vec<u8>>>,
    /// Records by its own count.
    pub counted: u32,
    /// The first column is the key.
    pub keyed: bool,
}

/// Where a table's first page of records and of long values stand in the file
/// that `database` writes, which has one table.
pub(super) const FIRST_PAGE: u32 = 7;

/// A database of one table.
pub(super) fn database(table: &Table) -> Vec<u8> {
    let records = u32::try_from(table.pages.len()).expect("few");
    let catalogue = [("Id", LONG), ("Name", TEXT), ("Type", INT), ("Flags", LONG)];
    let entry = |id: i32, name: &str, flags: i32| {
        let fixed = [&id.to_le_bytes()[..], &1_i16.to_le_bytes(), &flags.to_le_bytes()].concat();
        (0, row(4, &fixed, &[Some(utf_16(name))], 0b1111))
    };
    let entries = vec![entry(2, "MSysObjects", i32::MIN), entry(5, table.name, 0)];
    let owned: Vec<u32> = (FIRST_PAGE..FIRST_PAGE + records).collect();
    let maps = vec![(0, map(&[4])), (0, map(&owned))];
    let mut file = head();
    file.extend(vec![0; PAGE]);
    file.extend(definition(&catalogue, 2, 3 << 8, false));
    file.extend(data(b"\0\0\0\0", &maps));
    file.extend(data(&2_u32.to_le_bytes(), &entries));
    file.extend(definition(&table.columns, table.counted, (3 << 8) | 1, table.keyed));
    file.extend(vec![0; PAGE]);
    for rows in &table.pages {
        file.extend(data(&5_u32.to_le_bytes(), rows));
    }
    for rows in &table.long {
        let rows: Vec<_> = rows.iter().map(|row| (0, row.clone())).collect();
        file.extend(data(b"LVAL", &rows));
    }
    file
}

/// The head, of which a part is combined with a fixed sequence of bytes.
fn head() -> Vec<u8> {
    let mut head = b"\0\x01\0\0Standard Jet DB\0\x01\0\0\0".to_vec();
    head.extend(vec![0; PAGE - head.len()]);
    combine(&[0xC7, 0xDA, 0x39, 0x6B], &mut head[0x18..0x18 + 128]);
    head
}

/// Encodes a database as Access does when asked to: each page with a key of its own.
pub(super) fn encoded(mut file: Vec<u8>, key: u32) -> Vec<u8> {
    for (byte, key) in file[0x3E..0x42].iter_mut().zip(key.to_le_bytes()) {
        *byte ^= key;
    }
    for (number, page) in (0_u32..).zip(file.chunks_mut(PAGE)).skip(1) {
        combine(&(key ^ number).to_le_bytes(), page);
    }
    file
}

fn combine(key: &[u8; 4], bytes: &mut [u8]) {
    let mut state: Vec<u8> = (0..=255).collect();
    let mut j = 0_usize;
    for i in 0..256 {
        j = (j + usize::from(state[i]) + usize::from(key[i % 4])) % 256;
        state.swap(i, j);
    }
    let (mut i, mut j) = (0, 0);
    for byte in bytes {
        i = (i + 1) % 256;
        j = (j + usize::from(state[i])) % 256;
        state.swap(i, j);
        *byte ^= state[(usize::from(state[i]) + usize::from(state[j])) % 256];
    }
}

/// A list of pages, as bits from page 0 on.
fn map(pages: &[u32]) -> Vec<u8> {
    let most = pages.iter().max().copied().unwrap_or(0) as usize;
    let mut bits = vec![0_u8; 5 + most / 8 + 1];
    for page in pages {
        bits[5 + *page as usize / 8] |= 1 << (page % 8);
    }
    bits
}

/// A page of rows, which lie from its end to its start.
fn data(owner: &[u8; 4], rows: &[(u16, Vec<u8>)]) -> Vec<u8> {
    let mut page = vec![0; PAGE];
    page[..2].copy_from_slice(&[1, 1]);
    page[4..8].copy_from_slice(owner);
    page[12..14].copy_from_slice(&u16::try_from(rows.len()).expect("few").to_le_bytes());
    let mut end = PAGE;
    for (index, (mark, bytes)) in rows.iter().enumerate() {
        let start = end - bytes.len();
        page[start..end].copy_from_slice(bytes);
        let entry = u16::try_from(start).expect("inside") | mark;
        page[14 + 2 * index..16 + 2 * index].copy_from_slice(&entry.to_le_bytes());
        end = start;
    }
    assert!(14 + 2 * rows.len() <= end, "the page is full");
    page
}

/// The definition of a table whose pages stand in the map at `owned`.
fn definition(columns: &[Column], counted: u32, owned: u32, keyed: bool) -> Vec<u8> {
    let number = |count: usize| u16::try_from(count).expect("few").to_le_bytes();
    let mut page = vec![0; 63];
    page[0] = 2;
    page[16..20].copy_from_slice(&counted.to_le_bytes());
    let varying = columns.iter().filter(|(_, kind)| fixed_len(*kind).is_none()).count();
    page[43..45].copy_from_slice(&number(varying));
    page[45..47].copy_from_slice(&number(columns.len()));
    page[47] = u8::from(keyed);
    page[51] = u8::from(keyed);
    page[55..59].copy_from_slice(&owned.to_le_bytes());
    page.extend(vec![0; if keyed { 12 } else { 0 }]);
    let (mut offset, mut place) = (0_usize, 0_usize);
    for (index, (_, kind)) in columns.iter().enumerate() {
        let mut entry = [0_u8; 25];
        entry[0] = *kind;
        entry[5..7].copy_from_slice(&number(index));
        entry[9..11].copy_from_slice(&number(index));
        match fixed_len(*kind) {
            Some(len) => {
                entry[15] = 3;
                entry[21..23].copy_from_slice(&number(offset));
                entry[23..25].copy_from_slice(&number(len));
                offset += len;
            }
            None => {
                entry[15] = 2;
                entry[7..9].copy_from_slice(&number(place));
                entry[23..25].copy_from_slice(&number(510));
                place += 1;
            }
        }
        page.extend(entry);
    }
    let name = |name: &str| [&number(name.len() * 2)[..], &utf_16(name)].concat();
    for (column, _) in columns {
        page.extend(name(column));
    }
    if keyed {
        let mut slots = vec![0; 4];
        slots.extend([0, 0, 1]);
        slots.extend([0xFF, 0xFF, 0].repeat(9));
        slots.resize(52, 0);
        page.extend(slots);
        let mut index = [0; 28];
        index[23] = 1;
        page.extend(index);
        page.extend(name("PrimaryKey"));
    }
    page.resize(PAGE, 0);
    page
}

fn fixed_len(kind: u8) -> Option<usize> {
    match kind {
        LONG => Some(4),
        DATE => Some(8),
        INT => Some(2),
        _ => None,
    }
}

/// A record: fields of fixed length, then those of varying length, none of which
/// stands for null, and the bits of the columns that have a value.
pub(super) fn row(columns: u16, fixed: &[u8], varying: &[Option<Vec<u8>>], set: u8) -> Vec<u8> {
    let mut bytes = columns.to_le_bytes().to_vec();
    bytes.extend(fixed);
    let mut starts = Vec::new();
    for field in varying {
        starts.push(bytes.len());
        bytes.extend(field.iter().flatten());
    }
    starts.push(bytes.len());
    for start in starts.iter().rev() {
        bytes.extend(u16::try_from(*start).expect("short").to_le_bytes());
    }
    bytes.extend(u16::try_from(varying.len()).expect("few").to_le_bytes());
    bytes.push(set);
    bytes
}

pub(super) fn utf_16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// A pointer to a row of a page.
pub(super) fn pointer(page: u32, row: u32) -> [u8; 4] {
    ((page << 8) | row).to_le_bytes()
}

/// The head of a long value: its length and where it is.
pub(super) fn long(len: usize, flags: u32, at: [u8; 4]) -> Vec<u8> {
    let word = u32::try_from(len).expect("short") | flags;
    [&word.to_le_bytes()[..], &at, &[0; 4]].concat()
}
