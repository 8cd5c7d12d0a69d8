"""A leaderboard file compared, searched and changed as lines: the same as by its entries."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest import mock

from hypothesis import example, given
from hypothesis import strategies as st

from benchmark import canonical
from benchmark.board import difference as module
from benchmark.board import runs
from benchmark.board.bisection import places
from benchmark.board.difference import difference
from benchmark.board.lines import LineCount, body, is_framed, lines_in
from benchmark.board.splice import Edit, lost, spliced
from benchmark.leaderboard import encode, encode_lines, in_order, lines
from benchmark.merge import leaderboard_of
from tests.support.entries import run

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmark.entry import Entry

LINES = st.lists(st.sampled_from([b'{"a":%d}' % number for number in range(12)]), max_size=30)
MODELS = st.lists(st.integers(0, 40), unique=True, max_size=30)


def framed(lines: list[bytes]) -> bytes:
    """A file in the canonical form."""
    return b"[\n" + b",\n".join(lines) + b"\n]\n" if lines else b"[]\n"


def boarded(models: list[int], speed: int = 10) -> bytes:
    """The leaderboard file of one run of each model."""
    return encode(run(speed, model=f"m{model}") for model in models)


@given(mine=LINES, theirs=LINES)
def test_the_parts_are_the_file_and_what_is_held_is_there(
    mine: list[bytes], theirs: list[bytes]
) -> None:
    """Whatever the order, and however often a line is repeated."""
    one, other = framed(mine), framed(theirs)
    seen: list[bytes] = []
    for part, held in difference((one, body(one)), (other, body(other))):
        lines = list(lines_in(one, part))
        assert lines
        assert held is None or list(lines_in(other, held)) == lines
        seen += lines
    assert seen == mine


@given(models=MODELS, more=MODELS)
def test_of_two_sorted_files_every_shared_line_is_held(models: list[int], more: list[int]) -> None:
    """Only what is new is called new."""
    one, other = boarded(models), boarded(more)
    parts = difference((one, body(one)), (other, body(other)))
    new = [line for mine, theirs in parts if not theirs for line in lines_in(one, mine)]
    expected = boarded([model for model in models if model not in more])
    assert framed(new) == expected


@given(data=st.data(), lines=st.integers(0, 400), block=st.sampled_from([1, 7, 4096]))
def test_the_size_of_blocks_changes_nothing(data: st.DataObject, lines: int, block: int) -> None:
    """A difference is found wherever in a block it is."""
    board = framed([b'{"line":%d}' % number for number in range(lines)])
    gone = data.draw(st.sets(st.integers(0, max(0, lines - 1)), max_size=3))
    mine = framed([b'{"line":%d}' % number for number in range(lines) if number not in gone])
    kept, module._FIRST_BLOCK = module._FIRST_BLOCK, block  # noqa: SLF001
    try:
        parts = list(difference((mine, body(mine)), (board, body(board))))
    finally:
        module._FIRST_BLOCK = kept  # noqa: SLF001
    assert all(held for _, held in parts)


@given(models=MODELS, wanted=MODELS)
def test_bisection_finds_what_a_dictionary_finds(models: list[int], wanted: list[int]) -> None:
    """The holder of a key, or the place where its line belongs."""
    board = boarded(models)
    best = leaderboard_of(run(10, model=f"m{model}") for model in models)
    found = places(board, [run(1, model=f"m{model}").config_key for model in wanted])
    for key, place in found.items():
        assert place.holder == best.get(key)
        behind = sum(other < key for other in best)
        assert board.count(b"\n", 0, place.span.start) == (behind + 1 if best else 1)


@given(models=MODELS, changed=MODELS)
def test_splicing_is_encoding_the_merged_entries(models: list[int], changed: list[int]) -> None:
    """Replaced lines and new ones, at the beginning, in the middle and at the end."""
    board = boarded(models)
    runs = {item.config_key: item for item in (run(20, model=f"m{model}") for model in changed)}
    found = places(board, runs)
    edits = [Edit(place.span, runs[key].canonical) for key, place in sorted(found.items())]
    after = spliced(board, edits)
    assert after == encode(
        [*runs.values(), *(run(10, model=f"m{model}") for model in models if model not in changed)]
    )
    replaced = [place.holder.canonical for place in found.values() if place.holder]
    assert lost(board, after, replaced) == []
    assert sorted(lost(board, after, [])) == sorted(replaced)


def test_a_file_that_is_not_in_the_canonical_form_is_seen_as_such() -> None:
    """Spread over lines, with a mark at its beginning, cut off, or no list."""
    assert all(map(is_framed, [b"[]\n", boarded([1]), boarded([1, 2])]))
    other = [b"[]", b"", b"[\n]\n", b'{"a":1}\n', b'[\n  {\n"a":1}\n]\n', b"\xef\xbb\xbf[]\n"]
    assert not any(map(is_framed, [*other, boarded([1])[:-1], b"[" + boarded([1])]))


@given(lines=LINES, places_asked=st.lists(st.integers(0, 400), max_size=8))
def test_lines_are_counted_whatever_was_asked_before(
    lines: list[bytes], places_asked: list[int]
) -> None:
    """In any order, and again."""
    data = framed(lines)
    counted = LineCount(data)
    for place in [*places_asked, *places_asked]:
        assert counted.before(place) == data[:place].count(b"\n")


RUNS = st.lists(st.sampled_from([run(speed, model=f"m{n}") for n in range(9) for speed in (1, 2)]))


@given(written=RUNS, expected=RUNS, write=st.sampled_from([encode, encode_lines]))
@example(written=[run(1)] * 2, expected=[run(1)], write=encode)
def test_the_runs_in_a_file_are_those_of_its_lines_whatever_is_expected(
    written: list[Entry], expected: list[Entry], write: Callable[[list[Entry]], bytes]
) -> None:
    """What is expected and not there is not found, and what is there is, expected or not."""
    data = write(written)
    with mock.patch.object(runs, "_TOGETHER", 2):
        for several in (expected, in_order(expected), in_order(written)):
            assert runs.runs_in(data, several) == {entry.run_id for entry in written}


@given(written=RUNS, place=st.integers(0), byte=st.integers(0, 255))
def test_of_a_file_in_which_a_byte_is_another_every_run_is_the_hash_of_a_line(
    written: list[Entry], place: int, byte: int
) -> None:
    """A line that only begins as the expected one does is another run, or none."""
    data = bytearray(encode(written))
    data[place % len(data)] = byte
    changed = bytes(data)
    found = runs.runs_in(changed, in_order(written))
    assert found == {canonical.digest(line) for line in lines(changed)}
