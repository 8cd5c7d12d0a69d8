"""Text from outside, made safe to show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.text import one_line, table_cell


@given(st.text(), st.integers(0, 50))
def test_any_text_becomes_one_printable_line(text: str, limit: int) -> None:
    """Nothing that controls a terminal or the direction of writing is left."""
    assert one_line(text, limit).isprintable()


@given(st.text(st.characters(codec="utf-8").filter(str.isprintable), max_size=300))
def test_printable_text_within_the_limit_stays_as_it_is(text: str) -> None:
    """Names in any script are shown as their owners write them."""
    assert one_line(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb\r\n\tc", r"a\nb\r\n\tc"),
        ("\x1b[31mred\x07", r"\x1b[31mred\x07"),
        ("\u202egnp.exe\u2066", r"\u202egnp.exe\u2066"),
        ("a\u2028b\x85c\xa0d", r"a\u2028b\x85c\xa0d"),
        ("\ud800 \U000e0041", r"\ud800 \U000e0041"),
        ("中文 🎉 é", "中文 🎉 é"),
    ],
)
def test_what_cannot_be_printed_is_escaped(text: str, shown: str) -> None:
    """People see that something is there, and what."""
    assert one_line(text) == shown


def test_a_long_text_is_cut_and_marked() -> None:
    """At the limit nothing is cut."""
    assert one_line("x" * 300) == "x" * 300
    assert one_line("x" * 301) == "x" * 300 + "…"
    assert one_line("abcd", 3) == "abc…"


def test_a_table_cell_is_cut_before_it_is_escaped() -> None:
    """A cut never leaves half an entity."""
    assert table_cell("|" * 121) == "&#124;" * 120 + "…"
    assert table_cell("abc|", 3) == "abc…"
