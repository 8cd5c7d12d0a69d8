"""A list in pieces is the list, wherever it was cut; a piece that is no list shows it."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from benchmark.cut import pieces
from tests.property.test_respelling_laws import BLANK, JSON

OBJECTS = st.lists(
    st.tuples(st.sampled_from(["a", "a", "a", "b"]), JSON).map(
        lambda pair: f'{{"{pair[0]}":{pair[1]},"more":[{{"a":1}},{{"a":2}}]}}'
    )
)


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
    cut = [read(f"[{piece.decode()}]") for piece in pieces(text.encode(), size)]
    if cut and all(isinstance(piece, list) and piece for piece in cut):
        together = [item for piece in cut if isinstance(piece, list) for item in piece]
        assert json.dumps(together) == json.dumps(read(text))


@given(st.integers(1, 60), st.integers(1, 300), st.sampled_from([None, 1]))
def test_a_list_of_like_objects_is_cut_into_lists_of_some_size(
    count: int, size: int, indent: int | None
) -> None:
    """Up to the end of an object, but for the last."""
    values = [{"name": number, "within": {"name": number}} for number in range(count)]
    cut = list(pieces(json.dumps(values, indent=indent).encode(), size))
    assert [item for piece in cut for item in json.loads(b"[%b]" % piece)] == values
    assert all(size - 10 < len(piece) < size + 100 for piece in cut[:-1])


def test_what_is_no_list_of_objects_is_not_cut() -> None:
    """Nor what is behind a list, or without a key."""
    for text in (b"", b"[]", b"[1]", b"[{}]", b'{"a":[]}', b'[{"a":1}] 2', b'[{"a":1}', b'[{"a]'):
        assert not list(pieces(text, 1))
