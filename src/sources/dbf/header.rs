//! The head of a table file: which program wrote it, its columns, its records.
//!
//! Reads bytes into a [`Header`] that is consistent: every column lies inside
//! the record. It opens nothing and reads no record.

use crate::sources::encoding::Encoding;

/// The families of table files, as far as they are laid out differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// dBASE II: a head of 8 bytes, columns of 16, records from byte 521.
    Two,
    /// dBASE III to 5, FoxBASE, FoxPro 2, Clipper: columns of 32 bytes.
    Classic,
    /// The same with column flags, hidden columns and binary types.
    VisualFoxPro,
    /// dBASE 7: a head of 68 bytes, columns of 48.
    Seven,
}

/// A table as its head describes it.
#[derive(Debug, Clone)]
pub(super) struct Header {
    pub dialect: Dialect,
    /// Records by the head's own count, deleted ones included.
    pub records: u64,
    /// Where the first record begins, in bytes.
    pub start: u64,
    /// Bytes of a record with its deletion mark; at least 2.
    pub record_len: usize,
    /// The columns that people see; hidden ones left out.
    pub columns: Vec<Column>,
    /// The hidden column of null and length bits: offset and bytes.
    pub flags: Option<(usize, usize)>,
    pub encoding: Encoding,
    /// Whether the program kept memos in FoxPro's format.
    pub foxpro: bool,
    /// Whether the program ended memos with a mark (dBASE III, Clipper).
    pub marked: bool,
}

/// A column and where it lies in the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub name: String,
    /// The type's letter.
    pub kind: u8,
    /// From the start of the record, whose byte 0 is the deletion mark.
    pub offset: usize,
    pub len: usize,
    /// Digits behind the point, of a number.
    pub decimals: usize,
    /// Not to be translated by a code page (Visual FoxPro).
    pub binary: bool,
    /// The bit of `flags` that says "null".
    pub null_bit: Option<usize>,
    /// The bit of `flags` that says "the last byte is the length".
    pub length_bit: Option<usize>,
}

/// Why a head cannot be used: what is wrong, and what to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadHeader {
    pub what: String,
    pub help: &'static str,
}

fn bad(what: impl Into<String>) -> BadHeader {
    BadHeader { what: what.into(), help: "the file is damaged or is no table; export it again from its own program" }
}

/// The most bytes that a head can take: its length is written in 16 bits.
pub(super) const MOST: usize = 65_535;
/// The length of a dBASE II head, which has room for 32 columns.
const TWO_LEN: usize = 521;

/// Reads a head from the file's first bytes (up to [`MOST`]).
pub(super) fn parse(bytes: &[u8], encoding: Option<Encoding>) -> Result<Header, BadHeader> {
    let Some(&version) = bytes.first() else {
        return Err(bad("is empty"));
    };
    match version {
        0x02 => two(bytes, encoding.unwrap_or(Encoding::CP437)),
        0x30..=0x32 => long(bytes, Dialect::VisualFoxPro, encoding),
        0x03 | 0x05 | 0x43 | 0x63 | 0x7B | 0x83 | 0x87 | 0x8B | 0x8E | 0xCB | 0xE5 | 0xF5 | 0xFB => {
            long(bytes, Dialect::Classic, encoding)
        }
        // dBASE 7, but some programs wrote dBASE IV tables under this number.
        0x04 | 0x8C => long(bytes, Dialect::Seven, encoding).or_else(|seven| {
            let classic = long(bytes, Dialect::Classic, encoding);
            classic.map_err(|_| seven)
        }),
        other => Err(bad(format!("is not a dBASE or FoxPro table: it begins with byte 0x{other:02X}"))),
    }
}

fn two(bytes: &[u8], encoding: Encoding) -> Result<Header, BadHeader> {
    let records = u64::from(u16_at(bytes, 1)?);
    let record_len = usize::from(u16_at(bytes, 6)?);
    let mut raw = Vec::new();
    for index in 0..32 {
        let at = 8 + index * 16;
        let Some(field) = bytes.get(at..at + 16) else {
            return Err(bad("ends in the middle of its column list"));
        };
        if field[0] == 0x0D {
            break;
        }
        raw.push(Raw {
            name: &field[..11],
            kind: field[11],
            len: usize::from(field[12]),
            decimals: usize::from(field[15]),
            flags: 0,
        });
    }
    let (columns, flags) = place(&raw, record_len, Dialect::Two, encoding)?;
    let dialect = Dialect::Two;
    let start = TWO_LEN as u64;
    Ok(Header { dialect, records, start, record_len, columns, flags, encoding, foxpro: false, marked: true })
}

