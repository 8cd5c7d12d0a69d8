"""Messages for people in English and in Chinese.

The catalogues are in `locale/`; `make messages` extracts, and `make catalogues` compiles them.
"""

from __future__ import annotations

import gettext
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


LANGUAGES = ("en", "zh")
_LOCALE = Path(__file__).parent / "locale"
_ENVIRONMENT = ("LC_ALL", "LC_MESSAGES", "LANG")


class Sentence(str):
    """A sentence in English that knows what it was made from, so that it can be told in another.

    Args:
        message: marked with `N_`.
        values: what stands in its fields, as it is to be read in every language.
    """

    __slots__ = ("message", "values")

    message: str
    values: Mapping[str, str]

    def __new__(cls, message: str, **values: str) -> Sentence:  # noqa: PYI034 - Self is new in Python 3.11
        """The message with the values in its fields."""
        sentence = super().__new__(cls, message.format(**values))
        sentence.message, sentence.values = message, values
        return sentence


def told(translate: Callable[[str], str], text: str) -> str:
    """A sentence in the translator's language; any other text as it is."""
    if isinstance(text, Sentence):
        return translate(text.message).format(**text.values)
    return text


def N_(message: str) -> str:  # noqa: N802 - the name that gettext's tools look for
    """The message itself, marked for translation where it will be shown."""
    return message


def language_of(environment: Mapping[str, str]) -> str:
    """The language of a locale, Chinese or English; the first variable that is set decides."""
    chosen = next((environment[name] for name in _ENVIRONMENT if environment.get(name)), "")
    return "zh" if chosen.lower().startswith("zh") else "en"


def translator(language: str) -> Callable[[str], str]:
    """What turns an English message into `language`; English where there is no translation."""
    names = {"zh": ["zh_CN"]}.get(language, [])
    return gettext.translation("benchmark", _LOCALE, languages=names, fallback=True).gettext
