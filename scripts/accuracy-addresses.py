"""What PyPI's usaddress makes of its own labelled addresses, part by part.

    python scripts/accuracy-addresses.py FOLDER

FOLDER holds usaddress's XML files. Parts are compared as the test
`american_addresses_labelled_by_others` does: letters and digits only.
"""

import sys
import xml.etree.ElementTree as ET
from collections import defaultdict

import usaddress

FILES = [
    "us50_messiest_manual_label.xml",
    "us50_train_tagged.xml",
    "multi_word_state_addresses.xml",
    "labeled.xml",
]
PARTS = ["street", "unit", "box", "city", "region", "postcode", "country", "place"]
NAMED = {
    "IntersectionSeparator": "street",
    "CornerOf": "street",
    "suffix": "street",
    "PlaceName": "city",
    "StateName": "region",
    "ZipCode": "postcode",
    "ZipPlus4": "postcode",
    "CountryName": "country",
    "Recipient": "place",
    "BuildingName": "place",
    "LandmarkName": "place",
}


def part(label):
    """The part that a label belongs to."""
    for start, name in [("AddressNumber", "street"), ("StreetName", "street"),
                        ("Occupancy", "unit"), ("Subaddress", "unit"), ("USPSBox", "box")]:
        if label.startswith(start):
            return name
    return NAMED.get(label)


def plain(text):
    return "".join(sign for sign in text.lower() if sign.isalnum())


def parts(labelled):
    """Words with labels as parts."""
    found = defaultdict(str)
    for label, words in labelled:
        name = part(label)
        if name:
            found[name] += plain(words)
    return found


for file in FILES:
    counts = defaultdict(lambda: [0, 0])
    for address in ET.parse(f"{sys.argv[1]}/{file}").getroot():
        text = " ".join("".join(address.itertext()).split())
        wanted = parts((word.tag, word.text or "") for word in address)
        found = parts((label, word) for word, label in usaddress.parse(text))
        there = [name for name in PARTS if wanted[name] or found[name]]
        for name in there:
            counts[name][0] += wanted[name] == found[name]
            counts[name][1] += 1
        counts["whole"][0] += all(wanted[name] == found[name] for name in there)
        counts["whole"][1] += 1
    for name in [*PARTS, "whole"]:
        if name in counts:
            right, every = counts[name]
            print(f"{file} {name}: {right} of {every} ({100 * right / every:.1f} %)")
