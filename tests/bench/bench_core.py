"""The core against its reference, in one run: each figure is a ratio, so any machine will do.

Prints one JSON object: how many times faster the canonical form is written than by the rfc8785
package, how many times longer strict reading takes than json.loads, and milliseconds for a plan
(read, merge, check) over the 47 entries of the public format.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import rfc8785

from benchmark import canonical
from benchmark.leaderboard import Revision, Snapshot
from benchmark.publish import plan_for
from tests.support.real_format import public_entries

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 15


def median_ms(work: Callable[[], object]) -> float:
    """Median of several rounds, in milliseconds, after one that does not count."""
    work()
    spans = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        spans.append(time.perf_counter() - started)
    return statistics.median(spans) * 1000


def main() -> None:
    """Measure and print."""
    entries = public_entries()
    text = json.dumps(entries).encode()
    snapshot = Snapshot(Revision("0" * 40), {"leaderboard_single.json": text})
    written = median_ms(lambda: [canonical.dumps(entry) for entry in entries])
    reference = median_ms(lambda: [rfc8785.dumps(entry) for entry in entries])
    read = median_ms(lambda: canonical.loads(text, file="f"))
    plain = median_ms(lambda: json.loads(text))
    figures = {
        "dumps_times_faster_than_rfc8785": round(reference / written, 1),
        "loads_times_slower_than_json": round(read / plain, 1),
        "plan_of_47_entries_ms": round(median_ms(lambda: plan_for(snapshot, [], month="")), 1),
    }
    sys.stdout.write(f"{json.dumps(figures)}\n")


if __name__ == "__main__":
    main()