/// A column as it stands in the head.
struct Raw<'a> {
    name: &'a [u8],
    kind: u8,
    len: usize,
    decimals: usize,
    flags: u8,
}

fn long(bytes: &[u8], dialect: Dialect, encoding: Option<Encoding>) -> Result<Header, BadHeader> {
    let version = bytes.first().copied().unwrap_or_default();
    let records = u64::from(u32_at(bytes, 4)?);
    let start = usize::from(u16_at(bytes, 8)?);
    let record_len = usize::from(u16_at(bytes, 10)?);
    if bytes.get(15) == Some(&1) && matches!(version, 0x04 | 0x43 | 0x63 | 0x7B | 0x8B | 0x8C | 0xCB) {
        return Err(BadHeader {
            what: "is encrypted".into(),
            help: "open it in dBASE with its password and export it without protection",
        });
    }
    let encoding = match encoding {
        Some(chosen) => chosen,
        None => by_language(bytes.get(29).copied().unwrap_or(0), dialect)?,
    };
    let (first, size) = if dialect == Dialect::Seven { (68, 48) } else { (32, 32) };
    let mut raw = Vec::new();
    let mut at = first;
    // Some writers leave out the mark at the list's end.
    while at + size <= start && bytes.get(at).is_some_and(|&byte| byte != 0x0D) {
        let Some(field) = bytes.get(at..at + size) else {
            return Err(bad("ends in the middle of its column list"));
        };
        raw.push(raw_column(field, dialect));
        at += size;
    }
    let (columns, flags) = place(&raw, record_len, dialect, encoding)?;
    let foxpro = dialect == Dialect::VisualFoxPro || version == 0xF5;
    let marked = matches!(version, 0x03 | 0x83 | 0x87);
    Ok(Header { dialect, records, start: start as u64, record_len, columns, flags, encoding, foxpro, marked })
}

/// `field` has 48 bytes in dBASE 7 and 32 otherwise.
fn raw_column(field: &[u8], dialect: Dialect) -> Raw<'_> {
    let (name, rest) = field.split_at(if dialect == Dialect::Seven { 32 } else { 11 });
    let (len_at, flags_at) = if dialect == Dialect::Seven { (1, usize::MAX) } else { (5, 7) };
    let byte = |at: usize| rest.get(at).copied().unwrap_or(0);
    let flags = if dialect == Dialect::VisualFoxPro { byte(flags_at) } else { 0 };
    Raw { name, kind: byte(0), len: usize::from(byte(len_at)), decimals: usize::from(byte(len_at + 1)), flags }
}

type Placed = (Vec<Column>, Option<(usize, usize)>);

/// Lays the columns into the record. Character columns longer than 255 keep
/// the high byte of their length in the place of the decimals, but old
/// programs left rubbish there: the length that fits the record is meant.
fn place(raw: &[Raw], record_len: usize, dialect: Dialect, encoding: Encoding) -> Result<Placed, BadHeader> {
    if raw.is_empty() {
        return Err(bad("has no columns"));
    }
    let wide = |column: &Raw| column.len + if column.kind == b'C' { column.decimals * 256 } else { 0 };
    let narrow_sum: usize = 1 + raw.iter().map(|column| column.len).sum::<usize>();
    let wide_sum: usize = 1 + raw.iter().map(wide).sum::<usize>();
    let is_wide = narrow_sum != record_len && wide_sum == record_len;
    if narrow_sum < 2 {
        return Err(bad("has no columns"));
    }
    if narrow_sum > record_len {
        return Err(bad(format!("has records of {record_len} bytes, but its columns take {narrow_sum}")));
    }
    // A record that is far longer than its columns was laid out by other rules.
    if !is_wide && dialect == Dialect::Seven && narrow_sum != record_len {
        return Err(bad(format!("has records of {record_len} bytes, but its columns take {narrow_sum}")));
    }
    let mut columns = Vec::new();
    let mut flags = None;
    let mut offset = 1;
    let mut bit = 0;
    for column in raw {
        let len = if is_wide { wide(column) } else { column.len };
        let hidden = dialect == Dialect::VisualFoxPro && (column.flags & 0x01 != 0 || column.kind == b'0');
        if hidden {
            if column.kind == b'0' {
                flags = Some((offset, len));
            }
        } else {
            let varies = dialect == Dialect::VisualFoxPro && matches!(column.kind, b'V' | b'Q');
            let mut take = |wanted: bool| {
                let taken = bit;
                bit += usize::from(wanted);
                wanted.then_some(taken)
            };
            let length_bit = take(varies);
            let null_bit = take(column.flags & 0x02 != 0);
            let name = name(column.name, encoding);
            let binary = column.flags & 0x04 != 0;
            let kind = column.kind.to_ascii_uppercase();
            let decimals = column.decimals;
            columns.push(Column { name, kind, offset, len, decimals, binary, null_bit, length_bit });
        }
        offset += len;
    }
    if columns.is_empty() {
        return Err(bad("has no columns"));
    }
    Ok((columns, flags))
}

