use super::super::{CsvOptions, Delimiter, Escape, Header, Quote};
use super::{Folder, decode, read, read_with, source};
use crate::sources::Source;
use crate::sources::encoding::Encoding;

/// What is detected of a file.
fn detected(bytes: impl AsRef<[u8]>) -> String {
    let (_folder, paths) = Folder::of(&[("f", bytes.as_ref())]);
    let source = source(&paths, &CsvOptions::default()).expect("opens");
    source.detected().iter().map(ToString::to_string).collect()
}

fn utf_16(text: &str, little: bool) -> Vec<u8> {
    text.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

#[test]
fn delimiters_and_quotes_are_detected() {
    let usual = |delimiter| format!("utf-8, delimiter {delimiter}, quote `\"`, headings in row 1");
    assert_eq!(detected("a,b\n1,2\n"), usual("`,`"));
    assert_eq!(detected("a;b\n1,5;2,5\n"), usual("`;`"));
    assert_eq!(detected("a\tb\nx, y\tz\nu, v\tw"), usual("tab"));
    assert_eq!(detected("a|b|c\n1|2|3\n"), usual("`|`"));
    assert_eq!(detected("name;city\n\"Lee, Ann, Dr\";\"a;b\"\n\"Ray, Bob, Dr\";Rome\n"), usual("`;`"));
    assert_eq!(detected("alone\n1\n2\n"), usual("`,`"));
    assert_eq!(detected("company\nAcme, Inc\nApex\nVertex\n"), usual("`;`"));
    assert_eq!(detected("\n\na,b\n1,2\n"), "utf-8, delimiter `,`, quote `\"`, headings in row 3");
    assert_eq!(detected("a,b\n'1,5','2'\n'3,5','4'\n"), "utf-8, delimiter `,`, quote `'`, headings in row 1");
    assert_eq!(
        detected("a,b\n1,\"say \\\"hi\\\", x\"\n"),
        "utf-8, delimiter `,`, quote `\"`, escape backslash, headings in row 1"
    );
}

#[test]
fn what_is_detected_can_be_written_as_toml() {
    let settings = |bytes: &str| {
        let (_folder, paths) = Folder::of(&[("f", bytes.as_bytes())]);
        let found = Source::settings(&source(&paths, &CsvOptions::default()).expect("opens"));
        let text: Vec<String> = found.iter().map(|(key, value)| format!("{key} = {value}")).collect();
        let table: toml::Table = text.join("\n").parse().expect("TOML");
        (text.join(", "), table["delimiter"].as_str().map(str::to_string))
    };
    let (text, delimiter) = settings("id\u{1f}name\n1\u{1f}Ann\n2\u{1f}Bo\n3\u{1f}Cy\n");
    assert_eq!(text, r#"encoding = "utf-8", delimiter = "\u001F", quote = "\"", header = 1"#);
    assert_eq!(delimiter.as_deref(), Some("\u{1f}"));
    assert_eq!(settings("a\tb\nx, y\tz\nu, v\tw").1.as_deref(), Some("\t"));
}

#[test]
fn a_first_line_may_declare_the_delimiter() {
    assert_eq!(read("sep=|\r\na|b,c\r\n1|2,3\r\n"), ["a | b,c", "f:3 | - | 1 | 2,3"]);
    assert_eq!(read("\"SEP=;\"\na;b\n1;2\n"), ["a | b", "f:3 | - | 1 | 2"]);
}

#[test]
fn lines_may_end_as_on_the_macintosh() {
    assert_eq!(
        read("a,b\r1,\"x\ny\"\r2,\"z\rz\"\r\r3,w"),
        ["a | b", "f:2 | - | 1 | x\ny", "f:3 | - | 2 | z\rz", "f:6 | - | 3 | w"]
    );
    assert_eq!(read("a,b\n1,x\ry\n2,z\n"), ["a | b", "f:2 | - | 1 | x\ry", "f:3 | - | 2 | z"]);
}

#[test]
fn encodings_are_detected() {
    let text = "a,b\n1,Zoë\n2,東京\n";
    let rows = ["a | b", "f:2 | - | 1 | Zoë", "f:3 | - | 2 | 東京"];
    assert_eq!(read(text), rows);
    assert_eq!(read(format!("\u{feff}{text}")), rows);
    for little in [true, false] {
        assert_eq!(read(utf_16(&format!("\u{feff}{text}"), little)), rows);
        assert_eq!(read(utf_16(text, little)), rows);
    }
    assert_eq!(read(b"a,b\n1,Zo\xeb \x80\n"), ["a | b", "f:2 | - | 1 | Zoë €"]);
    assert_eq!(
        read(b"a,b\n1,M\x81ller\n2,\xe9\n"),
        ["a | b", "f:2 | csv.encoding | 1 | M\u{fffd}ller", "f:3 | - | 2 | é"]
    );
    let (japanese, _, _) = encoding_rs::SHIFT_JIS.encode("名前,住所\n山田太郎,東京都千代田区\n鈴木花子,大阪府大阪市\n");
    assert_eq!(read(&japanese)[0], "名前 | 住所");
}

#[test]
fn a_long_beginning_in_ascii_does_not_hide_the_encoding() {
    let mut file = b"a,b\n".to_vec();
    file.extend(b"1,x\n".repeat(200_000));
    file.extend(b"2,Zo\xeb\n");
    let rows = read(&file);
    assert_eq!(rows.last().map(String::as_str), Some("f:200002 | - | 2 | Zoë"));
}

#[test]
fn what_is_declared_is_not_detected() {
    let options = CsvOptions {
        encoding: Encoding::named("IBM 850"),
        delimiter: Some(Delimiter(",".into())),
        quote: Some(Quote(None)),
        escape: Some(Escape::Backslash),
        header: Some(Header(Some((1, 1)))),
        ..CsvOptions::default()
    };
    assert_eq!(
        read_with(b"a;x,b\n\"M\x81ller,1\\,5\\\\ \\n\n", &options),
        ["a;x | b", "f:2 | - | \"Müller | 1,5\\ \\n"]
    );
    let marked = CsvOptions { encoding: Encoding::named("cp850"), ..CsvOptions::default() };
    assert_eq!(read_with("\u{feff}é,b\n".as_bytes(), &marked), ["é | b"]);
    let same = CsvOptions {
        delimiter: Some(Delimiter("\"".into())),
        quote: Some(Quote(Some(('"', '"')))),
        ..CsvOptions::default()
    };
    assert_eq!(
        read_with(b"a\"b\n", &same),
        ["f: its delimiter and its quote are the same (declare another `delimiter` or `quote`)"]
    );
}

#[test]
fn options_are_decoded() {
    let options =
        decode("encoding = 'Latin1'\ndelimiter = 'tab'\nquote = 'none'\nescape = 'backslash'\nskip_empty = true")
            .expect("is right");
    assert_eq!(options.encoding.map(Encoding::name), Some("windows-1252"));
    assert_eq!(options.delimiter, Some(Delimiter("\t".into())));
    assert_eq!(options.quote, Some(Quote(None)));
    assert_eq!(options.escape, Some(Escape::Backslash));
    assert!(options.skip_empty);
    assert_eq!(
        decode("encoding = 'windows-1225'\ndelimiter = ''\nquote = ''\nescape = 'slash'\nencodng = 'x'").err(),
        Some(vec![
            "config.unknown-word unknown encoding `windows-1225` (did you mean `windows-1252`?)".into(),
            "config.wrong-type expected one to sixteen characters, or `tab` \
             (for example `\";\"`, `\"tab\"` or `\"+|\"`; a line end always ends a record)"
                .into(),
            "config.wrong-type expected one character, two, or `none` \
             (for example `quote = \"'\"`, `quote = \"“”\"` or `quote = \"none\"`)"
                .into(),
            "config.unknown-word unknown word `slash` (one of `none`, `backslash`, `mysql`)".into(),
            "config.unknown-key unknown key `encodng` (did you mean `encoding`?)".into(),
        ])
    );
}
