"""Loads the records of a run and prints how even the algorithms are and what a node's leaving moves.

    python docs/records.py results/standard-20260101-120000
"""

import sys
from pathlib import Path

import pandas as pd

TEXT = ["scenario", "measure", "metric", "case", "algorithm", "parameters", "hasher", "keys", "keys_checksum", "names", "unit", "formula", "status", "checksum", "version"]
WHOLE = {"nodes": "int64", "key_count": "int64", "seed": "uint64", "repetition": "int64"}
FIGURES = ["value", "expected", "low", "high", "measured_value", "measured_low", "measured_high", "measured_samples"]


def load(path):
    """The records as a data frame with typed columns; an empty text stays empty, an empty figure is NaN."""
    path = Path(path)
    path = path / "records.csv" if path.is_dir() else path
    types = dict.fromkeys(TEXT, "string") | WHOLE | dict.fromkeys(FIGURES, "float64")
    empty = {column: [""] for column in FIGURES}
    return pd.read_csv(path, dtype=types, keep_default_na=False, na_values=empty)


def medians(records):
    """One row for each key set, size and algorithm; medians over sets of node names. Empty where no such figure was measured."""
    figures = {
        ("balance", "cv", ""): "CV of load",
        ("balance", "max_over_mean", ""): "busiest / mean",
        ("remap", "moved_over_own", "remove_any"): "moved / needed",
        ("remap", "collateral", "remove_any"): "moved needlessly",
    }
    which = pd.MultiIndex.from_frame(records[["measure", "metric", "case"]]).map(figures)
    rows = records.assign(figure=which).dropna(subset=["figure", "value"])
    table = rows.pivot_table("value", ["keys", "nodes", "algorithm"], "figure", aggfunc="median", sort=False)
    return table.reindex(columns=list(figures.values())).sort_index(level=["keys", "nodes"], sort_remaining=False)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: python records.py FOLDER")
    try:
        records = load(sys.argv[1])
    except OSError as error:
        sys.exit(f"records.py: {error}")
    table = medians(records)
    for column in table.columns[table.isna().all()]:
        print(f"no figure of: {column}")
    if not table.empty:
        print(table.to_string(float_format="{:.4g}".format, na_rep=""))
    skipped = records.status.str.startswith("skipped").sum()
    errors = records.status.str.startswith("error").sum()
    print(f"\n{len(records) - skipped} figures, {errors} errors, {skipped} skipped")


if __name__ == "__main__":
    main()
