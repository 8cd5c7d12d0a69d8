"""Tables by HfFileSystem: pandas, Polars and DuckDB write and read Parquet, CSV and JSON lines."""

import json
import sys

import duckdb
import pandas as pd
import polars as pl
from huggingface_hub import HfFileSystem

REPO = sys.argv[1]
PLACE = f"hf://datasets/{REPO}"
rows = {"model": [f"m{number}" for number in range(2000)], "tps": [n / 7 for n in range(2000)]}
files = HfFileSystem()

pd.DataFrame(rows).to_parquet(f"{PLACE}/pandas/t.parquet")
pd.DataFrame(rows).to_csv(f"{PLACE}/pandas/t.csv", index=False)
with files.open(f"datasets/{REPO}/polars/t.parquet", "wb") as file:
    pl.DataFrame(rows).write_parquet(file)
duckdb.register_filesystem(files)
duckdb.sql(f"copy (from '{PLACE}/pandas/t.csv') to '{PLACE}/duckdb/t.jsonl' (format json)")
files.invalidate_cache()
with files.open(f"datasets/{REPO}/polars/t.parquet", "rb") as file:
    polars = pl.read_parquet(file)
by_duckdb = duckdb.sql(f"from read_parquet('{PLACE}/*/*.parquet')").fetchall()
tail = files.open(f"datasets/{REPO}/pandas/t.csv", "rb", block_size=64)
tail.seek(-20, 2)
said = {
    "pandas parquet": pd.read_parquet(f"{PLACE}/pandas/t.parquet").to_dict("list") == rows,
    "pandas csv": pd.read_csv(f"{PLACE}/pandas/t.csv").to_dict("list") == rows,
    "pandas json": len(pd.read_json(f"{PLACE}/duckdb/t.jsonl", lines=True)),
    "polars": polars.to_dict(as_series=False) == rows,
    "duckdb": len(by_duckdb),
    "tail": files.cat_file(f"datasets/{REPO}/pandas/t.csv")[-20:] == tail.read(),
    "found": sorted(path.removeprefix(f"datasets/{REPO}/") for path in files.find(PLACE[5:])),
}
files.mv(f"datasets/{REPO}/pandas/t.csv", f"datasets/{REPO}/moved.csv")
files.rm(f"datasets/{REPO}/duckdb", recursive=True)
files.invalidate_cache()
said["left"] = sorted(path.removeprefix(f"datasets/{REPO}/") for path in files.find(PLACE[5:]))
print(json.dumps(said))
