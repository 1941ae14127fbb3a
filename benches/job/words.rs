//! The words of the estate: names, companies, and how eleven countries are
//! spelled and telephoned. All invented or common; nobody real is meant.

pub const GIVEN: [&str; 44] = [
    "Alice",
    "Peter",
    "Laura",
    "Stephen",
    "Emma",
    "Paul",
    "Julia",
    "Andrew",
    "Grace",
    "Kevin",
    "Helen",
    "Brian",
    "Rachel",
    "George",
    "Amy",
    "Edward",
    "Megan",
    "Scott",
    "Diana",
    "Frank",
    "Teresa",
    "Victor",
    "Rosa",
    "Diego",
    "Günther",
    "Béatrice",
    "Noëlle",
    "Michał",
    "Bjørn",
    "François",
    "Paola",
    "Luca",
    "Célia",
    "Ulrike",
    "Kenji",
    "Aiko",
    "Anjali",
    "Vikram",
    "Lin",
    "Jun",
    "Leila",
    "Hassan",
    "Natalia",
    "Séan",
];
pub const FAMILY: [&str; 44] = [
    "Baker",
    "Turner",
    "Collins",
    "Cooper",
    "Reed",
    "Morgan",
    "Bell",
    "Murphy",
    "Bailey",
    "Rivera",
    "Howard",
    "Ward",
    "Torres",
    "Peterson",
    "Gray",
    "Ramos",
    "James",
    "Watson",
    "Brooks",
    "Kelly",
    "Sanders",
    "Price",
    "Bennett",
    "Wood",
    "O'Connor",
    "MacLeod",
    "Köhler",
    "Jäger",
    "Groß",
    "Béranger",
    "Moreau",
    "Colombo",
    "Greco",
    "Zieliński",
    "Wójcik",
    "Nygård",
    "Lindqvist",
    "Suzuki",
    "Mori",
    "Sharma",
    "Liu",
    "Park",
    "Taylor-Reed",
    "Núñez-Vega",
];
pub const MIDDLE: [&str; 10] = ["A", "B", "D", "E", "F", "H", "J", "L", "M", "R"];
pub const COMPANY_FIRST: [&str; 20] = [
    "Harbor",
    "Pioneer",
    "Granite",
    "Silver",
    "Evergreen",
    "Atlas",
    "Beacon",
    "Crown",
    "Delmar",
    "Eagle",
    "First",
    "Golden",
    "Highland",
    "Island",
    "Keystone",
    "Liberty",
    "Monarch",
    "Oakwood",
    "River",
    "Sterling",
];
pub const COMPANY_SECOND: [&str; 16] = [
    "Freight",
    "Bakery",
    "Networks",
    "Holdings",
    "Electric",
    "Fabrics",
    "Press",
    "Pharma",
    "Autos",
    "Apps",
    "Credit",
    "Advisors",
    "Research",
    "Foundry",
    "Tours",
    "Packaging",
];
pub const COMPANY_FORM: [&str; 9] = [" Inc.", " Inc", " LLC", " Ltd", " Ltd.", " GmbH", " S.A.", " & Co.", " "];
pub const TITLES: [&str; 10] = [
    "CTO",
    "ceo",
    "Account Manager",
    "Head of Sales",
    "Purchaser",
    "receptionist",
    "Director, Operations",
    "Technician",
    "",
    "VP Marketing",
];
pub const SALUTATIONS: [&str; 6] = ["Mr", "Ms", "Dr.", "Mrs.", "", "mr."];
pub const STREETS: [&str; 10] = [
    "Station Rd",
    "Maple Avenue",
    "Pine St.",
    "Mill Street",
    "Lake Dr",
    "Chapel Lane",
    "Hauptstraße",
    "Avenue de la Gare",
    "Via Garibaldi",
    "Calle Real",
];
pub const MAIL_HOSTS: [&str; 7] =
    ["gmail.com", "hotmail.com", "icloud.com", "example.net", "post.example.co.uk", "gmx.de", "sales.example.com"];
pub const STATUSES: [&str; 5] = ["active", "Active", "inactive", "lead", "cust"];
pub const LATER_STATUSES: [&str; 3] = ["active", "ACTIVE", "lead"];
pub const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
pub const NO_NAME: [&str; 3] = ["", " ", "-"];
pub const NO_NUMBER: [&str; 4] = ["", "123", "n/a", "000000"];

