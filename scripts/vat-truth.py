#!/usr/bin/env python3
"""Numbers in the forms of European VAT numbers, with the answer of PyPI's
python-stdnum to each: value, valid (1 or 0), with a tab between. The same lines
each time. `docs/accuracy.md` says what they are for.

    pip install python-stdnum
    scripts/vat-truth.py > vat.tsv
"""

import random

import stdnum.ch.uid
import stdnum.eu.vat
import stdnum.gb.vat
import stdnum.no.orgnr
from stdnum.exceptions import ValidationError

# A digit for #, any letter for @.
FORMS = {
    "AT": 'U########',
    "BE": '0######### 1#########',
    "BG": '######### ##########',
    "CY": '########@',
    "CZ": '######## 6######## ##########',
    "DE": '#########',
    "DK": '########',
    "EE": '#########',
    "EL": '#########',
    "ES": 'A######## B######## X#######@ ########@ P#######@ G#######@',
    "FI": '########',
    "FR": '########### @########## #@#########',
    "GB": '#########',
    "HR": '###########',
    "HU": '########',
    "IE": '#######@ #######@@ #@#####@',
    "IT": '###########',
    "LT": '#######1# ##########1#',
    "LU": '########',
    "LV": '4########## 1########## 32#########',
    "MT": '########',
    "NL": '#########B0#',
    "PL": '##########',
    "PT": '#########',
    "RO": '########## ######## #####',
    "SE": '##########01',
    "SI": '########',
    "SK": '##########',
    "CH": 'E#########',
    "NO": '#########',
}


def valid(country, number):
    try:
        if country == "GB":
            stdnum.gb.vat.validate(number)
        elif country == "CH":
            stdnum.ch.uid.validate("CH" + number)
        elif country == "NO":
            stdnum.no.orgnr.validate(number)
        else:
            stdnum.eu.vat.validate(country + number)
    except ValidationError:
        return False
    return True


def main():
    dice = random.Random(5)
    choices = {"#": "0123456789", "@": "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
    for country, forms in FORMS.items():
        for form in forms.split():
            for _ in range(6000):
                number = "".join(dice.choice(choices.get(sign, sign)) for sign in form)
                print(country + number, int(valid(country, number)), sep="\t")


main()
