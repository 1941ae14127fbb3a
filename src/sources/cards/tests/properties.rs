//! Whatever stands in a file, no reader panics, and no entry is lost in silence.

use std::sync::Arc;

use proptest::prelude::*;

use crate::sources::cards::{Book, CardsOptions, Preset};
use crate::sources::entries::trial;

const PRESETS: [Preset; 8] = [
    Preset::Tagged,
    Preset::Abook,
    Preset::Bbdb,
    Preset::Pine,
    Preset::Elm,
    Preset::Mutt,
    Preset::Mork,
    Preset::Evolution,
];

fn any_preset() -> impl Strategy<Value = Preset> {
    prop::sample::select(PRESETS.to_vec())
}

fn count(preset: Preset, bytes: &[u8]) -> Option<usize> {
    let reader = Arc::new(Book { preset, options: CardsOptions::default() });
    trial::read_bytes("a.txt", bytes, reader).ok().map(|records| records.len())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn never_panics_on_anything(preset in any_preset(), bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = count(preset, &bytes);
    }

    #[test]
    fn never_panics_on_pieces(
        preset in any_preset(),
        pieces in prop::collection::vec(prop::sample::select(vec![
            "Name: Ann\n", "Tel:", " indented\n", "\n", "\r", "[0]\n", "key=value\n", "[\"A\" nil", "(\"b\" . c)", "]",
            "\\", "\"", "é", "alias a b <c>\n", "alias -group", "a\tb\t(c,d)\te\n", "   folded\n", "a = b = c, d\n",
            "// <!-- <mdb:mork:z", "<(80=x)>", "<<(a=c)>(81=y)>", "{1:^81", "[1:^81(^81^80)(^81=v)]", "}", "@$${1{@",
            "@$$}1}@", "@$$}~1}@", "-", "$4", "VERSION=3\n", "HEADER=END\n", " 4142\n", "DATA=END\n", "=?utf-8?Q?=C3?=",
        ]), 0..30),
    ) {
        let text = pieces.concat();
        let _ = count(preset, text.as_bytes());
        let _ = count(Preset::Mork, format!("// <!-- <mdb:mork:z\n{text}").as_bytes());
        let _ = count(Preset::Evolution, format!("VERSION=3\nHEADER=END\n{text}").as_bytes());
    }

    #[test]
    fn each_record_of_bbdb_counts(
        broken in prop::collection::vec(any::<bool>(), 1..8),
    ) {
        let line = |cut: &bool| if *cut { "[\"A\" (\"b\n" } else { "[\"A\" \"B\" nil nil nil nil nil nil nil nil]\n" };
        let text: String = broken.iter().map(line).collect();
        prop_assert_eq!(count(Preset::Bbdb, text.as_bytes()), Some(broken.len()));
    }
}
