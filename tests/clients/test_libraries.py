"""What people read and write datasets with does so at the hub, with nothing set but its address."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.localhub.test_git_clone import git
from tests.readers.samples import DATASETS, ranked_in, runs_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmark.entry import Entry
    from tests.clients.lab import Lab

REPO = "lab/results"


def test_datasets_pushes_loads_and_streams(lab: Lab) -> None:
    """Splits and configurations, pushed one after the other, are all there."""
    assert lab.lines("push_and_load", REPO) == {
        "splits": {"train": 5000, "test": 10},
        "same": True,
        "streamed": True,
        "other": 20,
        "again": 5000,
    }


def test_datasets_loads_and_streams_our_boards(lab: Lab) -> None:
    """Both leaderboards and the runs, each by the name that the card gives it."""
    name = "odd"
    lab.hub.create(REPO, DATASETS[name])
    said = lab.lines("boards", REPO)
    expected = {
        "single": ids(ranked_in(name)),
        "multi": ids(ranked_in(name, "multi")),
        "runs": ids(runs_in(name)),
    }
    assert said == {name: {"whole": all_, "stream": all_} for name, all_ in expected.items()}


def ids(found: Iterable[Entry]) -> list[str]:
    """The entries' ids, sorted."""
    return sorted(str(run.at("entry_id")) for run in found)


def test_tables_are_written_and_read_through_the_file_system(lab: Lab) -> None:
    """By pandas with the address alone, by DuckDB and Polars with the client's file system."""
    lab.hub.create(REPO)
    said = lab.lines("frames", REPO)
    tables = ["duckdb/t.jsonl", "pandas/t.csv", "pandas/t.parquet", "polars/t.parquet"]
    assert said == {
        "pandas parquet": True,
        "pandas csv": True,
        "pandas json": 2000,
        "polars": True,
        "duckdb": 4000,
        "tail": True,
        "found": [".gitattributes", *tables],
        "left": [".gitattributes", "moved.csv", "pandas/t.parquet", "polars/t.parquet"],
    }


def test_a_folder_arrives_in_every_way_that_the_client_has(lab: Lab) -> None:
    """At once, as a large one where the client has that, and on a schedule; git reads it too."""
    source = random.Random(5)  # noqa: S311 - reproducible, not secret
    files = {f"{n % 7}/{n}.txt": b"%d" % n for n in range(60)}
    files |= {f"large/{n}.bin": source.randbytes(60_000 + n) for n in range(4)}
    for name, content in files.items():
        path = lab.folder / "sent" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    lab.hub.create(REPO)
    said = lab.lines("folders", REPO, str(lab.folder / "sent"))
    ways = ["at-once/", "scheduled/"]
    if lab.major != "2":
        assert said["ways"] == ["upload_large_folder"]
        ways.append("")
    expected = {f"{way}{name}": content for way in ways for name, content in files.items()}
    expected["scheduled/later.txt"] = b"later"
    kept = lab.hub.files(REPO)
    del kept[".gitattributes"]
    assert kept == expected
    assert said["got"] == {name: len(content) for name, content in lab.hub.files(REPO).items()}
    git("clone", "-q", f"{lab.endpoint}/datasets/{REPO}", lab.folder / "clone")
    assert (lab.folder / "clone/scheduled/later.txt").read_text() == "later"
