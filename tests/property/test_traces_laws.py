"""The quick look misses nothing that a search would find."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmark import credentials
from benchmark.credentials.form import lowered
from benchmark.credentials.general import GENERAL
from benchmark.credentials.published import PUBLISHED
from benchmark.credentials.traces import json_may_hold, may_hold, search_of_json, traces_of
from tests.support.credential_samples import PHRASES, TOKENS

if TYPE_CHECKING:
    from benchmark.credentials.form import Form

FORMS = (*PUBLISHED, *GENERAL)
LETTERS = st.characters(codec="ascii") | st.sampled_from("éİ密码钥秘口令：是为")
AROUND = st.text(st.sampled_from("aZ0 =:\"'-_.%\\é密\x1c\n/@&?"), max_size=4)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.kind)
def test_whatever_a_form_finds_is_found_by_its_trace(form: Form) -> None:
    """Texts are made from the form itself, and put between others."""

    @settings(max_examples=15, suppress_health_check=list(HealthCheck))
    @given(st.from_regex(form.search, alphabet=LETTERS), AROUND, AROUND)
    def search(text: str, before: str, after: str) -> None:
        whole = f"{before}{text}{after}"
        if form.search.search(whole):
            assert re.search(form.trace, lowered(whole))
            assert may_hold(whole)

    search()


@given(st.lists(st.sampled_from([*TOKENS.values(), *PHRASES]) | AROUND, max_size=3))
def test_a_text_is_dismissed_only_if_no_form_is_in_it(parts: list[str]) -> None:
    """One after the other, without the quick look."""
    text = "".join(parts)
    if any(form.search.search(text) for form in FORMS) and not may_hold(text):
        assert not any(form.search.search(text) and form.may_be_in(lowered(text)) for form in FORMS)


@given(st.lists(st.sampled_from([*TOKENS.values(), *PHRASES]) | AROUND, max_size=3), st.booleans())
def test_json_in_ascii_is_searched_as_any_other(parts: list[str], is_upper: bool) -> None:
    """By a pattern of its own, in either case."""
    text = json.dumps({"a": "".join(parts), "token": parts}, ensure_ascii=False)
    text = text.upper() if is_upper else text
    assert search_of_json()(text) is json_may_hold(text)


@pytest.mark.parametrize("token", TOKENS.values(), ids=TOKENS)
def test_a_token_leaves_its_trace_in_a_long_text(token: str) -> None:
    """Wherever it stands."""
    text = f"{'the quick brown fox, 12.5 of it; ' * 2000}{token}{' and so on' * 2000}"
    assert list(credentials.find(text))


def test_a_text_that_is_no_unicode_is_searched() -> None:
    """As the name of a folder may be."""
    assert not list(credentials.find("/home/\udcc0\udcee/model"))
    assert list(credentials.find(f"/home/\udcc0/{next(iter(TOKENS.values()))}"))


def test_the_pattern_is_one_that_needs_no_looking_around() -> None:
    """Looking around is not linear, and the engine refuses it."""
    assert not re.search(r"\(\?[=!<]", traces_of(FORMS))
