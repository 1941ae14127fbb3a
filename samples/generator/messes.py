"""The one table of messes, and the count of what must become of them."""

import collections

# fmt: off
# name: (how many, where, what it is, what becomes of it)
MESS = {
    "vendors":          (30, "customers.xlsx, Type V", "suppliers kept in the customer list", "exclude in account, contact and contact_point (`where`)"),
    "no_contact":       (45, "customers.xlsx, Contact empty", "nobody named in the row", "account load, contact exclude"),
    "dup_account":      (24, "customers.xlsx, last block, names with stray blanks", "the same company entered again under a new number", "account merge (name, postcode)"),
    "empty_key":        (1, "customers.xlsx, Cust No empty", "typed in a hurry", "reject `key.empty` in account, contact and three contact_points"),
    "twice_key":        (1, "customers.xlsx, the last row", "a number given out twice", "the later row: reject `key.duplicate` in account, contact and three contact_points"),
    "bad_status":       (5, "customers.xlsx, Status `see Ruth`", "not in the value list", "account reject `value.unmapped`; its contact and its contact_points hold `reference.left-out`"),
    "no_name":          (2, "customers.xlsx, Company empty", "a row without a company", "account reject `required.missing`; its contact and its contact_points hold `reference.left-out`"),
    "bad_country":      (3, "customers.xlsx, Country `see memo`", "not a country", "field null, issue `country.invalid`; load"),
    "bad_postcode":     (5, "customers.xlsx, Zip `??`", "not a postcode", "field null, issue `postcode.invalid`; load"),
    "bad_date":         (3, "customers.xlsx, First Order `13/45/2009`", "no such day", "field null, issue `date.invalid`; load"),
    "bad_direct":       (18, "customers.xlsx, Direct", "no number: `see memo`, `413-5550`, `000-000-0000`", "contact: field null, issue `phone.invalid`; contact_point reject"),
    "bad_fax":          (12, "customers.xlsx, Fax", "no number", "contact_point reject `phone.invalid`"),
    "same_phone":       (15, "customers.xlsx, Switchboard as Direct", "one number in two columns", "contact_point merge (account, number)"),
    "bad_email":        (20, "customers.xlsx, E-mail", "`name@`, `name@@…`, `www.…`", "field null, issue `email.invalid`; load"),
    "unreachable":      (8, "customers.xlsx, no e-mail, no Direct, no Switchboard", "a contact without any way to reach it", "contact reject `rule.broken`; the account's primary_contact_id null, issue `reference.left-out`"),
    "lost_zero":        (150, "customers.xlsx, Zip as a number (at most)", "01082 became 1082", "repaired to five digits"),
    "text_date":        (120, "customers.xlsx, Last Order as text (at most)", "`3/14/2019`, `3/14/19` among date cells", "same day as a date cell"),
    "error_cell":       (6, "customers.xlsx, Rep #N/A (4), Memo2 #REF! (2)", "a lookup that lost its table", "field null, issue `sheet.error-cell` of the account; load"),
    "formula_text":     (4, "customers.xlsx, Memo1", "`=HYPERLINK(…)`, `+1 …`, `@handle`, `-` typed as text", "stay text (`-` is null); never a formula in a report"),
    "old_account":      (140, "customers.xlsx, Last Order before 2023-06-30", "no order for three years", "account archive, with contact, contact_points, activities, opportunities"),
    "old_key_account":  (5, "customers.xlsx, old, Status KEY", "old, but kept by name", "account load (`keep`)"),
    "old_live_activity": (6, "customers.xlsx, old, called in 2026", "old account with a new activity", "account load (a live child keeps its parent)"),
    "old_live_contact": (4, "customers.xlsx, old, its person touched in 2026 in GoldMine", "old account with a live contact", "account and contact load; the GoldMine record merges"),
    "gm_email":         (26, "CONTACT1.DBF, e-mail in capitals", "person of the workbook, same e-mail", "contact merge (email)"),
    "gm_phone":         (14, "CONTACT1.DBF, no e-mail, phone spelt otherwise", "person of the workbook, same family name and phone", "contact merge (family_name, phone)"),
    "gm_self":          (5, "CONTACT1.DBF twice, new RECID", "person entered twice in GoldMine", "contact merge (email)"),
    "vcf_email":        (12, "rolodex", "person of the workbook, same e-mail", "contact merge (email)"),
    "vcf_phone":        (6, "rolodex, no e-mail", "person of the workbook, same family name and phone", "contact merge (family_name, phone)"),
    "triple":           (6, "workbook, CONTACT1.DBF and rolodex", "one person in three places: e-mail here, phone there", "contact merge of two records each"),
    "gm_personal":      (14, "CONTACT1.DBF, KEY2 PERSONAL", "the dentist, the school, the boat yard", "contact exclude (`where`)"),
    "gm_no_name":       (5, "CONTACT1.DBF, CONTACT empty", "a record without a person", "contact reject `required.missing`"),
    "gm_old":           (90, "CONTACT1.DBF, LASTDATE before 2023-06-30", "untouched for three years", "contact archive"),
    "gm_orphan":        (4, "CONTACT1.DBF, KEY1 99xxx", "customer number that does not exist", "contact hold `reference.missing`"),
    "gm_deleted":       (25, "CONTACT1.DBF, deleted flag", "deleted in GoldMine, still in the file", "not read"),
    "gm_long_memo":     (1, "CONTACT1.DBF, memo of 2,600 characters", "longer than the target's 2,000", "cut, issue `length.too-long`; load"),
    "gm_bad_phone":     (12, "CONTACT1.DBF, PHONE1", "no number, but an e-mail", "field null, issue `phone.invalid`; load"),
    "vcf_no_uid":       (14, "rolodex", "card without UID", "identified by its content (`without_key`); load"),
    "vcf_no_name":      (4, "rolodex, N empty", "a company's card, no person", "contact reject `required.missing`"),
    "vcf_no_end":       (1, "rolodex/shoebox-2004.vcf, last card", "END:VCARD missing, file cut off", "contact reject `vcard.unclosed`"),
    "act_sys":          (40, "activities.csv, Type SYS", "the program's own log lines", "activity exclude (`where`)"),
    "act_old":          (620, "activities.csv, before 2023-06-30, on live accounts", "old calls", "activity archive"),
    "act_edge":         (2, "activities.csv, 2023-06-29 and 2023-06-30", "the days about the cutoff", "the first archive, the second load"),
    "act_orphan":       (9, "activities.csv, Cust No 98xxx", "customer number that does not exist", "activity hold `reference.missing`"),
    "act_short_key":    (80, "activities.csv, Cust No 417 for 00417", "leading zeros lost", "found all the same: the mapping pads them"),
    "act_multiline":    (60, "activities.csv, Notes", "line breaks inside quotes", "stay in the note; load"),
    "act_ragged":       (3, "activities.csv, two with a cell too many, one with too few", "`;` typed into the subject; line cut", "activity reject `csv.ragged`"),
    "act_nul":          (1, "activities.csv, Subject", "a NUL byte", "activity reject `csv.nul`"),
    "act_quote":        (1, "activities.csv, Subject", "`\"2\" tape\"`: a quote inside quotes", "activity reject `csv.quote`"),
    "act_empty_key":    (1, "activities.csv, Act No empty", "a line typed by hand", "activity reject `key.empty`"),
    "act_twice_key":    (1, "activities.csv, Act No twice", "a line pasted twice", "the later one: activity reject `key.duplicate`"),
    "opp_orphan":       (6, "opportunities.db, cust_no 97xxx", "customer number that does not exist", "opportunity hold `reference.missing`"),
    "opp_lost_parent":  (3, "opportunities.db, parent_id 9xxx", "parent deleted long ago", "field null, issue `reference.missing`; load"),
    "opp_chain":        (3, "opportunities.db, parent_id", "frame contract, call-off, repeat, repeat: four deep", "load, each with its parent"),
    "opp_bad_stage":    (2, "opportunities.db, stage `Ask Ruth`", "not in the value list", "opportunity hold `value.unmapped`"),
    "opp_text_amount":  (40, "opportunities.db, amount `$1,234.50`", "text among numbers", "the number; load"),
    "opp_old":          (70, "opportunities.db, closed before 2023-06-30, on live accounts", "old business", "opportunity archive"),
}
# fmt: on
N = {name: mess[0] for name, mess in MESS.items()}

verdicts = collections.defaultdict(collections.Counter)
by_source = collections.defaultdict(collections.Counter)
issues = collections.defaultdict(collections.Counter)
why = collections.defaultdict(collections.Counter)


def tally(entity, source, verdict, *codes, because="clean", n=1):
    verdicts[entity][verdict] += n
    by_source[entity][source, verdict] += n
    why[entity][verdict, because] += n
    for code in codes:
        issues[entity][code] += n
