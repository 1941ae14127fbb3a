#!/usr/bin/env python3
"""The time and memory that Splink's DuckDB backend needs for the records and the
blocks of `benches/matching/sets/contacts` (see docs/duplicates.md):

    pip install splink
    scripts/matching-splink.py out/runs/0001/staged/person.parquet

It gets the clean values of a run of that pipeline, so that it need not clean any,
and compares the same fields in the same blocks; the rest is Splink's defaults. It
trains, predicts and clusters, as a run does, and writes nothing.
"""

import logging
import resource
import sys
import time

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

FIELDS = ["given_name", "family_name", "company", "email", "phone", "mobile", "street", "city", "postcode"]
BLOCKS = [["email"], ["phone"], ["mobile"], ["street", "postcode"], ["company", "family_name"]]


def settings():
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="_id",
        blocking_rules_to_generate_predictions=[block_on(*block) for block in BLOCKS],
        comparisons=[
            cl.NameComparison("given_name"),
            cl.NameComparison("family_name"),
            cl.JaroWinklerAtThresholds("company", 0.9),
            cl.EmailComparison("email"),
            cl.LevenshteinAtThresholds("phone", 1),
            cl.LevenshteinAtThresholds("mobile", 1),
            cl.JaroWinklerAtThresholds("street", 0.9),
            cl.ExactMatch("postcode"),
            cl.ExactMatch("city"),
        ],
    )


def main():
    logging.disable(logging.WARNING)
    begin = time.perf_counter()
    connection = duckdb.connect()
    # As in the other program, what has a verdict before matching takes no part.
    connection.execute(
        f"create table person as select _id, {', '.join(FIELDS)} from read_parquet(?) "
        "where _verdict not in ('reject', 'archive')",
        [sys.argv[1]],
    )
    database = DuckDBAPI(connection)
    linker = Linker(database.register("person"), settings())
    linker.training.estimate_probability_two_random_records_match([block_on("email"), block_on("mobile")], recall=0.7)
    linker.training.estimate_u_using_random_sampling(seed=7)
    for block in (["email"], ["mobile"]):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*block))
    pairs = linker.inference.predict(threshold_match_probability=0.8)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, 0.95)
    count = lambda sql: connection.execute(sql).fetchone()[0]
    records = count("select count(*) from person")
    people = count(f"select count(distinct cluster_id) from {clusters.physical_name}")
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(
        f"{records} records, {count(f'select count(*) from {pairs.physical_name}')} pairs, "
        f"{records - people} merged: wall {time.perf_counter() - begin:.2f} s, "
        f"cpu {used.ru_utime + used.ru_stime:.2f} s, peak {used.ru_maxrss / 1024:.0f} MiB"
    )


main()
