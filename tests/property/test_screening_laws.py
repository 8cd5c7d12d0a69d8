"""Of a file that is only judged the same is said as when it is read."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from benchmark import crew, respelling, screening
from benchmark.board.bisection import entry_of
from benchmark.leaderboard import decode
from benchmark.refusals import violations_among
from benchmark.screening import Screened
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


SIZES = {"_MANY": screening._MANY}  # noqa: SLF001
TINY = {"_PIECE": 700, "_TOGETHER": 500}


def violations(text: bytes) -> list[Any]:
    """What is said of a file."""
    return list(SubmittedFile(Path("f"), "f", text, decode).violations(()))


def among(text: bytes, found: screening.Screened) -> list[Any]:
    """What is said of its suspects."""
    unreadable = violations_among(text, found.suspects, file="f")
    bad = [] if unreadable else [(index, entry_of(one)) for index, one in found.suspects]
    return SubmittedFile(Path("f"), "f", text, decode).violations_in(bad, (), unreadable)


@given(st.lists(st.tuples(st.sampled_from(BASES[:3] * 2 + BASES), KEYS, MORE), max_size=3))
@example([(BASES[0], "a", "1e999")])
@example([(BASES[0], "a", '":')])
@example([(BASES[0], "a", '"\\u003a"')])
@example([(BASES[0], "a", "[" * 63 + "]" * 63)])
@example([(BASES[0], "a", "[" * 64 + "]" * 64)])
@settings(max_examples=300)
def test_what_is_said_of_suspects_is_all_that_is_said(
    made: list[tuple[dict[str, Any], str, str]],
) -> None:
    """Whatever stands beside what an entry needs, in any spelling."""
    texts = [f"{json.dumps(base)[:-1]},{json.dumps(key)}:{more}}}" for base, key, more in made]
    text = f"[{', '.join(texts)}]".encode()
    expected = violations(text)
    for sizes in (SIZES, TINY):
        with mock.patch.multiple(screening, **sizes):
            found = screening.screened(text)
        if found is None:
            assert expected
            continue
        assert among(text, found) == expected
        assert found.entries == len(made)
        assert [doubted for doubted in found.doubted if not expected] == doubted_in(text)


def doubted_in(text: bytes) -> list[tuple[int, bytes]]:
    """Index and text of the entries that are not sound; nothing of a file that is not good."""
    spans, file = respelling.spans(text) or (), SubmittedFile(Path("f"), "f", text, decode)
    kinds = [] if violations(text) else [entry.standing.verdict for entry in file.entries]
    return [(at, text[slice(*spans[at])]) for at, kind in enumerate(kinds) if kind != "sound"]


def test_many_are_judged_by_several_processes() -> None:
    """And a bad entry is found among them."""
    good, bad = (json.dumps(base).encode() for base in (BASES[2], BASES[4]))
    sizes = {"_MANY": 2, "_PIECE": 2 * len(good)}
    with (
        mock.patch.multiple(screening, **sizes),
        mock.patch.object(crew, "_processors", return_value=2),
    ):
        found = screening.screened(b"[%b]" % b",".join([good] * 9))
        assert found == (9, tuple((at, good) for at in range(9)), ())
        found = screening.screened(b"[%b]" % b",".join([good] * 7 + [bad, good]))
        assert found
        assert (found.entries, found.suspects) == (9, ((7, bad),))


@pytest.mark.skipif(os.name == "nt", reason="it has no pread")
@pytest.mark.parametrize("processors", [1, 2])
def test_of_a_file_the_same_is_said_as_of_its_bytes(tmp_path: Path, processors: int) -> None:
    """Where each process reads its own pieces."""
    good, bad = (json.dumps(base).encode() for base in (BASES[2], BASES[4]))
    path, text = tmp_path / "f", b"[%b]" % b",".join([*[good] * 9, bad, good])
    path.write_bytes(text)
    sizes = {"_MANY": 2, "_PIECE": 2 * len(good)}
    with (
        mock.patch.multiple(screening, **sizes),
        mock.patch.object(crew, "_processors", return_value=processors),
    ):
        assert screening.screened_file(path) == screening.screened(text)
        path.write_bytes(text[:-1])
        assert screening.screened_file(path) is screening.screened(text[:-1]) is None
    assert screening.screened_file(path) is None, "small"
    assert screening.screened_file(tmp_path) is None
    assert screening.screened_file(tmp_path / "nowhere") is None


@pytest.mark.skipif(os.name == "nt", reason="it has no pread")
def test_a_file_that_changes_while_it_is_looked_at_is_not_judged_by_its_pieces(
    tmp_path: Path,
) -> None:
    """It was neither the one nor the other."""
    path, text = tmp_path / "f", b"[%b]" % json.dumps(BASES[2]).encode()
    path.write_bytes(text)

    def changed(_: object) -> Screened:
        with path.open("ab") as file:
            file.write(b" ")
        return Screened(1)

    with mock.patch.multiple(screening, _MANY=2, screened=changed):
        assert screening.screened_file(path) is None


def test_of_many_suspects_the_file_is_read() -> None:
    """Looking at each of them in its own right would only take longer."""
    bad = json.dumps(BASES[4]).encode()
    with mock.patch.object(screening, "MOST_SUSPECTS", 3):
        assert screening.screened(b"[%b]" % b",".join([bad] * 3))
        assert screening.screened(b"[%b]" % b",".join([bad] * 4)) is None


def test_a_list_within_an_entry_is_no_end_of_an_entry() -> None:
    """Objects in it may begin with the same key."""
    texts = [json.dumps({"entry_id": "x", **data(), "more": [{"entry_id": 1}] * 9})] * 5
    text = f"[{','.join(texts)}]".encode()
    with mock.patch.multiple(screening, **TINY):
        assert screening.screened(text) == (5, (), ())
