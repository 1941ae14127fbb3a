"""Chance with one fixed seed; only `random()`, which is the same in every Python."""

import datetime
import random

D = datetime.date
rng = random.Random(2001)


def below(n):
    return int(rng.random() * n)


def pick(items):
    return items[below(len(items))]


def chance(p):
    return rng.random() < p


def day(first, last):
    return first + datetime.timedelta(days=below((last - first).days + 1))


def shuffled(items):
    items = list(items)
    for i in range(len(items) - 1, 0, -1):
        j = below(i + 1)
        items[i], items[j] = items[j], items[i]
    return items
