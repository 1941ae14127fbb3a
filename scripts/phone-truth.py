#!/usr/bin/env python3
"""Telephone numbers with libphonenumber's answer to each, as its Python port
gives it: the truth that `docs/accuracy.md` measures `phone` against.

    pip install phonenumbers
    scripts/phone-truth.py PhoneNumberMetadata.xml [PersonPhone.csv] > phones.tsv

PhoneNumberMetadata.xml is libphonenumber's own file of numbering plans; each of
its example numbers comes out once, and 20,000 messy spellings of them after
that. PersonPhone.csv is AdventureWorks' table of 19,972 numbers, of which each
different one comes out as well. The same arguments give the same lines:

    set, country, value, valid (1 or 0), E.164, extension

with tabs between them. `CUTOVER_PHONE_TRUTH=phones.tsv cargo test --lib
phone_truth` reads them.
"""

import random
import re
import sys
import xml.etree.ElementTree as tree

import phonenumbers as lib
from phonenumbers import PhoneNumberFormat as F

WORDS = ["", "", "", "", "Tel: ", "Tel. ", "T ", "Phone: ", "phone ", "Mobile: ", "(o) ", "tel:", "Fax ", "P: "]
EXTENSIONS = [" x%s", " ext %s", " ext. %s", ";ext=%s", " #%s", " extension %s", ", ext. %s", "x%s", " int %s",
              " Ext:%s", " доб. %s", " anexo %s", "~%s", " extn %s"]


def answer(value, country):
    try:
        number = lib.parse(value, country)
    except lib.NumberParseException:
        return False, "", ""
    if not lib.is_valid_number(number):
        return False, "", ""
    return True, lib.format_number(number, F.E164), number.extension or ""


def written(number, country, dice):
    """A spelling that some country's people use; not always a good one."""
    national = lib.national_significant_number(number)
    text = dice.choice([
        lambda: lib.format_number(number, F.E164),
        lambda: lib.format_number(number, F.INTERNATIONAL),
        lambda: lib.format_number(number, F.NATIONAL),
        lambda: lib.format_number(number, F.NATIONAL),
        lambda: lib.format_number(number, F.RFC3966),
        lambda: national,
        lambda: "%d %s" % (number.country_code, national),
        lambda: "+%d (0)%s" % (number.country_code, national),
        lambda: "(+%d) %s" % (number.country_code, national),
        lambda: lib.format_out_of_country_calling_number(number, dice.choice(["US", "DE", "GB", "JP", "AU", country])),
    ])()
    sign = dice.choice([None, None, None, ".", " ", "-", "/", "", " - ", "\u00a0", "\u2010", "  "])
    if sign is not None:
        text = re.sub(r"[ \-/.]+", sign, text)
    return text


def damaged(text, dice):
    """As a hand or an old program leaves it."""
    place = dice.randrange(len(text)) if text else 0
    return dice.choice([
        lambda: text[:place] + text[place + 1:],
        lambda: text[:place] + dice.choice("0123456789") + text[place:],
        lambda: text[:place] + dice.choice("0123456789") + text[place + 1:],
        lambda: text.replace("0", "O", 1),
        lambda: text.replace("1", "l", 1),
        lambda: text[:-4] + "XXXX",
        lambda: "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in text),
        lambda: text[place:],
        lambda: text.lstrip("+"),
        lambda: "  " + text + " ",
    ])()


def examples(path):
    for territory in tree.parse(path).getroot().iter("territory"):
        for example in territory.iter("exampleNumber"):
            yield territory.get("id"), territory.get("countryCode"), example.text.strip()


def line(of, country, value):
    valid, e164, extension = answer(value, country if country != "001" else None)
    clean = value.replace("\t", " ").replace("\n", " ")
    print(of, country, clean, int(valid), e164, extension, sep="\t")


def main():
    dice = random.Random(20261122)
    known = list(examples(sys.argv[1]))
    for country, code, number in known:
        line("example", country, "+%s%s" % (code, number))
    numbers = []
    for country, code, number in known:
        try:
            numbers.append((lib.parse("+%s%s" % (code, number), None), country))
        except lib.NumberParseException:
            pass
    for _ in range(20000):
        number, country = dice.choice(numbers)
        # The last digits of a real one differ.
        text = written(number, country, dice)
        if dice.random() < 0.5:
            text = re.sub(r"\d(?=\D*$)", lambda _: dice.choice("0123456789"), text)
        if dice.random() < 0.25:
            text += dice.choice(EXTENSIONS) % dice.choice(["1", "12", "101", "4711", "00123"])
        text = dice.choice(WORDS) + text
        if dice.random() < 0.2:
            text = damaged(text, dice)
        home = country if dice.random() < 0.85 else dice.choice(["US", "GB", "DE", "FR", "IT"])
        line("messy", home, text)
    if len(sys.argv) > 2:
        table = open(sys.argv[2], encoding="utf-8-sig").read()
        seen = dict.fromkeys(row.split("+|")[1] for row in table.split("&|") if row.count("+|") > 1)
        for value in seen:
            line("adventureworks", "US", value)


main()
