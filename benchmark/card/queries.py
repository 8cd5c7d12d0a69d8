"""How to read the dataset with what people have: one line each, tested with the real libraries.

DuckDB and Polars are told which fields are asked for, of which types: they would conclude them from
the first entries, which may lack a field, or have null or a whole number where others have a
fraction. Streamed, for `load_dataset` refuses a table without a row otherwise
(https://github.com/huggingface/datasets/pull/8401).
"""

from __future__ import annotations

DATASETS = """\
from datasets import load_dataset
load_dataset("{name}", "runs", split="train", streaming=True)  # or "single", "multi"\
"""
DUCKDB = """\
import duckdb
duckdb.sql("SELECT model.name, max(metrics.throughput_tps) AS tps FROM read_json('hf://datasets/{name}/leaderboard_*.json', columns={{model: 'STRUCT(name VARCHAR)', metrics: 'STRUCT(throughput_tps DOUBLE)'}}) GROUP BY ALL ORDER BY tps DESC")\
"""  # noqa: E501 - one line
POLARS = """\
import polars as pl
pl.scan_ndjson("hf://datasets/{name}/runs/**/*.jsonl", schema={{"model": pl.Struct({{"name": pl.String}}), "metrics": pl.Struct({{"throughput_tps": pl.Float64}})}}).collect()\
"""  # noqa: E501 - one line
PANDAS = """\
import pandas as pd
pd.json_normalize(pd.read_json("hf://datasets/{name}/leaderboard_single.json", dtype=False).to_dict("records")).reindex(columns=["model.name", "metrics.throughput_tps"])\
"""  # noqa: E501 - one line

ALL = {"datasets": DATASETS, "DuckDB": DUCKDB, "Polars": POLARS, "pandas": PANDAS}
