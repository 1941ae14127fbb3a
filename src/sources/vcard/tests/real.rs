//! Cards that others wrote: every phone, e-mail, name and address of them.

use std::path::{Path, PathBuf};

use super::{lines, read};

/// The real cards, where they stand.
pub(super) fn data() -> Option<PathBuf> {
    let beside = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")).to_path_buf();
    let found = std::env::var_os("CUTOVER_SHARED_DATA").map_or(beside, PathBuf::from).join("01_vcard");
    if found.is_dir() {
        return Some(found);
    }
    println!("skipped: no {}", found.display());
    None
}

/// Asserts all phones, emails, names, addresses and organisations of a card.
fn contact(name: &str, index: usize, wanted: &[&str]) {
    let Some(data) = data() else { return };
    let records = read(&data.join(name));
    let of_interest = |line: &&String| {
        [
            "TEL.",
            "EMAIL.",
            "N.",
            "ADR.work",
            "ADR.home",
            "ADR.other",
            "FN=",
            "ORG",
            "TEL=",
            "EMAIL=",
            "_fault",
            "_notes",
        ]
        .iter()
        .any(|start| line.starts_with(start))
    };
    let found = lines(&records[index]);
    let found: Vec<&str> = found.iter().filter(of_interest).map(String::as_str).collect();
    assert_eq!(found, wanted, "{name}");
}

#[test]
fn android_21_quoted_printable() {
    contact(
        "ez-vcard/John_Doe_ANDROID.vcf",
        4,
        &[
            "EMAIL=bob@company.com",
            "EMAIL.other=ÑÑÑÑÑÑÑÑÑÑÑÑÑÑ",
            "EMAIL.work=bob@company.com",
            "FN=Ñ Ñ Ñ Ñ ",
            "N.family=Ñ Ñ ",
            "N.given=Ñ Ñ Ñ ",
            "ORG=ÑÑÑÑÑÑÑÑÑÑÑÑ",
            "ORG.2=ÑÑÑÑÑÑÑÑÑÑÑÑ",
            "TEL=123456",
            "TEL.cell=123456",
            "TEL.fax=123456",
            "TEL.fax.type=work",
            "TEL.work=123456",
            // The letters of the picture are not a multiple of four: one is missing.
            "_notes=vcard.encoding:PHOTO",
        ],
    );
}

#[test]
fn gmail_30_with_custom_types() {
    contact(
        "ez-vcard/gmail-single.vcf",
        0,
        &[
            "ADR.home.street=123 Home St|Home City, HM 12345",
            "ADR.other.city=Custom City",
            "ADR.other.country=USA",
            "ADR.other.label=CustomAdrType",
            "ADR.other.postcode=98765",
            "ADR.other.region=TX",
            "ADR.other.street=321 Custom St",
            "EMAIL=gdartmouth@hotmail.com",
            "EMAIL.other=gdartmouth@hotmail.com",
            "FN=Greg Dartmouth",
            "N.family=Dartmouth",
            "N.given=Greg",
            "ORG=TheCompany",
            "TEL=555 555 1111",
            "TEL.cell=555 555 1111",
            "TEL.other=555 555 2222",
            "TEL.other.label=GRAND_CENTRAL",
        ],
    );
}

#[test]
fn iphone_30_with_groups_and_cr_cr_lf() {
    contact(
        "ez-vcard/John_Doe_IPHONE.vcf",
        0,
        &[
            "ADR.home.city=New York",
            "ADR.home.country=United States of America",
            "ADR.home.postcode=12345",
            "ADR.home.region=New York",
            "ADR.home.street=Silicon Alley 5,",
            "ADR.home.x-abadr=Silicon Alley",
            "ADR.work.city=New York",
            "ADR.work.country=USA",
            "ADR.work.postcode=12345",
            "ADR.work.street=Street4|Building 6|Floor 8",
            "ADR.work.x-abadr=Street 4, Building 6,| Floor 8|New York|USA",
            "EMAIL=john.doe@ibm.com",
            "EMAIL.other=john.doe@ibm.com",
            "FN=Mr. John Richter James Doe Sr.",
            "N.family=Doe",
            "N.given=John",
            "N.middle=Richter,James",
            "N.prefix=Mr.",
            "N.suffix=Sr.",
            "ORG=IBM",
            "ORG.unit=Accounting",
            "TEL=905-555-1234",
            "TEL.cell=905-555-1234",
            "TEL.fax=905-888-1234",
            "TEL.fax.2=905-999-1234",
            "TEL.fax.type=home",
            "TEL.fax.type.2=work",
            "TEL.home=905-666-1234",
            "TEL.other=905-111-1234",
            "TEL.other.2=905-222-1234",
            "TEL.other.label.2=_$!<AssistantPhone>!$_",
            "TEL.other.type=pager",
            "TEL.work=905-777-1234",
        ],
    );
    let Some(data) = data() else { return };
    let card = &read(&data.join("ez-vcard/John_Doe_IPHONE.vcf"))[0];
    assert!(card["PHOTO"].starts_with("/9j/4AAQ") && card["PHOTO"].ends_with("e1Z//9k="));
}

