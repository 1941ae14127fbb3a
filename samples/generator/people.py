"""People, and phone numbers out of the ranges kept for fiction."""

from generator.dice import below, chance, pick, shuffled
from generator.words import AREAS, FAMILY, GIVEN, TITLES


# Fictional ranges: 555-01xx, Ofcom's drama numbers, the Bundesnetzagentur's and Arcep's.
def ranges():
    two, three = [f"{i:02}" for i in range(100)], [f"{i:03}" for i in range(1000)]
    return {
        "US": [a + "55501" + n for a in AREAS for n in two],
        "CA": [a + "55501" + n for a in ("416", "514", "604", "902") for n in two],
        "GB": [a + n for a in ("2079460", "1174960", "1614960", "1314960") for n in three],
        "DE": [a + n for a in ("3023125", "6990009", "4066969", "8999998") for n in three],
        "FR": [a + n + m for a in ("19900", "26191", "35301", "46571") for n in two[:20] for m in two[:50]],
    }


FREE = {country: shuffled(numbers) for country, numbers in ranges().items()}
DIAL = {"US": "1", "CA": "1", "GB": "44", "DE": "49", "FR": "33"}
VALID, INVALID = [], []  # (text, country), for --check


def spell(country, number, other=False):
    """A number as somebody typed it; national forms where the country is known."""
    n = number
    if country in ("US", "CA"):
        a, b, c = n[:3], n[3:6], n[6:]
        forms = [f"({a}) {b}-{c}", f"{a}-{b}-{c}", f"{a}.{b}.{c}", f"{a}{b}{c}", f"1-{a}-{b}-{c}"]
    elif country == "GB":
        forms = [
            f"0{n[:2]} {n[2:6]} {n[6:]}" if n[0] == "2" else f"0{n[:3]} {n[3:6]} {n[6:]}",
            f"+44 {n}",
            f"+44 (0){n}",
        ]
    elif country == "DE":
        forms = [f"0{n[:2]} / {n[2:]}", f"+49 {n[:2]} {n[2:]}", f"0049 {n[:2]} {n[2:]}"]
    else:
        forms = [f"0{n[0]} {n[1:3]} {n[3:5]} {n[5:7]} {n[7:]}", f"+33 {n[0]} {n[1:3]} {n[3:5]} {n[5:7]} {n[7:]}"]
    text = f"+{DIAL[country]}{n}" if other else pick(forms)
    if text.startswith("0049"):  # not a prefix for dialling out of everywhere
        text = "+49" + text[4:]
    VALID.append((text, country, f"+{DIAL[country]}{n}"))
    return text


def number(country):
    return FREE[country].pop()


BAD_PHONES = ["see memo", "413-5550", "000-000-0000", "unlisted", "413-555-012"]


def bad_phone(i):
    INVALID.append(BAD_PHONES[i % len(BAD_PHONES)])
    return INVALID[-1]


PEOPLE = {c: shuffled([(g, f) for g in GIVEN[c] for f in FAMILY[c]]) for c in GIVEN}


def ascii_of(text):
    for a, b in zip("äöüßéèêëàâçôîïÉ", ["ae", "oe", "ue", "ss", "e", "e", "e", "e", "a", "a", "c", "o", "i", "i", "E"]):
        text = text.replace(a, b)
    return text


serial = 0


def person(country):
    global serial
    serial += 1
    g, f = PEOPLE[country].pop()
    domain = pick(["example.com", "example.net", "example.org"])
    email = ascii_of(f"{g[0]}{f}{serial}" if chance(0.5) else f"{g}.{f}{serial}").lower() + "@" + domain
    return {
        "given": g,
        "family": f,
        "country": country,
        "email": email,
        "phone": number(country),
        "title": pick(TITLES),
    }


def full(p):
    r = below(3)
    return f"{p['family']}, {p['given']}" if r == 0 else f"{p['given']} {p['family']}"
