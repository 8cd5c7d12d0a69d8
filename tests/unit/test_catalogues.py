"""The Chinese catalogue says everything, and says it now."""

from __future__ import annotations

import io
import re
from functools import cache
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from tests.support import messages

PACKAGE = Path(__file__).parents[2] / "benchmark"
CATALOGUE = PACKAGE / "locale" / "zh_CN" / "LC_MESSAGES" / "benchmark.po"


def _translations() -> dict[str, str]:
    catalogue = read_po(io.BytesIO(CATALOGUE.read_bytes()))
    return {message.id: message.string for message in catalogue if message.id}


@cache
def _used() -> set[str]:
    """Everything that people read, errors and help included, and click's own words."""
    method = [("**.py", "tests.support.messages:extract")]
    own = extract_from_dir(str(PACKAGE), method_map=method)
    return {message for _, _, message, _, _ in own} | messages.of_click()


def test_every_message_of_the_code_is_translated() -> None:
    """No English sentence slips into Chinese output."""
    translations = _translations()
    assert {message for message in _used() if not translations.get(message)} == set()


def test_no_translation_is_left_over_from_a_message_that_is_gone() -> None:
    """The catalogue is no museum."""
    assert set(_translations()) - _used() == set()


def test_a_translation_has_the_fields_of_its_message() -> None:
    """Nothing is lost in translation, and nothing makes `format` fail."""
    for english, chinese in _translations().items():
        assert sorted(re.findall(r"{[^}]*}", english)) == sorted(re.findall(r"{[^}]*}", chinese))


def test_the_compiled_catalogue_is_that_of_the_source() -> None:
    """What is shipped is what translators wrote; `make catalogues` compiles it."""
    compiled = read_mo(io.BytesIO(CATALOGUE.with_suffix(".mo").read_bytes()))
    assert {message.id: message.string for message in compiled if message.id} == _translations()