#[test]
fn mac_address_book_30() {
    contact(
        "ez-vcard/John_Doe_MAC_ADDRESS_BOOK.vcf",
        0,
        &[
            "ADR.home.city=New York",
            "ADR.home.country=United States of America",
            "ADR.home.postcode=12345",
            "ADR.home.region=New York",
            "ADR.home.street=Silicon Alley 5,",
            "ADR.home.x-abadr=Silicon Alley",
            "ADR.work.city=New York",
            "ADR.work.country=USA",
            "ADR.work.postcode=12345",
            "ADR.work.street=Street4|Building 6|Floor 8",
            "ADR.work.x-abadr=Street 4, Building 6,|Floor 8|New York|USA",
            "EMAIL=john.doe@ibm.com",
            "EMAIL.work=john.doe@ibm.com",
            "FN=Mr. John Richter,James Doe Sr.",
            "N.family=Doe",
            "N.given=John",
            "N.middle=Richter,James",
            "N.prefix=Mr.",
            "N.suffix=Sr.",
            "ORG=IBM",
            "ORG.unit=Accounting",
            "TEL=905-777-1234",
            "TEL.cell=905-555-1234",
            "TEL.fax=905-888-1234",
            "TEL.fax.2=905-999-1234",
            "TEL.fax.type=home",
            "TEL.fax.type.2=work",
            "TEL.home=905-666-1234",
            "TEL.other=905-111-1234",
            "TEL.other.2=905-222-1234",
            "TEL.other.label.2=AssistantPhone",
            "TEL.other.type=pager",
            "TEL.work=905-777-1234",
        ],
    );
}

#[test]
fn outlook_21() {
    contact(
        "ez-vcard/outlook-2007.vcf",
        0,
        &[
            "ADR.work.city=New York",
            "ADR.work.country=USA",
            "ADR.work.extended=TheOffice",
            "ADR.work.postcode=99999",
            "ADR.work.region=NY",
            "ADR.work.street=222 Broadway",
            "EMAIL=mike.angstadt@gmail.com",
            "EMAIL.other=mike.angstadt@gmail.com",
            "FN=Mr. Michael Angstadt Jr.",
            "N.family=Angstadt",
            "N.given=Michael",
            "N.language=en-us",
            "N.prefix=Mr.",
            "N.suffix=Jr.",
            "ORG=TheCompany",
            "ORG.unit=TheDepartment",
            "TEL=(111) 555-1111",
            "TEL.cell=(111) 555-4444",
            "TEL.fax=(111) 555-3333",
            "TEL.fax.type=work",
            "TEL.home=(111) 555-2222",
            "TEL.work=(111) 555-1111",
        ],
    );
}

#[test]
fn rfc_6350_40() {
    contact(
        "ez-vcard/rfc6350-example.vcf",
        0,
        &[
            "ADR.work.city=Quebec",
            "ADR.work.country=Canada",
            "ADR.work.extended=Suite D2-630",
            "ADR.work.postcode=G1V 2M2",
            "ADR.work.region=QC",
            "ADR.work.street=2875 Laurier",
            "EMAIL=simon.perreault@viagenie.ca",
            "EMAIL.work=simon.perreault@viagenie.ca",
            "FN=Simon Perreault",
            "N.family=Perreault",
            "N.given=Simon",
            "N.suffix=ing. jr,M.Sc.",
            "ORG=Viagenie",
            "ORG.type=work",
            "TEL=tel:+1-418-656-9254;ext=102",
            "TEL.cell=tel:+1-418-262-6501",
            "TEL.cell.type=work,video,text",
            "TEL.work=tel:+1-418-656-9254;ext=102",
        ],
    );
}

#[test]
fn nextcloud_with_escaped_phone() {
    contact(
        "calcard/051.vcf",
        0,
        &[
            "ADR.home.city=City",
            "ADR.home.country=Germany",
            "ADR.home.extended=Street 2",
            "ADR.home.pobox=PO",
            "ADR.home.postcode=zip",
            "ADR.home.region=AL",
            "ADR.home.street=Street",
            "ADR.work.city=City Work",
            "ADR.work.country=Germany work",
            "ADR.work.extended=Street 2 W",
            "ADR.work.pobox=PO W",
            "ADR.work.postcode=zip Work",
            "ADR.work.region=AL work",
            "ADR.work.street=Street W",
            "EMAIL=home@gmx.de",
            "EMAIL.home=home@gmx.de",
            "EMAIL.work=work@gmx.de",
            "FN=First Last NextCloud",
            "ORG=Firma",
            "TEL=11111111",
            "TEL.cell=205333",
            "TEL.fax=205246;;,;",
            "TEL.fax.type=work",
            "TEL.home=11111111",
            "TEL.work=222222",
        ],
    );
}

#[test]
fn cards_without_a_version() {
    contact(
        "evolution/sorted-1.vcf",
        0,
        &[
            "EMAIL=micheal@jackson.com",
            "EMAIL.work=micheal@jackson.com",
            "EMAIL.work.type=home",
            "N.family=bad",
            "N.given=First Name",
            "TEL=+1-221-5423789",
            "TEL.home=+1-221-5423789",
        ],
    );
    contact(
        "thunderbird/basic_vcard_addressbook.vcf",
        1,
        &[
            "EMAIL=jane.doe@genericemail.invalid",
            "EMAIL.other=jane.doe@genericemail.invalid",
            "FN=Jane Doe",
            "N.family=Doe",
            "N.given=Jane",
        ],
    );
    contact(
        "ez-vcard/rfc2426-example.vcf",
        1,
        &[
            "ADR.work.city=Mountain View",
            "ADR.work.country=U.S.A.",
            "ADR.work.postcode= 94043",
            "ADR.work.region=CA",
            "ADR.work.street=501 E. Middlefield Rd.",
            "EMAIL=howes@netscape.com",
            "EMAIL.other=howes@netscape.com",
            "FN=Tim Howes",
            "ORG=Netscape Communications Corp.",
            "TEL=+1-415-937-3419",
            "TEL.fax=+1-415-528-4164",
            "TEL.fax.type=work",
            "TEL.work=+1-415-937-3419",
            "TEL.work.type=msg",
        ],
    );
}
