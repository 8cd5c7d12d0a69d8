"""A list in pieces is the list, wherever it was cut; a piece that is no list shows it."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.cut import UncutError, arrays, spans
from tests.property.test_respelling_laws import BLANK, JSON

if TYPE_CHECKING:
    from collections.abc import Iterator

OBJECTS = st.lists(
    st.tuples(st.sampled_from(["a", "a", "a", "b"]), JSON).map(
        lambda pair: f'{{"{pair[0]}":{pair[1]},"more":[{{"a":1}},{{"a":2}}]}}'
    )
)


def pieces(text: bytes, size: int) -> Iterator[bytes]:
    """What is in each span."""
    return (text[start:end] for start, end in spans(text, size))


def read(text: str) -> object:
    """The value, None for what is none."""
    try:
        return json.loads(text)
    except ValueError:
        return None


@given(OBJECTS, BLANK, BLANK, st.integers(1, 200), st.sampled_from(["[", " [\n", "{"]))
def test_pieces_that_are_lists_are_together_the_list(
    objects: list[str], before: str, after: str, size: int, opening: str
) -> None:
    """Whatever is in the objects, and whatever stands between them."""
    text = f"{opening}{f'{before},{after}'.join(objects)}{before}]{after}"
    cut: list[object] = []
    with suppress(UncutError):
        cut = [read(f"[{piece.decode()}]") for piece in pieces(text.encode(), size)]
    if cut and all(isinstance(piece, list) and piece for piece in cut):
        together = [item for piece in cut if isinstance(piece, list) for item in piece]
        assert json.dumps(together) == json.dumps(read(text))


@given(st.integers(1, 60), st.integers(40, 300), st.sampled_from([None, 1]))
def test_a_list_of_like_objects_is_cut_into_lists_of_some_size(
    count: int, size: int, indent: int | None
) -> None:
    """Up to the end of an object, but for the last."""
    values = [{"name": number, "within": {"name": number}} for number in range(count)]
    cut = list(pieces(json.dumps(values, indent=indent).encode(), size))
    assert [item for piece in cut for item in json.loads(b"[%b]" % piece)] == values
    assert all(size - 10 < len(piece) < size + 100 for piece in cut[:-1])


@given(st.integers(1, 60), st.integers(40, 300), st.sampled_from([None, 1]), BLANK)
def test_members_without_brackets_are_cut_in_the_same_places(
    count: int, size: int, indent: int | None, blank: str
) -> None:
    """Each piece comes in brackets of its own."""
    text = json.dumps([{"name": number} for number in range(count)], indent=indent).encode()
    members = blank.encode() + text[1:-1]
    assert [*arrays(members, size)] == [b"[%b]" % piece for piece in pieces(text, size)]
    assert not [*arrays(b"[%b]" % members, size)]


def test_pieces_become_shorter_towards_the_end() -> None:
    """Not before, and not without end; together they are the list."""
    text = json.dumps([{"a": "x" * 94}] * 1000).encode()
    cut = [*spans(text, 10_000, 1_000)]
    sizes = [end - start for start, end in cut]
    assert sizes[:3] == [sizes[0]] * 3
    assert sizes[1:] == sorted(sizes[1:], reverse=True)
    assert 1_000 <= sizes[-2] < 1_200
    assert 20 < len(cut) < 40
    assert json.loads(b"[%b]" % b",".join(text[start:end] for start, end in cut)) == (
        json.loads(text)
    )


def test_a_piece_is_never_much_longer_than_it_should_be() -> None:
    """Where objects begin in another way, from some place on."""
    text = json.dumps([*[{"a": 1}] * 9, *[{"b": 1}] * 99]).encode()
    seen = []
    with pytest.raises(UncutError):
        seen.extend(pieces(text, 10))
    assert b"".join(seen).count(b"a") in range(1, 9)
    assert max(map(len, seen)) <= 40


def test_what_is_no_list_of_objects_is_not_cut() -> None:
    """Nor what is behind a list, or without a key."""
    for text in (b"", b"[]", b"[1]", b"[{}]", b'{"a":[]}', b'[{"a":1}] 2', b'[{"a":1}', b'[{"a]'):
        assert not list(pieces(text, 1))
