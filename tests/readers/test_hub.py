"""The card's lines over `hf://` at another Hub, for the libraries that can be told of one.

Polars cannot: it asks huggingface.co whatever HF_ENDPOINT says, so it is given a download. Nor can
DuckDB by itself (https://github.com/duckdb/duckdb-httpfs/issues/150), but it takes the client's
file system.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.localhub.testing import running_hub
from tests.readers.samples import DATASETS, NAME, fastest, lines_of, ranked_in, runs_in, speeds

if TYPE_CHECKING:
    from pathlib import Path

    from tests.readers.conftest import Library

REGISTERED = """\
import duckdb, huggingface_hub
duckdb.register_filesystem(huggingface_hub.HfFileSystem())
"""
DOWNLOADED = """\
from huggingface_hub import snapshot_download
folder = snapshot_download("lab/results", repo_type="dataset")
"""


def test_lines_read_from_the_hub_that_the_environment_names(
    library: Library, tmp_path: Path
) -> None:
    """The card says the dataset's own name, so they are pasted as they are."""
    name = "odd"
    lines = lines_of(DATASETS[name])
    polars = lines["Polars"].replace(f'"hf://datasets/{NAME}/', 'folder + "/')
    asked = [REGISTERED + lines["DuckDB"], DOWNLOADED + polars, lines["pandas"], lines["datasets"]]
    with running_hub(tmp_path / "hub") as hub:
        hub.create(NAME, DATASETS[name])
        duckdb, polars_rows, pandas, datasets = library.rows(asked, HF_ENDPOINT=hub.endpoint)
    ranked = ranked_in(name) + ranked_in(name, "multi")
    assert {row["name"]: row["tps"] for row in duckdb} == fastest(ranked)
    read = [(row["model"]["name"], row["metrics"]["throughput_tps"]) for row in polars_rows]
    assert sorted(read) == speeds(runs_in(name))
    found = [(row["model.name"], row["metrics.throughput_tps"]) for row in pandas]
    assert sorted(found) == speeds(ranked_in(name))
    assert {row["entry_id"] for row in datasets} == {run.at("entry_id") for run in runs_in(name)}
    assert len(datasets) == len(runs_in(name))
