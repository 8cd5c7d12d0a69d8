"""Laws of the page as bytes: reproducible, and data stays data."""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.errors import UsageError
from tests.page.samples import HOSTILE, ROWS, build, entry, row

ENDINGS = [
    "</script>",
    "</SCRIPT ",
    "<!--<script>",
    "<![CDATA[",
    "\u2028",
    "\u2029",
    "${x}",
    "$data",
]
TEXT = st.one_of(st.text(), st.sampled_from(ENDINGS), st.just(HOSTILE))
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-9999, 9999), TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXT, inner, max_size=3)),
    max_leaves=6,
)
ENTRIES = st.dictionaries(
    st.one_of(TEXT, st.sampled_from(["hardware", "model", "workload", "metrics", "metadata"])),
    VALUES,
    max_size=4,
)


class Outline(HTMLParser):
    """Which elements a page has, and the raw text of its scripts and styles."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.raw: dict[str, list[str]] = {"script": [], "style": []}
        self.policy = ""
        self.feed(page.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember the element; a script or style starts its text."""
        self.tags.append(tag)
        if tag in self.raw:
            self.raw[tag].append("")
        if dict(attrs).get("http-equiv") == "Content-Security-Policy":
            self.policy = dict(attrs)["content"] or ""

    def handle_data(self, data: str) -> None:
        """Add to the text of the script or style that is open."""
        if self.cdata_elem in self.raw:
            self.raw[str(self.cdata_elem)][-1] += data


def data_of(page: bytes) -> dict[str, Any]:
    """What a page holds as JSON, as a browser would read it."""
    data: dict[str, Any] = json.loads(Outline(page).raw["script"][0])
    return data


def test_the_same_inputs_give_the_same_bytes_in_any_order_of_rows() -> None:
    """A page can be rebuilt and compared."""
    assert build(ROWS) == build(ROWS[::-1])


@given(ENTRIES, TEXT)
def test_no_text_in_any_field_leaves_the_data_element(value: dict[str, Any], text: str) -> None:
    """A hostile page has the elements and the scripts of a harmless one, and holds the entry."""
    plain, page = Outline(build([])), build([row(value)], title=text, dataset_url=text)
    hostile = Outline(page)
    assert hostile.tags == plain.tags
    assert hostile.raw["script"][1] == plain.raw["script"][1]
    assert data_of(page)["rows"][0]["entry"] == value
    assert data_of(page)["title"] == text


@given(TEXT)
def test_inlined_data_has_no_character_that_html_or_javascript_could_mind(text: str) -> None:
    """No `<` can open a tag or a comment, no line separator can end a line."""
    raw = Outline(build([row(entry(text))])).raw["script"][0]
    assert not set(raw) & {"<", "\u2028", "\u2029", "\n", "\r"}


def test_the_policy_allows_exactly_the_inlined_script_and_style() -> None:
    """A browser runs what was built and nothing else."""
    outline = Outline(build())
    hashes = {
        tag: b64encode(sha256(outline.raw[tag][-1].encode()).digest()).decode()
        for tag in ("script", "style")
    }
    rules = dict(rule.split(" ", 1) for rule in outline.policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == f"'sha256-{hashes['script']}'"
    assert rules["style-src"] == f"'sha256-{hashes['style']}'"


def test_scripts_and_style_cannot_end_their_own_element() -> None:
    """Nobody may write an ending tag into a source file."""
    outline = Outline(build([]))
    for text in (outline.raw["script"][1], outline.raw["style"][0]):
        assert "</" not in text
        assert "<!--" not in text


def test_a_language_the_page_does_not_speak_is_refused() -> None:
    """The error names the language."""
    with pytest.raises(UsageError, match="'fr'"):
        build(lang="fr")
