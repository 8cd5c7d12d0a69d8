"""Runs that differ in everything that ranks them; what each is said to be is known beforehand."""

from __future__ import annotations

import json
import random
from hashlib import sha256
from typing import Any, NamedTuple

import rfc8785

MODELS = tuple(f"model-{letter}" for letter in "abcdefghijkl")
KINDS = ("sound", "sound", "sound", "sound", "doubtful", "impossible", "failing")
"""What an entry is made to be; `failing` has an error rate above the gate."""

_OUTPUT = 128


class Submission(NamedTuple):
    """What one contributor pushed: a file of entries, and the runs in it."""

    number: int
    text: str
    runs: tuple[str, ...]


class Workload:
    """Submissions without end; every entry is another run."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - reproducible, not secret
        self._made = 0
        self._submissions = 0
        self._earlier: list[dict[str, Any]] = []

    def next(self) -> Submission:
        """One to three new entries and, at times, older ones that a stale contributor still has."""
        self._submissions += 1
        entries = [self._entry() for _ in range(self._random.choice((1, 1, 2, 3)))]
        again = [self._random.choice(self._earlier)] if self._earlier and self._chance(0.2) else []
        self._earlier = [*self._earlier[-199:], *entries]
        everything = [*entries, *again]
        return Submission(
            self._submissions, json.dumps(everything, indent=1), tuple(map(run_id, everything))
        )

    def _chance(self, probability: float) -> bool:
        return self._random.random() < probability

    def _entry(self) -> dict[str, Any]:
        self._made += 1
        # From few values, so that ties are common and every further criterion decides some.
        tps, ttft = self._random.choice((90, 95, 100, 104, 108)), self._random.choice((50, 80))
        return entry(
            self._random.choice(KINDS),
            model=self._random.choice(MODELS),
            nodes=self._random.choice((1, 1, 2)),
            tps=float(tps),
            ttft=float(ttft),
            at=f"2026-01-{self._random.randint(1, 28):02}T00:00:00Z",
            number=self._made,
        )


def entry(  # noqa: PLR0913 - what ranks an entry
    kind: str, *, model: str, nodes: int, tps: float, ttft: float, at: str, number: int
) -> dict[str, Any]:
    """An entry that is `kind` by its own figures.

    A sound one's end to end time is the time to the first token and that of 127 more; a doubtful
    one's throughput is half of what follows from them, an impossible one's a million times.
    """
    steady = (1000 * _OUTPUT / tps - ttft) / (_OUTPUT - 1)
    claimed = {"doubtful": tps / 2, "impossible": tps * 1e6}.get(kind, tps)
    return {
        "entry_id": f"entry-{number}",
        "sagellm_version": "0.5.0.0",
        "config_type": "multi_node" if nodes > 1 else "single_gpu",
        "hardware": {"vendor": "Intel", "chip_model": "CPU", "chip_count": 1},
        "model": {"name": model, "precision": "FP32"},
        "workload": {
            "input_length": 128,
            "output_length": _OUTPUT,
            "batch_size": 1,
            "concurrent_requests": 1,
        },
        "metrics": {
            "ttft_ms": ttft,
            "tpot_ms": steady,
            "throughput_tps": claimed,
            "peak_mem_mb": 900,
            "error_rate": 0.5 if kind == "failing" else 0.0,
        },
        "cluster": {"node_count": nodes} if nodes > 1 else None,
        "versions": {"benchmark": "0.5.0.0"},
        "environment": {"os": "Linux"},
        "metadata": {"submitted_at": at, "submitter": "somebody", "notes": kind},
        "unknown_to_us": {"kept": number},
    }


def run_id(item: dict[str, Any]) -> str:
    """The sha-256 of the entry's RFC 8785 form, by the reference implementation."""
    return sha256(rfc8785.dumps(item)).hexdigest()