/// The nine ways in which people write a North American number.
pub const NANP_SHAPES: [[&str; 4]; 9] = [
    ["(", ") ", "-", ""],
    ["", "-", "-", ""],
    ["", ".", ".", ""],
    ["+1 ", " ", " ", ""],
    ["1-", "-", "-", ""],
    ["", "", "", ""],
    ["", "-", "-", " x12"],
    ["tel: ", " ", " ", ""],
    ["+1(", ")", "", ""],
];
pub const US_AREAS: [&str; 14] =
    ["201", "216", "303", "313", "404", "415", "503", "512", "617", "646", "702", "713", "818", "919"];
pub const CA_AREAS: [&str; 3] = ["416", "604", "514"];

/// Where a contact lives.
pub struct Country {
    /// How many of a hundred contacts live there.
    pub share: u64,
    pub spellings: &'static [&'static str],
    /// City, region, postcode.
    pub places: &'static [[&'static str; 3]],
    pub numbers: Numbers,
}

pub enum Numbers {
    /// North American, with these area codes.
    Nanp(&'static [&'static str]),
    /// Calling code, national numbers (`#` is any digit, `@` one from 2 to 9),
    /// and whether people write the `(0)`.
    Other(&'static str, &'static [&'static str], bool),
}

pub const COUNTRIES: [Country; 11] = [
    Country {
        share: 56,
        spellings: &["USA", "US", "United States", "U.S.A.", "united states of america", "usa ", "America"],
        places: &[
            ["Denver", "CO", "80202"],
            ["Seattle", "WA", "98101"],
            ["Houston", "TX", "77002-4321"],
            ["Boston", "Mass.", "02110"],
        ],
        numbers: Numbers::Nanp(&US_AREAS),
    },
    Country {
        share: 10,
        spellings: &["UK", "United Kingdom", "Great Britain", "England", "GB", "u.k."],
        places: &[["London", "", "EC1A 1BB"], ["York", "Yorks", "YO1 7HH"]],
        numbers: Numbers::Other("44", &["20794@####", "7400######", "1132@#####"], true),
    },
    Country {
        share: 8,
        spellings: &["Germany", "Deutschland", "DE", "GERMANY"],
        places: &[["Hamburg", "", "20095"], ["Nürnberg", "Bayern", "90402"]],
        numbers: Numbers::Other("49", &["30@#######", "1512#######"], true),
    },
    Country {
        share: 5,
        spellings: &["France", "FR", "france"],
        places: &[["Paris", "IdF", "75011"], ["Nantes", "", "44000"]],
        numbers: Numbers::Other("33", &["14@######", "6@#######"], false),
    },
    Country {
        share: 4,
        spellings: &["Spain", "España", "ES"],
        places: &[["Sevilla", "", "41001"]],
        numbers: Numbers::Other("34", &["91@######", "6@#######"], false),
    },
    Country {
        share: 4,
        spellings: &["Italy", "Italia", "IT"],
        places: &[["Torino", "TO", "10121"]],
        numbers: Numbers::Other("39", &["02@######", "347#######"], false),
    },
    Country {
        share: 4,
        spellings: &["Canada", "CA", "CANADA"],
        places: &[["Vancouver", "BC", "V6B 1A1"]],
        numbers: Numbers::Nanp(&CA_AREAS),
    },
    Country {
        share: 3,
        spellings: &["Australia", "AU"],
        places: &[["Melbourne", "VIC", "3000"]],
        numbers: Numbers::Other("61", &["29@######", "4@2######"], false),
    },
    Country {
        share: 3,
        spellings: &["India", "IN"],
        places: &[["Pune", "MH", "411001"]],
        numbers: Numbers::Other("91", &["98########"], false),
    },
    Country {
        share: 2,
        spellings: &["Brazil", "Brasil"],
        places: &[["Curitiba", "PR", "80010-000"]],
        numbers: Numbers::Other("55", &["1198#######"], false),
    },
    Country {
        share: 1,
        spellings: &["Japan", "JP"],
        places: &[["Osaka", "", "530-0001"]],
        numbers: Numbers::Other("81", &["90@#######"], false),
    },
];
