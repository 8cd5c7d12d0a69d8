"""The line of a violation is the line on which its value really begins.

The oracle writes the JSON itself, one value a line, and notes where each value went.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.canonical import child_path
from benchmark.locate import line_of

if TYPE_CHECKING:
    from collections.abc import Iterator

scalars = st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-9, 9) | st.text(max_size=5)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=20,
)
breaks = st.sampled_from(["\n", "\r\n", " \t\n"])


def lines(value: Any, path: str, lead: str = "") -> Iterator[tuple[str, str]]:
    """Lines of JSON, each with the path of the value that begins on it, "" if none does."""
    if isinstance(value, dict):
        members = [(child_path(path, key), f"{json.dumps(key)}: ", value[key]) for key in value]
        yield path, lead + "{"
        yield from joined(members)
        yield "", "}"
    elif isinstance(value, list):
        yield path, lead + "["
        yield from joined([(f"{path}[{index}]", "", item) for index, item in enumerate(value)])
        yield "", "]"
    else:
        yield path, lead + json.dumps(value, ensure_ascii=False)


def joined(members: list[tuple[str, str, Any]]) -> Iterator[tuple[str, str]]:
    """The members' lines, with commas between the members on lines of their own."""
    for number, (path, lead, value) in enumerate(members):
        if number:
            yield "", ","
        yield from lines(value, path, lead)


@given(value=values, end=breaks, mark=st.sampled_from(["", "\ufeff"]))
def test_every_value_is_found_on_its_line(value: Any, end: str, mark: str) -> None:
    """Whatever its keys hold, however lines end."""
    written = list(lines(value, "$"))
    data = (mark + end.join(line for _, line in written)).encode()
    for number, (path, _) in enumerate(written, 1):
        assert not path or line_of(data, path) == number


@given(value=values, cut=st.integers(0, 60), path=st.text(max_size=12))
def test_any_bytes_and_any_path_have_a_line_in_the_file(value: Any, cut: int, path: str) -> None:
    """Broken files are what is asked about."""
    data = json.dumps([value], indent=1).encode()[:cut] + b"\xff" * (cut % 2)
    for asked in ("$", "$" + path, "$[0]", "$[0].a[3]"):
        assert 1 <= line_of(data, asked) <= data.count(b"\n") + 1


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        (b'[\n{"a": 1,\n"b": tru}\n]', "$", 3),
        (b'[\n{"a": 1,\n"b": "\xff"}\n]', "$", 3),
        (b'[\n{"a": 1,\n"b": tru}\n]', "$[0].a", 2),
        (b'[\n{"a": 1,\n"b": tru}\n]', "$[0].c", 2),
        (b'[\n{},\n{"a":\n{"b": NaN}}]', "$[1].a.b", 4),
        (b'[\n{},\n{"a":\n{"b": 1}}]', "$[1].a.missing", 3),
        (b"[" * 100_000, "$", 1),
        (b"[\n" * 100_000, "$[0][0]", 3),
        (b"", "$", 1),
        (b"\n\n5", "$.a", 3),
    ],
)
def test_what_is_not_there_is_on_the_line_of_what_is_around_it(
    text: bytes, path: str, line: int
) -> None:
    """A missing key, and the place where a file stops being JSON."""
    assert line_of(text, path) == line
