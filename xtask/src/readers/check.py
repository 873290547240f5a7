"""DuckDB and Polars find in the Parquet files what the same run wrote as CSV."""
import csv

import duckdb
import polars

TABLES = ["assessments", "facts", "lines", "recommendations", "issues"]
compared = 0
for table in TABLES:
    with open(f"csv/{table}.csv", newline="", encoding="utf-8") as file:
        expected = [{name: value or None for name, value in row.items()} for row in csv.DictReader(file)]
    relation = duckdb.sql(f"select * from 'results/{table}.parquet'")
    frame = polars.read_parquet(f"results/{table}.parquet")
    names = relation.columns
    assert names == frame.columns, (table, names, frame.columns)
    assert not expected or names == list(expected[0]), (table, names)
    duck, bear = relation.fetchall(), frame.rows()
    assert len(duck) == len(bear) == len(expected), (table, len(duck), len(bear), len(expected))
    for line, (a, b, plain) in enumerate(zip(duck, bear, expected)):
        assert a == b, (table, line, a, b)
        for name, value in zip(names, a):
            text = plain[name]
            if isinstance(value, bool):
                same = text == str(value).lower()
            elif isinstance(value, float):
                same = float(text) == value
            else:
                same = text == (None if value in (None, "") else str(value))
            assert same, (table, line, name, value, text)
            compared += 1
assert compared > 20_000, compared

# Types are those of the page, not text.
types = dict(zip(*(lambda r: (r.columns, map(str, r.types)))(duckdb.sql("select * from 'results/assessments.parquet'"))))
assert types["age"] == "INTEGER" and types["death_day"] == "DATE" and types["lvef"] == "DOUBLE", types
assert types["deceased"] == "BOOLEAN", types
