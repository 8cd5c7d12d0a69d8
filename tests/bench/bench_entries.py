"""What an entry costs, step by step: CPU time, so that a busy machine does not count twice.

Prints one table, microseconds for each of BOARD entries of 1.6 kB in files that are not canonical,
beside what the plain definitions take (of fewer, for they are slow) and the sha-256 of its bytes.
"""

from __future__ import annotations

import json
import sys
import time
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmark import canonical, credentials, respelling, schema
from benchmark.config_key import configuration_of, key_of, normalise
from benchmark.credentials.general import GENERAL
from benchmark.credentials.published import PUBLISHED
from benchmark.entry import Entry
from benchmark.reading import entries_of
from tests.bench.scale.moulds import CANONICAL, Run, texts
from tests.bench.table import figure, markdown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

COUNT, FEWER, ROUNDS = 5_000, 200, 3


def microseconds(work: Callable[[Any], object], items: Iterable[Any]) -> float:
    """Of CPU time for each item; the best of some rounds."""
    things = list(items)
    spans = []
    for _ in range(ROUNDS):
        started = time.process_time()
        for thing in things:
            work(thing)
        spans.append(time.process_time() - started)
    return min(spans) / len(things) * 1e6


def plain_search(value: Any) -> object:
    """One form of credentials after the other, as `find` does where a trace is seen."""
    text = canonical.text_of(value).lower()
    return [form.may_be_in(text) for form in (*PUBLISHED, *GENERAL)]


def once(work: Callable[[Any], object], items: list[Any]) -> float:
    """As `microseconds`, of what is remembered and would cost nothing in another round."""
    started = time.process_time()
    for item in items:
        work(item)
    return (time.process_time() - started) / len(items) * 1e6


def identified(value: dict[str, Any]) -> Entry:
    """The entry, with its run id known."""
    entry = Entry(value)
    _ = entry.run_id
    return entry


def plainly(text: bytes) -> bytes:
    """Strictly read, and written as RFC 8785 says."""
    return canonical.dumps(canonical.loads(text, file=""))


def alone(text: bytes) -> object:
    """The entry of a text."""
    return entries_of([text])


def renamed(text: bytes) -> bytes:
    """Another entry of the same size, which nobody has judged."""
    return text.replace(b"org/model", b"org/other")


def main() -> None:
    """Measure and print."""
    values = [json.loads(text) for text in texts(map(Run, range(COUNT)), CANONICAL)]
    spaced = [json.dumps(value).encode() for value in values]
    few = values[:FEWER]
    rows = [
        ("sha-256", microseconds(sha256, spaced), None),
        (
            "strict value and canonical bytes",
            microseconds(lambda text: respelling.respelled(text, 64), spaced),
            microseconds(
                lambda text: canonical.dumps(canonical.loads(text, file="")), spaced[:FEWER]
            ),
        ),
        (
            "verdict of the schema",
            once(schema.fits, list(map(identified, values))),
            microseconds(schema.violations, few),
        ),
        (
            "search for credentials",
            microseconds(credentials.may_hold, [text.decode() for text in spaced]),
            microseconds(plain_search, few),
        ),
        (
            "config key",
            microseconds(lambda value: key_of(configuration_of(value).values()), values),
            microseconds(
                lambda value: tuple(map(normalise, configuration_of(value).values())), few
            ),
        ),
        ("what ranks it", microseconds(lambda value: Entry(value).standing, values), None),
        ("label", microseconds(lambda value: Entry(value).label, values), None),
        (
            "all of it, judged and packed",
            once(lambda text: entries_of([text]), list(map(renamed, spaced))),
            None,
        ),
    ]
    cells = [[name, figure(quick), figure(plain)] for name, quick, plain in rows]
    sys.stdout.write(markdown(["step", "µs", "plain µs"], cells) + "\n")


if __name__ == "__main__":
    main()
