//! What the files are known to hold, and what their names say is planted.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Record, data, files, open, options, read, records, tables};
use crate::record;
use crate::sources::Relation;
use crate::sources::kind::{Opener, Place};

/// Records of each table of each database, as mdbtools counts them too.
const COUNTS: &str = include_str!("counts.txt");

fn cells<'a>(record: &'a Record, names: &[&str]) -> Vec<&'a str> {
    names.iter().map(|name| record.get(*name).map_or("-", String::as_str)).collect()
}

fn column<'a>(records: &'a [Record], name: &str) -> Vec<&'a str> {
    records.iter().map(|record| record.get(name).map_or("-", String::as_str)).collect()
}

#[test]
fn every_table_has_the_records_that_it_counts() {
    let Some(data) = data() else { return };
    let mut counts = String::new();
    for file in files(&data) {
        for table in tables(&file) {
            let source = open(&file, Some(&table.name)).expect("opens");
            let records = records(source.as_ref()).expect("reads");
            assert_eq!(Some(records.len() as u64), table.rows, "{} {}", file.display(), table.name);
            assert!(records.iter().all(|record| !record.contains_key(record::FAULT)), "{}", table.name);
            let place = file.strip_prefix(&data).expect("below it").display();
            counts += &format!("{place} | {} | {}\n", table.name, records.len());
        }
    }
    assert_eq!(counts, COUNTS);
}

#[test]
fn northwind_is_whole() {
    let Some(data) = data() else { return };
    let file = data.join("mdbtestdata/nwind.mdb");
    let customers = read(&file, "Customers");
    assert_eq!(customers.len(), 91);
    let alfki = ["CustomerID", "CompanyName", "PostalCode", "Region", record::ROW];
    assert_eq!(cells(&customers[0], &alfki), ["ALFKI", "Alfreds Futterkiste", "12209", "-", "Customers:ALFKI"]);
    assert_eq!(column(&customers, "PostalCode").iter().filter(|code| code.starts_with('0')).count(), 18);
    let order = &read(&file, "Umsätze")[0];
    assert_eq!(cells(order, &["OrderID", "OrderDate", "Freight"]), ["10330", "1994-11-16", "12.7500"]);
    let details = open(&file, Some("order details")).expect("opens");
    assert_eq!(details.declared_key(), ["OrderID", "ProductID"]);
    assert_eq!(details.declared()[2], Some("currency".to_string()));
    let relation = |column: &str, table: &str| Relation {
        columns: vec![column.into()],
        table: table.into(),
        their_columns: vec![column.into()],
    };
    assert_eq!(details.relations(), [relation("OrderID", "Orders"), relation("ProductID", "Products")]);
    assert_eq!(details.detected()[0].1, "Jet3 (Access 97), texts in windows-1252");
    assert_eq!(records(details.as_ref()).expect("reads")[0][record::ROW], "Order Details:10248|11");
}

#[test]
fn dates_before_1899_are_days_of_one_calendar() {
    let Some(data) = data() else { return };
    let dates = read(&data.join("jackcess/V2007/oldDatesV2007.accdb"), "Table1");
    assert_eq!(column(&dates, "DateField"), ["1582-10-15", "1582-10-14", "1492-01-10", "1392-01-10"]);
}

