//! Dumps of real systems, against what is known to be in them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use arrow::array::{Array, AsArray};

use super::{of, open_at};
use crate::sources::kind::{Opener, Place};

/// A dump of the shared collection, if it is there.
fn shared(path: &str) -> Option<PathBuf> {
    let beside = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")).to_path_buf();
    let named = std::env::var_os("CUTOVER_SHARED_DATA").map(PathBuf::from);
    let found =
        named.into_iter().chain([beside]).map(|data| data.join("06_crm").join(path)).find(|path| path.is_file());
    if found.is_none() {
        println!("skipped: no shared data ({path})");
    }
    found
}

/// The records of a table, each a map of its cells; no record has a fault.
fn records(path: &Path, table: &str) -> Vec<BTreeMap<String, String>> {
    let source = open_at(path, &of(Some(table))).expect("opened");
    let mut records = Vec::new();
    for batch in source.open(1000).expect("opened") {
        let batch = batch.expect("read");
        assert_eq!(batch.column(1).null_count(), batch.num_rows(), "{table} has faults");
        assert_eq!(batch.column(2).null_count(), batch.num_rows(), "{table} has notes");
        for row in 0..batch.num_rows() {
            let mut record = BTreeMap::new();
            for (column, field) in batch.columns().iter().zip(batch.schema().fields()) {
                if !column.is_null(row) {
                    record.insert(field.name().clone(), column.as_string::<i32>().value(row).to_string());
                }
            }
            records.push(record);
        }
    }
    records
}

fn counts(path: &Path) -> BTreeMap<String, u64> {
    let tables = of(None).tables(&Place::Files(vec![path.to_path_buf()])).expect("listed");
    tables.into_iter().map(|entry| (entry.name, entry.rows.expect("counted"))).collect()
}

/// Records whose first and last name another one before them has.
fn repeated(records: &[BTreeMap<String, String>], names: [&str; 2]) -> usize {
    let mut seen = BTreeMap::<[Option<&String>; 2], usize>::new();
    for record in records.iter().filter(|record| names.iter().all(|name| record.contains_key(*name))) {
        *seen.entry(names.map(|name| record.get(name))).or_default() += 1;
    }
    seen.values().map(|count| count - 1).sum()
}

#[test]
fn civicrm_2009() {
    let Some(path) = shared("civicrm-2009/civicrm_generated_report.mysql") else { return };
    let contacts = records(&path, "civicrm_contact");
    assert_eq!(contacts.len(), 501);
    let gifts = records(&path, "civicrm_contribution");
    assert_eq!(gifts.len(), 1000);
    let cents = gifts.iter().map(|gift| gift["total_amount"].replace('.', "").parse::<u64>().expect("an amount"));
    assert_eq!(cents.sum::<u64>(), 13_778_400);
    let days: Vec<&str> = gifts.iter().map(|gift| &gift["receive_date"][..10]).collect();
    assert_eq!(days.iter().min(), Some(&"2007-08-22"));
    assert_eq!(days.iter().max(), Some(&"2009-08-19"));
    assert_eq!(repeated(&contacts, ["first_name", "last_name"]), 114);
    let addresses = records(&path, "civicrm_address");
    assert!(addresses.iter().any(|address| address.get("postal_code").is_some_and(|code| code == "6022")));
}

#[test]
fn northwind() {
    let Some(path) = shared("northwind/instnwnd.sql") else { return };
    let counts = counts(&path);
    let count = |table: &str| counts[table];
    assert_eq!(["Customers", "Orders", "Order Details", "Suppliers"].map(count), [91, 830, 2155, 29]);
    assert_eq!(
        ["Categories", "Employees", "Products", "Region", "Shippers", "Territories"].map(count),
        [8, 9, 77, 4, 3, 53]
    );
    let customers = records(&path, "Customers");
    assert_eq!(customers.len(), 91);
    assert_eq!(customers[0]["CompanyName"], "Alfreds Futterkiste");
    let orders = records(&path, "Orders");
    assert_eq!(orders[0]["OrderDate"], "7/4/1996");
    let employees = records(&path, "Employees");
    assert!(employees.iter().all(|employee| employee["Photo"].starts_with("0x151c2f00")));
    let source = open_at(&path, &of(Some("Orders"))).expect("opened");
    assert_eq!(source.declared_key(), ["OrderID"]);
    let tables: Vec<String> = source.relations().into_iter().map(|relation| relation.table).collect();
    assert_eq!(tables, ["Customers", "Employees", "Shippers"]);
}

#[test]
fn npsp() {
    let Some(path) = shared("npsp/1k/test_data.sql") else { return };
    let counts = counts(&path);
    assert_eq!(["Account", "Contact", "Opportunity"].map(|table| counts[table]), [1223, 1024, 1517]);
    let contacts = records(&path, "Contact");
    assert_eq!(repeated(&contacts, ["FirstName", "LastName"]), 40);
}
