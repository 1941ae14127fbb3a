use super::words::{count, key, percent, quoted, slug, unique};
use super::{concept, words};

#[test]
fn names() {
    let slugs = ["Cust No", "E-mail", "CustNo", "Straße", "2nd phone", "TEL.work", "名", "", "ACCOUNTNO"];
    let found = slugs.map(|text| slug(text, "column"));
    assert_eq!(
        found,
        ["cust_no", "e_mail", "cust_no", "strasse", "column_2nd_phone", "tel_work", "ming", "column", "accountno"]
    );
    assert_eq!(unique("a", ["A", "a_2"].into_iter()), "a_3");
    assert_eq!(unique("b", ["A"].into_iter()), "b");
    assert_eq!(words::remark("a\nb"), "a b");
}

#[test]
fn toml_texts() {
    assert_eq!(quoted("a\"b\\c\n\u{1}"), "\"a\\\"b\\\\c\\n\\u0001\"");
    assert_eq!((key("a-b_1"), key("a b"), key("")), ("a-b_1".to_string(), "\"a b\"".to_string(), "\"\"".to_string()));
}

#[test]
fn shares_and_counts() {
    let shares = [(0, 5), (1, 3), (9_999, 10_000), (5, 5), (1, 10_000), (0, 0)];
    assert_eq!(
        shares.map(|(part, whole)| percent(part, whole)),
        ["0.0 %", "33.3 %", "99.9 %", "100 %", "under 0.1 %", "0.0 %"]
    );
    assert_eq!([0, 999, 1_204, 1_000_000].map(count), ["0", "999", "1,204", "1,000,000"]);
}

#[test]
fn headings_in_several_languages() {
    let cases = [
        ("Vorname", Some("given_name")),
        ("LAST_NAME", Some("family_name")),
        ("E-Mail", Some("email")),
        ("Téléphone", Some("phone")),
        ("PLZ", Some("postcode")),
        ("Straße", Some("street")),
        ("xyz", None),
    ];
    for (heading, meaning) in cases {
        assert_eq!(concept::of_column(heading), meaning, "{heading}");
    }
    assert_eq!(concept::of_table("tblKunden"), Some("account"));
    assert_eq!(concept::of_table("customer contacts"), Some("contact"));
    assert_eq!(concept::of_table("zebra"), None);
}