impl Column {
    /// The type in the words of dBASE; none for a letter that is not known.
    pub fn declared(&self, dialect: Dialect) -> Option<String> {
        let word = match (self.kind, self.len) {
            (b'C', len) => return Some(format!("character({len})")),
            (b'V', len) => return Some(format!("varchar({len})")),
            (b'Q', len) => return Some(format!("varbinary({len})")),
            (b'N' | b'F', len) => return Some(format!("numeric({len},{})", self.decimals)),
            (b'D', _) => "date",
            (b'T' | b'@' | b'7', _) => "datetime",
            (b'L', _) => "logical",
            (b'M', _) => "memo",
            (b'I', _) => "integer",
            (b'+', _) => "autoincrement",
            (b'O', _) => "double",
            (b'B', 8) if dialect != Dialect::Seven => "double",
            (b'Y', _) => "currency",
            (b'G', _) => "general",
            (b'P', _) => "picture",
            (b'B' | b'W', _) => "blob",
            _ => return None,
        };
        Some(word.to_string())
    }
}

fn name(bytes: &[u8], encoding: Encoding) -> String {
    let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    let mut text = String::new();
    encoding.decode_into(&bytes[..end], &mut text);
    text.trim().to_string()
}

/// The code page that the language driver byte names.
fn by_language(byte: u8, dialect: Dialect) -> Result<Encoding, BadHeader> {
    let label = match byte {
        // Windows programs wrote Visual FoxPro tables, DOS programs the rest.
        0x00 if dialect == Dialect::VisualFoxPro => "windows-1252",
        0x00 => "cp437",
        0x01 | 0x09 | 0x0B | 0x0D | 0x0F | 0x11 | 0x15 | 0x18 | 0x19 | 0x1B => "cp437",
        0x02 | 0x0A | 0x0E | 0x10 | 0x12 | 0x14 | 0x16 | 0x1A | 0x1D | 0x25 | 0x37 => "cp850",
        0x03 | 0x57 | 0x58 | 0x59 => "windows-1252",
        0x04 => "macintosh",
        0x08 | 0x17 | 0x66 => "cp865",
        0x13 | 0x7B => "cp932",
        0x1C | 0x6C => "cp863",
        0x1F | 0x22 | 0x23 | 0x40 | 0x64 | 0x87 => "cp852",
        0x24 => "cp860",
        0x26 | 0x65 => "cp866",
        0x4D | 0x7A => "cp936",
        0x4E | 0x79 => "cp949",
        0x4F | 0x78 => "cp950",
        0x50 | 0x7C => "cp874",
        0x67 => "cp861",
        0x6A | 0x86 => "cp737",
        0x6B | 0x88 => "cp857",
        0x7D => "windows-1255",
        0x7E => "windows-1256",
        0x7F => "windows-1252",
        0x96 => "x-mac-cyrillic",
        0xC8 => "windows-1250",
        0xC9 => "windows-1251",
        0xCA => "windows-1254",
        0xCB => "windows-1253",
        0xCC => "windows-1257",
        0xF0 => "utf-8",
        _ => "",
    };
    Encoding::named(label).ok_or_else(|| BadHeader {
        what: format!("names code page 0x{byte:02X}, which is not known"),
        help: "say which one is meant with `encoding`, such as `encoding = \"cp850\"`",
    })
}

fn u16_at(bytes: &[u8], at: usize) -> Result<u16, BadHeader> {
    match bytes.get(at..at + 2) {
        Some(&[low, high]) => Ok(u16::from_le_bytes([low, high])),
        _ => Err(bad("ends in the middle of its head")),
    }
}

fn u32_at(bytes: &[u8], at: usize) -> Result<u32, BadHeader> {
    Ok(u32::from(u16_at(bytes, at)?) | u32::from(u16_at(bytes, at + 2)?) << 16)
}