#[test]
fn several_values_files_and_versions_are_json() {
    let Some(data) = data() else { return };
    let source = open(&data.join("jackcess/V2007/complexDataV2007.accdb"), None).expect("opens");
    let kinds: Vec<String> = source.declared().into_iter().flatten().collect();
    assert_eq!(kinds, ["text(255)", "version history", "memo", "memo", "multivalue", "attachment"]);
    let rows = records(source.as_ref()).expect("reads");
    assert_eq!(
        column(&rows, "multi-value-data"),
        ["-", r#"["value1","value4"]"#, r#"["value1","value2","value3","value4"]"#, "-"]
    );
    let one = r#"{"data":"dGhpcyBpcyBzb21lIG1vcmUgdGVzdCBkYXRhIGZvciBhdHRhY2htZW50Lg==","name":"test_data2.txt","type":"txt"}"#;
    assert_eq!(rows[3]["attach-data"], format!("[{one}]"));
    assert!(rows[1]["attach-data"].ends_with(&format!(",{one}]")));
    assert_eq!(
        rows[3]["VersionHistory_F5F8918F-0A3F-4DA9-AE71-184EE5012880"],
        r#"[{"modified":"2011-09-12T21:22:25.758","value":"row4-memo"}]"#
    );
}

#[test]
fn what_is_deleted_is_gone_and_what_was_moved_is_there() {
    let Some(data) = data() else { return };
    for (version, kind) in [("V1997", "mdb"), ("V2000", "mdb"), ("V2007", "accdb")] {
        let file = |name: &str| data.join(format!("jackcess/{version}/{name}{version}.{kind}"));
        let rows = read(&file("del"), "Table");
        assert_eq!((column(&rows, "a"), column(&rows, "b")), (vec!["z", "v"], vec!["y", "u"]));
        let source = open(&file("delCol"), None).expect("opens");
        let names: Vec<String> = source.schema().fields().iter().map(|field| field.name().clone()).collect();
        assert_eq!(names, ["id", "id2", "data", "data2"]);
        let rows = records(source.as_ref()).expect("reads");
        assert_eq!(cells(&rows[1], &["id", "id2", "data", "data2"]), ["3", "5", "bar", "bar2"]);
        let rows = read(&file("overflow"), "Table1");
        assert_eq!(column(&rows, "data1"), ["row1col1", "row2col1", "-", "row4col1", "-", "-", "row7col1"]);
        assert_eq!(column(&rows, "data3"), ["-", "row2col3", "row3col3", "row4col2", "row5col2", "row6col2", "-"]);
    }
}

#[test]
fn types_that_are_not_known_are_bytes_and_noted() {
    let Some(data) = data() else { return };
    let rows = read(&data.join("jackcess/V2007/unsupportedFieldsV2007.accdb"), "Test");
    assert_eq!(column(&rows, "UnknownFix"), ["0x37000000", "0xf3ffffff", "0x02000000"]);
    assert_eq!(column(&rows, "UnknownComplex"), [r#"["0xfffe62617a"]"#, r#"["0xfffe666f6f","0xfffe62617a"]"#, "-"]);
    assert_eq!(rows[2][record::NOTES], "access.unknown-type:UnknownFix");
}

#[test]
fn fixed_texts_and_numbers_are_without_filling() {
    let Some(data) = data() else { return };
    let users = read(&data.join("jackcess/V2000/fixedTextV2000.mdb"), "users");
    assert_eq!(column(&users, "c_user_login"), ["CORE USER", "admin"]);
    assert_eq!(column(&users, "d_stamp_"), ["2009-11-05T23:41:28", "2009-10-22T03:57:13"]);
    let numbers = read(&data.join("jackcess/V2000/fixedNumericV2000.mdb"), "test");
    assert_eq!(cells(&numbers[0], &["col2", "col5", "col6"]), ["1", "4", "-1"]);
}

fn refused(path: &Path, table: Option<&str>) -> (String, String) {
    let error = open(path, table).err().expect("refused");
    (error.what.clone(), error.help.unwrap_or_default())
}

#[test]
fn what_is_elsewhere_is_refused_with_its_place() {
    let Some(data) = data() else { return };
    let folder = data.join("jackcess/V2007");
    let (what, _) = refused(&folder.join("linkedV2007.accdb"), Some("Table2"));
    assert_eq!(what, "`Table2` is not in it: it is a link to table `Table1` of Z:\\jackcess_test\\linkeeTest.accdb");
    let (what, _) = refused(&folder.join("linkedOdbcV2007.accdb"), Some("Ordrar"));
    assert_eq!(
        what,
        "`Ordrar` is not in it: it is a link to table `dbo.Ordrar` of an ODBC database (DSN=Magnapinna, DATABASE=safexit)"
    );
    let (what, help) = refused(&folder.join("linkedV2007.accdb"), Some("Tabel1"));
    assert_eq!(what, "has no table `Tabel1`");
    assert_eq!(help, "did you mean `Table1`? its tables: `Table1`; linked from elsewhere: `Table2`");
    let (what, help) = refused(&data.join("jackcess/adox_jet4.mdb"), None);
    assert_eq!((what.as_str(), help.as_str()), ("holds no table", "it holds no tables"));
    let (what, help) = refused(&data.join("jackcess/V1997/indexV1997.mdb"), None);
    assert_eq!(
        (what.as_str(), help.as_str()),
        ("no table is named", "give `table`; its tables: `Table1`, `Table2`, `Table3`")
    );
}

#[test]
fn tables_of_the_system_are_read_when_named() {
    let Some(data) = data() else { return };
    let rows = read(&data.join("jackcess/V1997/indexV1997.mdb"), "MSysObjects");
    assert!(column(&rows, "Name").contains(&"Table1"));
}

/// A copy of a database with some bytes changed.
fn changed(file: &Path, change: impl FnOnce(&mut Vec<u8>)) -> (tempfile::TempDir, PathBuf) {
    let mut bytes = fs::read(file).expect("reads");
    change(&mut bytes);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("copy.mdb");
    fs::write(&path, bytes).expect("writes");
    (folder, path)
}

/// No file here has so long a memo, but one has such an object, which is kept in
/// the same way: in a copy, its column is made one of memos.
#[test]
fn a_memo_over_16_kilobytes_is_whole() {
    let Some(data) = data() else { return };
    let file = data.join("jackcess/V1997/common2V1997.mdb");
    let name = "RESERVED_BINARY_DATA";
    let object = read(&file, "MSP_PROJECTS")[0][name].clone();
    let bytes = fs::read(&file).expect("reads");
    let entries = (0..bytes.len()).filter(|at| bytes[*at] == 0x0B && at / 2048 > 2);
    let memo = entries.filter_map(|at| {
        let (_folder, path) = changed(&file, |bytes| bytes[at] = 0x0C);
        let source = open(&path, Some("MSP_PROJECTS")).ok()?;
        let place = source.schema().index_of(name).ok()?;
        (source.declared()[place].as_deref() == Some("memo")).then(|| records(source.as_ref()).expect("reads"))
    });
    let memo = memo.take(1).next().expect("its column")[0][name].clone();
    assert_eq!(object.len(), 2 + 2 * 22_970);
    assert_eq!(memo.chars().count(), 22_970);
}

#[test]
fn the_code_page_can_be_said() {
    let Some(data) = data() else { return };
    let file = data.join("mdbtestdata/nwind.mdb");
    let mut chosen = options(Some("Customers"));
    let page = crate::sources::encoding::Encoding::named("windows-1251").expect("known");
    chosen.encoding = page.ascii_based();
    let place = Place::Files(vec![file]);
    let names: Vec<String> = chosen.tables(&place).expect("lists").into_iter().map(|table| table.name).collect();
    assert_eq!(names.last().map(String::as_str), Some("Umsдtze"));
    let source = chosen.open(&place).expect("opens");
    let rows = records(source.as_ref()).expect("reads");
    assert_eq!(rows[4]["City"], "Luleе");
    assert_eq!(rows[4]["CompanyName"], "Berglunds snabbkцp");
}

#[test]
fn files_that_are_none_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.mdb");
    let with_version = |version: u8| {
        let mut head = b"\0\x01\0\0Standard Jet DB\0".to_vec();
        head.push(version);
        head.resize(4096, 0);
        head
    };
    for (bytes, what) in [
        (Vec::new(), "is not an Access database"),
        (b"name;city\r\n".repeat(500), "is not an Access database"),
        (vec![0; 5000], "is not an Access database"),
        (with_version(77), "is no Access database of a known version (byte 77)"),
        (with_version(1), "is damaged: it has no page 2"),
    ] {
        fs::write(&path, bytes).expect("writes");
        assert_eq!(refused(&path, None).0, what);
    }
}
