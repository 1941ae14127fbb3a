"""What nameparser, probablepeople and cleanco say of the names that the tests of
`real_names` wrote to a folder (see docs/accuracy.md), beside Cutover's answers."""

import pathlib
import sys

import cleanco
import probablepeople
import pycountry
from nameparser import HumanName

FOLDER = pathlib.Path(sys.argv[1])
GIVEN = {"GivenName", "FirstInitial", "MiddleName", "MiddleInitial"}
FIRST = {"GivenName", "FirstInitial"}
FAMILY = {"Surname", "LastInitial"}
# cleanco's names of countries that pycountry does not know.
COUNTRIES = {"Columbia": "CO", "Luxemborg": "LU", "Russia": "RU", "Macedonia": "MK", "Turkey": "TR",
             "Bosnia / Herzegovina": "BA", "Czech Republic": "CZ"}


def rows(name):
    with open(FOLDER / name, encoding="utf-8") as file:
        return [line.rstrip("\n").split("\t") for line in file]


def bare(text):
    text = text.replace(".", "").replace("'", "").replace("\u2019", "")
    return " ".join("".join(c if c.isalnum() or c == "-" else " " for c in text).split()).lower()


def labelled(name, kind=None):
    try:
        return probablepeople.parse(name, type=kind)
    except Exception:
        return []


def words(tokens, labels):
    return bare(" ".join(word for word, label in tokens if label in labels))


def nameparser_whole(name):
    human = HumanName(name)
    return [bare(f"{human.first} {human.middle}"), bare(human.last)]


def without_form(name):
    tokens = labelled(name, "company")
    while len(tokens) > 1 and tokens[-1][1] == "CorporationLegalType":
        tokens = tokens[:-1]
    return bare(" ".join(word for word, _ in tokens))


def country(name):
    if name in COUNTRIES:
        return COUNTRIES[name]
    try:
        return pycountry.countries.lookup(name).alpha_2
    except LookupError:
        return name


def said(what, total, **right):
    each = ", ".join(f"{who} {count} ({100 * count / total:.1f} %)" for who, count in right.items())
    print(f"{what}: {total} rows; {each}")


people = rows("people.tsv")
said("people", len(people),
     cutover=sum(row[1:3] == row[3:5] for row in people),
     nameparser=sum(nameparser_whole(row[0]) == row[1:3] for row in people),
     probablepeople=sum([words(labelled(row[0]), GIVEN), words(labelled(row[0]), FAMILY)] == row[1:3]
                        for row in people))

couples = rows("couples.tsv")
said("couples", len(couples), cutover=sum(row[1:5] == row[5:9] for row in couples))

columns = rows("columns.tsv")
said("columns", len(columns),
     cutover=sum(row[1:3] == row[3:5] for row in columns),
     nameparser=sum([bare(HumanName(row[0]).first), bare(HumanName(row[0]).last)] == row[1:3] for row in columns),
     probablepeople=sum([words(labelled(row[0]), FIRST), words(labelled(row[0]), FAMILY)] == row[1:3]
                        for row in columns))

names = rows("names.tsv")
differ = [row for row in names if nameparser_whole(row[0]) != row[1:3]]
said("names", len(names), same_as_nameparser=len(names) - len(differ))
for row in differ:
    print("   ", row[0], row[1:3], nameparser_whole(row[0]))

companies = rows("companies.tsv")
for what, some in [("companies", companies), ("with a legal form", [row for row in companies if bare(row[0]) != row[1]])]:
    twice = [bare(cleanco.basename(cleanco.basename(row[0]))) for row in some]
    said(what, len(some),
         cutover=sum(row[3] in row[1:3] for row in some),
         cleanco=sum(name in row[1:3] for name, row in zip(twice, some)),
         probablepeople=sum(without_form(row[0]) in row[1:3] for row in some))

listed = rows("listed.tsv")
sources = cleanco.countrysources()
said("listed companies, country", len(listed),
     cutover=sum(row[1] in row[4].split() for row in listed),
     cleanco=sum(row[1] in {country(one) for one in cleanco.matches(row[0], sources)} for row in listed))
bases = [(row[0], row[2], cleanco.basename(cleanco.basename(row[0]))) for row in listed]
other = [base for base in bases if bare(base[1]) != bare(base[2])]
print(f"listed companies: the name without legal form differs in {len(other)}")
for base in other:
    print("   ", *base, sep=" | ")
