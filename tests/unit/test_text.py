"""Text from outside, made safe to show."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.text import decoded, one_line, table_cell, whole, without_surrogates


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


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("José", "utf-8"),
        ("李雷", "utf-8"),
        ("李雷", "gbk"),
        ("张喆 (Lab)", "gbk"),
        ("朱镕 7", "gb18030"),
        ("Müller", "iso-8859-1"),
        ("Renée", "iso-8859-1"),
        ("Ólafur", "iso-8859-1"),
    ],
)
def test_a_name_is_understood_by_its_bytes(name: str, encoding: str) -> None:
    """UTF-8, the Chinese encodings, Latin letters: without being told which."""
    assert decoded(name.encode(encoding)) == name


def test_a_stated_encoding_counts_where_the_bytes_are_no_utf_8() -> None:
    """And one that is not known does not."""
    assert decoded("Жук".encode("koi8-r"), "koi8-r") == "Жук"
    assert decoded("李雷".encode(), "koi8-r") == "李雷"
    assert decoded("李雷".encode("gbk"), "klingon") == "李雷"


@given(st.binary())
def test_whatever_the_bytes_are_the_words_can_be_written(data: bytes) -> None:
    """As UTF-8, which has no lone surrogates; so can those of a command line or a file's name."""
    path = os.fsdecode(data)
    words = [decoded(data), whole(path), without_surrogates(f"✓ {path}")]
    assert [text.encode("utf-8").decode("utf-8") for text in words] == words


@given(st.text())
def test_words_that_can_be_written_stay_as_they_are(text: str) -> None:
    """Whatever is in them."""
    assert without_surrogates(text) == text
