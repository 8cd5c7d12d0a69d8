"""Runs with their raw samples, where `run` has left these beside the entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.commands.files import files_of, good
from benchmark.errors import BenchmarkError
from benchmark.significance import Evidence, Request

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from benchmark.entry import Entry

_RESULT, _SAMPLES = "_leaderboard.json", "_samples.parquet"


def runs_of(paths: Iterable[Path]) -> list[Evidence]:
    """Every run of files and folders, in their order.

    Raises:
        InvalidDataError: with every violation of every file.
    """
    files = good(files_of(paths))
    return [Evidence(entry, _samples(file.path, entry)) for file in files for entry in file.entries]


def _samples(path: Path, entry: Entry) -> tuple[Request, ...] | None:
    """Those of the entry; None where they are not there, not its own, or cannot be read."""
    beside = path.with_name(path.name.removesuffix(_RESULT) + _SAMPLES)
    if not path.name.endswith(_RESULT) or not beside.is_file():
        return None
    from benchmark.measure import sample_file  # noqa: PLC0415 - pyarrow takes long, and is an extra

    try:
        if sample_file.read_metadata(beside).get("entry_id") != entry.at("entry_id"):
            return None
        series = sample_file.read(beside)
    except BenchmarkError:
        # The entry states an interval of its own.
        return None
    return tuple(
        Request(one.start_s, one.output_tokens, one.ttft_ms, one.e2e_ms, one.tpot_ms)
        for one in series.samples
    )
