"""JSON as verbs print it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from benchmark import canonical
from benchmark.commands import common
from benchmark.commands.common import Output
from benchmark.commands.written import around, written

if TYPE_CHECKING:
    import pytest

NAMES = st.sampled_from(["a", "b", "entry", "f", "Z", "null"])


@given(st.dictionaries(NAMES, st.text() | st.none() | st.integers(-9, 9)), NAMES)
def test_a_member_in_its_place_makes_the_canonical_form(
    others: dict[str, str | int | None], name: str
) -> None:
    """Whatever the others are."""
    others.pop(name, None)
    value = {"name": [others]}
    expected = written({**others, name: value})
    assert written(value).join(around(others, name)) == expected


def test_a_list_that_is_written_piece_by_piece_is_one_object(
    capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of none, one, and more items than are written together; of nothing where nobody asked."""
    monkeypatch.setattr(common, "_TOGETHER", 2)
    for count in range(6):
        items = [{"n": n} for n in range(count)]
        Output(as_json=True, language="en").result_of_many(
            {"z": 1, "a": "x"}, "rows", map(written, items)
        )
        expected = canonical.dumps({"z": 1, "a": "x", "rows": [*items]}) + b"\n"
        assert capsysbinary.readouterr().out == expected
    Output(as_json=False, language="en").result_of_many({}, "rows", [b"{}"])
    assert capsysbinary.readouterr().out == b""


def test_words_that_are_no_unicode_are_written_all_the_same() -> None:
    """A file's name may have any bytes."""
    assert written({"path": "a\udcff"}) == b'{"path":"a\xc3\xbf"}'
