"""A file that is read where it is looked at is as the bytes in it."""

from __future__ import annotations

import os
from tempfile import TemporaryFile
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark import file_text
from benchmark.file_text import FileText

pytestmark = pytest.mark.skipif(os.name == "nt", reason="it has no pread")

TEXTS = st.binary(max_size=60) | st.text("ab", max_size=60).map(str.encode)
SUBS = st.text("ab", min_size=1, max_size=4).map(str.encode) | st.binary(min_size=1, max_size=3)
PLACES = st.integers(0, 70)


@given(TEXTS, SUBS, PLACES, PLACES, st.integers(4, 20))
def test_it_is_cut_and_searched_as_its_bytes(
    text: bytes, sub: bytes, start: int, end: int, window: int
) -> None:
    """Wherever what is looked for lies across two windows."""
    with TemporaryFile() as file, mock.patch.object(file_text, "_WINDOW", window):
        file.write(text)
        file.flush()
        found = FileText(file.fileno())
        assert len(found) == len(text)
        assert found[:] == text
        assert found[start:end] == text[start:end]
        assert found[start:] == text[start:]
        assert found.find(sub, start, end) == text.find(sub, start, end)
        assert found.find(sub, start, len(text)) == text.find(sub, start)
        assert found.rfind(sub) == text.rfind(sub)


@pytest.mark.parametrize("more", [b"", b"x"])
def test_what_is_cut_off_meanwhile_is_missing_and_told(more: bytes) -> None:
    """It ends no search in an endless loop."""
    with TemporaryFile() as file:
        file.write(b"a" * 10)
        file.flush()
        found = FileText(file.fileno())
        assert not found.has_changed()
        file.truncate(3)
        file.seek(3)
        file.write(more)
        file.flush()
        assert found.has_changed()
        assert found[:] == b"aaa" + more
        assert found.find(b"b", 0, 10) == -1
        assert found.find(b"a", 5, 10) == -1
        assert found.rfind(b"b") == -1
