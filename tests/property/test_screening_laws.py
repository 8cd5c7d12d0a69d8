"""A file that is only judged is good if, and only if, nothing is said about it when it is read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from unittest import mock

from hypothesis import example, given, settings
from hypothesis import strategies as st

from benchmark import screening
from benchmark.leaderboard import decode
from benchmark.submission import SubmittedFile
from tests.property.test_respelling_laws import JSON
from tests.support.credential_samples import HARMLESS, PHRASES, TOKENS
from tests.support.entries import data, multi_node

BASES = [
    data(),
    dict(multi_node().data),
    data({"metrics.throughput_tps": 200}),
    data({"model.name": None}),
    data({"metrics.ttft_ms": -1}),
]
WORDS = st.sampled_from([*TOKENS.values(), *PHRASES, *HARMLESS]).map(json.dumps)
NUMBERS = st.sampled_from(
    [
        *("9007199254740991.0", "9007199254740993.0", "1e15", "9e15", "1e16", "1e20", "1e21"),
        *("18446744073709551616", "-9007199254740992", "1e999", "1e-7", "-0.0", "NaN"),
    ]
)
LARGE = st.sampled_from([8_000, 60_000, 70_000]).map(lambda size: json.dumps("x" * size))
MORE = JSON | WORDS | NUMBERS | LARGE
KEYS = st.sampled_from(["a", "sig", "auth", "passwd", "token", "a:", 'b"'])


def violations(text: bytes) -> list[Any]:
    """What is said of a file."""
    return list(SubmittedFile(Path("f"), "f", text, decode).violations(()))


@given(st.lists(st.tuples(st.sampled_from(BASES[:3] * 2 + BASES), KEYS, MORE), max_size=3))
@example([(BASES[0], "a", "1e999")])
@example([(BASES[0], "a", '":')])
@example([(BASES[0], "a", '"\\u003a"')])
@example([(BASES[0], "a", "[" * 63 + "]" * 63)])
@example([(BASES[0], "a", "[" * 64 + "]" * 64)])
@settings(max_examples=300)
def test_good_is_what_nothing_is_said_about(made: list[tuple[dict[str, Any], str, str]]) -> None:
    """Whatever stands beside what an entry needs, in any spelling."""
    texts = [f"{json.dumps(base)[:-1]},{json.dumps(key)}:{more}}}" for base, key, more in made]
    text = f"[{', '.join(texts)}]".encode()
    found = screening.screened(text)
    if violations(text):
        assert found is None
        return
    assert found is not None
    assert found.entries == len(made)
    read = [entry.standing.verdict for entry in decode(text, file="f")]
    assert [index for index, _ in found.doubted] == [
        at for at, kind in enumerate(read) if kind != "sound"
    ]


def test_many_are_judged_by_several_processes() -> None:
    """And one bad entry is enough."""
    good, bad = (json.dumps(base).encode() for base in (BASES[2], BASES[4]))
    with mock.patch.object(screening, "_MANY", 2), mock.patch.object(screening, "_PIECE", 2):
        found = screening.screened(b"[%b]" % b",".join([good] * 5))
        assert found == (5, tuple((at, good) for at in range(5)))
        assert screening.screened(b"[%b]" % b",".join([good] * 4 + [bad])) is None
