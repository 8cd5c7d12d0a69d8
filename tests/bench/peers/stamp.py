"""What the stamps of one token cost: a copy of its id to the host and a look at the clock.

    python tests/bench/peers/stamp.py

Prints microseconds.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

TIMES = 100_000


def stamp_us() -> float:
    """Microseconds of one stamp, the mean of many."""
    import torch  # noqa: PLC0415 - only the process that measures

    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
    from benchmark.measure.engines.transformers_generate import Stamps  # noqa: PLC0415 - as above

    stamps, token = Stamps(), torch.zeros(1, dtype=torch.long)
    start = time.perf_counter()
    for _ in range(TIMES):
        stamps.put(token.cpu())
    return round(1e6 * (time.perf_counter() - start) / TIMES, 3)


if __name__ == "__main__":
    print(stamp_us())  # noqa: T201 - the result
