"""The words of the page: one catalogue, complete in both languages."""

from __future__ import annotations

import json
import re
from importlib.resources import files

from benchmark.page import builder

PAGE = files("benchmark.page")
WORDS = {
    lang: json.loads((PAGE / "words" / f"{lang}.json").read_text("utf-8")) for lang in ("en", "zh")
}
SCRIPT = builder.script()
TEMPLATE = (PAGE / "template.html").read_text("utf-8")


def named() -> set[str]:
    """The keys that scripts and template name outright."""
    called = re.findall(r"\bt\(\s*\"(\w+)\"", SCRIPT)
    return {*called, *re.findall(r"data-t(?:-label|-placeholder)?=\"(\w+)\"", TEMPLATE)}


def test_both_languages_have_the_same_words_and_the_same_gaps() -> None:
    """What is filled in stands in every translation."""
    assert set(WORDS["en"]) == set(WORDS["zh"])
    for key, text in WORDS["en"].items():
        assert sorted(re.findall(r"{\d}", text)) == sorted(re.findall(r"{\d}", WORDS["zh"][key]))


def test_every_word_that_is_asked_for_is_there() -> None:
    """No reader meets a key instead of a word."""
    assert len(named()) > 60
    assert named() <= set(WORDS["en"])


def test_every_word_is_asked_for() -> None:
    """By its name, or as one of a kind that is listed or put together."""
    spoken = {*re.findall(r"\"(\w+)\"", SCRIPT), *re.findall(r"(\w+): \(", SCRIPT), *named()}
    made = re.compile(
        r"section\w+|scale\w+|field_\w+|attestedWhy|reproducedWhy|community|sound|best"
    )
    assert {key for key in WORDS["en"] if key not in spoken and not made.fullmatch(key)} == set()


def test_chinese_is_chinese() -> None:
    """No word was left in English, but the way back to it."""
    same = {key for key, text in WORDS["zh"].items() if not re.search(r"[\u4e00-\u9fff]", text)}
    assert same == {"otherLanguage"}
