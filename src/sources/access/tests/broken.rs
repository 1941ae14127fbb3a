//! Real databases with bytes changed or cut off: an answer, and never a panic.

use std::fs;
use std::path::Path;

use proptest::prelude::{ProptestConfig, any};
use proptest::strategy::{Just, Strategy};
use proptest::{prop_oneof, proptest};

use super::{data, options};
use crate::sources::kind::{Opener, Place};

const VICTIMS: [&str; 7] = [
    "V1997/overflowV1997.mdb",
    "V1997/delColV1997.mdb",
    "V1997/common1V1997.mdb",
    "V2000/common2V2000.mdb",
    "V2000/overflowV2000.mdb",
    "V2007/complexDataV2007.accdb",
    "V2007/unsupportedFieldsV2007.accdb",
];

/// Reads all that can be read of every table.
fn read_all(path: &Path) -> usize {
    let place = Place::Files(vec![path.to_path_buf()]);
    let Ok(tables) = options(None).tables(&place) else { return 0 };
    let mut rows = 0;
    for table in tables.iter().map(|table| Some(table.name.as_str())).chain([None, Some("MSysObjects")]) {
        let Ok(source) = options(table).open(&place) else { continue };
        let _ = (source.declared(), source.declared_key(), source.relations());
        let Ok(batches) = source.open(100) else { continue };
        rows += batches.map_while(Result::ok).map(|batch| batch.num_rows()).sum::<usize>();
    }
    rows
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]
    #[test]
    fn never_panics(
        victim in 0..VICTIMS.len(),
        // Near the start of a page, where its head and the list of its rows are, or anywhere.
        changes in proptest::collection::vec(
            (any::<u16>(), prop_oneof![0..96_usize, 0..4096_usize], prop_oneof![Just(0), Just(0xFF), any::<u8>()]),
            1..40,
        ),
        cut in prop_oneof![3 => Just(None), 1 => any::<u32>().prop_map(Some)],
    ) {
        let Some(data) = data() else { return Ok(()) };
        let name = VICTIMS[victim];
        let mut bytes = fs::read(data.join("jackcess").join(name)).expect("reads");
        let size = if name.starts_with("V1997") { 2048 } else { 4096 };
        let pages = bytes.len() / size;
        for (page, at, value) in changes {
            bytes[usize::from(page) % pages * size + at % size] = value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut as usize % bytes.len());
        }
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("broken.mdb");
        fs::write(&path, bytes).expect("writes");
        read_all(&path);
    }
}

proptest! {
    #[test]
    fn any_bytes_are_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..9000), version in 0..7_u8) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("any.mdb");
        let mut file = b"\0\x01\0\0Standard Jet DB\0".to_vec();
        file.push(version);
        file.extend(bytes);
        fs::write(&path, file).expect("writes");
        read_all(&path);
    }
}
