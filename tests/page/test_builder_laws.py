"""Laws of the page as bytes: reproducible, and data stays data."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.entry import Entry
from benchmark.errors import UsageError
from benchmark.page import builder
from tests.page.reading import Outline, data_of, facts_of, rows_of
from tests.page.samples import HOSTILE, ROWS, build, entry, row, site

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


def test_the_same_inputs_give_the_same_bytes_in_any_order_of_rows() -> None:
    """A page can be rebuilt and compared."""
    assert build(ROWS) == build(ROWS[::-1])


@given(st.lists(ENTRIES, max_size=4, unique_by=lambda value: Entry(value).run_id), TEXT)
def test_no_text_in_any_field_leaves_the_data_elements(
    values: list[dict[str, Any]], text: str
) -> None:
    """A hostile page has the elements and the script of a harmless one, and holds the entries."""
    plain = Outline(build([]))
    page = build([row(value) for value in values], title=text, dataset_url=text)
    hostile = Outline(page)
    assert hostile.tags == plain.tags
    assert hostile.raw["script"][3] == plain.raw["script"][3]
    assert data_of(page)["title"] == text
    run_ids = {Entry(value).run_id: value for value in values}
    assert rows_of(page) == [run_ids[run_id] for run_id in facts_of(page)["run_id"]]


@given(TEXT)
def test_inlined_data_has_no_character_that_html_or_javascript_could_mind(text: str) -> None:
    """No `<` can open a tag or a comment, no line separator can end a line."""
    about, rows, rest, _ = Outline(build([row(entry(text))], title=text)).raw["script"]
    assert not set(about) & {"<", "\u2028", "\u2029", "\n", "\r"}
    assert re.fullmatch(r"[A-Za-z0-9+/=]*", rows + rest)


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
    assert rules["connect-src"] == "https://hub.example.org"
    assert rules["style-src"] == f"'sha256-{hashes['style']}'"


def test_scripts_and_style_cannot_end_their_own_element() -> None:
    """Nobody may write an ending tag into a source file."""
    outline = Outline(build([]))
    for text in (outline.raw["script"][3], outline.raw["style"][0]):
        assert "</" not in text
        assert "<!--" not in text


def test_a_language_the_page_does_not_speak_is_refused() -> None:
    """The error names the language."""
    with pytest.raises(UsageError, match="'fr'"):
        build(lang="fr")


@pytest.mark.parametrize("address", ["", "javascript:x", "https://a.example;script-src *", "x y"])
def test_what_is_no_web_address_of_one_host_opens_no_way_out(address: str) -> None:
    """The policy names the dataset's host or none, whatever the address holds."""
    rules = dict(
        rule.split(" ", 1) for rule in Outline(build(dataset_url=address)).policy.split("; ")
    )
    assert rules["connect-src"] in {"'none'", "https://a.example"}
    assert set(rules) == {
        "default-src", "script-src", "style-src", "connect-src", "img-src", "base-uri",
        "form-action", "require-trusted-types-for",
    }  # fmt: skip


def test_a_page_is_bounded_however_long_the_words_of_its_rows_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Fewer of them are in it then, and all in the file beside it, whose content it names."""
    rows = [row(entry(f"{n} {sha256(bytes([n])).hexdigest() * 9}")) for n in range(200)]
    whole = site(rows)
    assert whole.data is None
    monkeypatch.setattr(builder, "_LARGEST", len(whole.html) - 1)
    bounded = site(rows)
    assert len(bounded.html) < len(whole.html)
    assert bounded.data is not None
    assert data_of(bounded.html)["data_sha256"] == sha256(bounded.data).hexdigest()
    assert len(rows_of(bounded.html)) == 100
