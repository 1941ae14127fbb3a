//! Matching by likeness, as it will run: the blocks, what is compared in them,
//! and from which probability on two records are one.

use datafusion::logical_expr::Expr;

/// How records that no key finds are found.
#[derive(Debug, Clone)]
pub struct Fuzzy {
    /// Two records are compared if they agree in all values of one of these.
    pub blocks: Vec<Block>,
    /// What is compared of them; 15 at most.
    pub features: Vec<Feature>,
    /// The probability from which on two records are one.
    pub same: f64,
    /// The probability from which on a person is asked.
    pub review: f64,
    pub doubtful: Doubtful,
    /// A block of more records than this is not compared each with each.
    pub largest_block: usize,
}

/// Values in which two records must agree to be compared.
#[derive(Debug, Clone)]
pub struct Block {
    /// As the mapping has it, for reports: `postcode, soundex(last_name)`.
    pub text: String,
    /// Over the entity's clean fields.
    pub values: Vec<Expr>,
}

/// One thing that is compared of two records.
#[derive(Debug, Clone)]
pub struct Feature {
    pub kind: Kind,
    /// For reports: the field, or the fields joined by `+`.
    pub name: String,
    /// Field indexes; for a place: postcode, city, region, for a family name that and
    /// the suffix, `None` where there is none.
    pub fields: Vec<Option<usize>>,
    /// The field holds a whole name, of which this is a part.
    pub part: bool,
}

crate::words! {
    /// What kind of value is compared.
    pub enum Kind {
        /// Given names: nicknames, initials, typing errors, swapped with the family name.
        Given = "given_name",
        /// Family names: typing errors, parts of double names.
        Family = "family_name",
        /// Names of companies, without their legal forms, word by word.
        Company = "company",
        /// Local part and domain.
        Email = "email",
        /// One or several numbers.
        Phone = "phone",
        /// House number and street.
        Street = "street",
        /// Postcode, city and region, which depend on one another.
        Place = "place",
        /// Days: typing errors, day and month swapped, another year.
        Date = "date",
        /// Numbers of people and things: one figure wrong, two swapped.
        Number = "number",
        /// Any other text.
        Text = "text",
    }
}

crate::words! {
    /// What becomes of a record that may be a duplicate of another.
    pub enum Doubtful {
        /// It is loaded, and the pair is listed for review.
        Load = "load",
        /// It waits until a person has decided.
        Hold = "hold",
    }
}

/// The people who live together, kept as a relation.
#[derive(Debug, Clone)]
pub struct Households {
    /// The field that gets the household's identifier.
    pub field: usize,
    /// The fields in which they agree.
    pub same: Vec<usize>,
}
