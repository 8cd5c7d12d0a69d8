"""The laws of tests/fuzz, for examples that were damaged; what `make fuzz` found is kept here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.laws import LAWS
from tests.support.entries import data

_EXAMPLES = sorted((Path(__file__).parent.parent / "examples").rglob("*.json"))
_CONTENTS = [path.read_bytes()[:4_000] for path in _EXAMPLES]
_WORDS = (b"NaN", b"1e999", b"\\ud800", b"\xff", b"\xef\xbb\xbf", b"[", b'"', b"\n", b"}", b"\0")

_TWO_LINES = data({"metrics.throughput_tps": 1e99, "hardware.chip_model": "Xeon\nGold\x1b[31m"})

FOUND: list[bytes] = [
    *(b"", b"\xef\xbb\xbf", b"[\xef\xbb\xbf]", b'{"\\u0000":1}', b"[{}]"),
    json.dumps(_TWO_LINES).encode(),
]

EDITS = st.lists(
    st.tuples(
        st.integers(0, 4_000), st.integers(0, 40), st.sampled_from(_WORDS) | st.binary(max_size=4)
    ),
    min_size=1,
    max_size=4,
)


@pytest.mark.parametrize("law", LAWS)
@settings(max_examples=60, deadline=None)
@given(st.sampled_from(_CONTENTS), EDITS)
def test_damaged_files_break_no_law(
    law: str, content: bytes, edits: list[tuple[int, int, bytes]]
) -> None:
    """Cut, pasted over, and filled in anywhere."""
    for at, length, piece in edits:
        place = at % (len(content) + 1)
        content = content[:place] + piece + content[place + length :]
    LAWS[law](content)


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("found", FOUND)
def test_bytes_that_were_found_once_break_no_law_again(law: str, found: bytes) -> None:
    """Each was a finding, or is as small as one can be."""
    LAWS[law](found)
