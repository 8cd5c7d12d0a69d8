"""Leaderboards of any size for benches: every entry valid, every configuration its own.

Entries are those of tests/support/real_format, some 1.6 kB each, with other figures, models and
dates; the same arguments give the same bytes. By hand:
`python tests/bench/boards.py FOLDER 100000` writes two files of unrelated entries, one as the
earlier tools wrote it (in order of arrival, spaces behind commas), one indented.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmark.entry import Entry
from benchmark.leaderboard import encode
from tests.support.real_format import public_entries

if TYPE_CHECKING:
    from collections.abc import Iterator

_BASES = [entry for entry in public_entries() if entry["metrics"]["throughput_tps"]]


def entries(count: int, *, family: str = "model", start: int = 0) -> Iterator[dict[str, Any]]:
    """`count` entries; two families have no configuration in common."""
    for number in range(start, start + count):
        base = _BASES[number % len(_BASES)]
        speed = 10.0 + number / 7
        yield {
            **base,
            "entry_id": f"{number:08x}-0000-4000-8000-{abs(hash_of(family)):012x}",
            "model": {**base["model"], "name": f"org/{family}-{number}"},
            "metrics": {**base["metrics"], "throughput_tps": speed, "ttft_ms": 1e4 / speed},
            "metadata": {**base["metadata"], "submitted_at": _date(number)},
        }


def hash_of(family: str) -> int:
    """The same in every process, unlike `hash`."""
    return int.from_bytes(family.encode()[:5], "big")


def canonical_board(count: int, *, family: str = "model") -> bytes:
    """The file of a leaderboard that holds them."""
    return encode(Entry(entry) for entry in entries(count, family=family))


def write_loose(path: Path, count: int, *, family: str, indent: int | None) -> None:
    """A file that is not canonical: in order of arrival, with blanks."""
    with path.open("w", encoding="utf-8") as file:
        before = "[\n"
        for entry in entries(count, family=family):
            file.write(f"{before}{json.dumps(entry, indent=indent)}")
            before = ",\n"
        file.write("\n]\n")


def _date(number: int) -> str:
    return (
        f"2026-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}T10:00:00.{number % 10**6:06}+00:00"
    )


def main() -> None:
    """Write two files."""
    parser = argparse.ArgumentParser(description="Write two unrelated files of many entries.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("count", type=int)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    for family, indent in (("one", None), ("other", 1)):
        path = options.folder / f"leaderboard_{family}.json"
        write_loose(path, options.count, family=family, indent=indent)


if __name__ == "__main__":
    main()
