"""The language of messages."""

from __future__ import annotations

import pytest

from benchmark.i18n import language_of, translator


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "ZH_TW"}, "zh"),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "zh_CN", "LANG": "de_DE"}, "zh"),
        ({"LC_MESSAGES": "C", "LANG": "zh_CN"}, "en"),
        ({"LANGUAGE": "zh"}, "en"),
    ],
)
def test_the_first_variable_that_is_set_decides(environment: dict[str, str], language: str) -> None:
    """In the order of POSIX; an empty one is not set."""
    assert language_of(environment) == language


@pytest.mark.parametrize("language", ["en", "zh", "de"])
def test_what_has_no_translation_is_shown_as_it_is(language: str) -> None:
    """A missing word is no failure."""
    assert translator(language)("no such message") == "no such message"
