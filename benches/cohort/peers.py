"""Which patients have a HER2-positive result? One question, by DuckDB and by Polars, of NDJSON by type.

Usage: peers.py duckdb|polars OBSERVATION.ndjson THREADS. Prints the count, the wall-clock and the processor seconds of the
query; starting Python and importing the library are not counted.
"""

import os
import sys
import time

tool, path, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
os.environ["POLARS_MAX_THREADS"] = str(threads)
TESTS = ["85319-2", "85318-4", "48676-1"]
POSITIVE = ["LA6576-8", "LA11843-2"]


def listed(codes):
    return ", ".join(f"'{code}'" for code in codes)


if tool == "duckdb":
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"set threads = {threads}")
    concept = 'STRUCT(coding STRUCT("system" VARCHAR, code VARCHAR)[])'
    query = f"""
        select count(distinct subject.reference)
        from read_ndjson('{path}', columns = {{
            subject: 'STRUCT(reference VARCHAR)', code: '{concept}', valueCodeableConcept: '{concept}'}})
        where list_has_any(list_transform(code.coding, lambda one: one.code), [{listed(TESTS)}])
          and list_has_any(list_transform(valueCodeableConcept.coding, lambda one: one.code), [{listed(POSITIVE)}])
    """

    def ask():
        return connection.execute(query).fetchone()[0]

    version = duckdb.__version__
else:
    import polars as pl

    concept = pl.Struct({"coding": pl.List(pl.Struct({"system": pl.String, "code": pl.String}))})
    schema = {"subject": pl.Struct({"reference": pl.String}), "code": concept, "valueCodeableConcept": concept}

    def has(column, codes):
        coding = pl.col(column).struct.field("coding")
        return coding.list.eval(pl.element().struct.field("code").is_in(codes)).list.any()

    def ask():
        lines = pl.scan_ndjson(path, schema=schema)
        found = lines.filter(has("code", TESTS) & has("valueCodeableConcept", POSITIVE))
        return found.select(pl.col("subject").struct.field("reference").n_unique()).collect().item()

    version = pl.__version__

begin, used = time.perf_counter(), time.process_time()
count = ask()
print(f"{count} {time.perf_counter() - begin:.3f} {time.process_time() - used:.3f} {version}")
