"""Messages for people in English and in Chinese.

The catalogues are in `locale/`; `make messages` extracts, and `make catalogues` compiles them.
"""

from __future__ import annotations

import gettext
import re
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


LANGUAGES = ("en", "zh")
_LOCALE = Path(__file__).parent / "locale"
_LONGEST = 4000
_FIELD = re.compile(r"\{\d\}")
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


class Translator:
    """Turns English messages into another language.

    Args:
        catalogue: what knows the translations.
    """

    def __init__(self, catalogue: gettext.NullTranslations) -> None:
        self._catalogue = catalogue

    def __call__(self, message: str) -> str:
        """The message in the other language; itself where there is no translation."""
        return self._catalogue.gettext(message) if message else message

    def retell(self, text: str) -> str:
        """A text that was made already, by the message it was made from, which has numbered fields.

        What stands in the fields is retold too. What is not recognised stays as it is.
        """
        known = self(text)
        if known != text or len(text) > _LONGEST:
            return known
        for message, pattern in self._patterns:
            found = pattern.fullmatch(text)
            if found is not None:
                return self(message).format(*map(self._retell_part, found.groups()))
        return text

    def _retell_part(self, text: str) -> str:
        """A single word is a name: an engine may be called best."""
        return self.retell(text) if " " in text else text

    @cached_property
    def _patterns(self) -> list[tuple[str, re.Pattern[str]]]:
        """Those with the most words of their own first: they say more."""
        messages = getattr(self._catalogue, "_catalog", {})
        numbered = [one for one in messages if isinstance(one, str) and _FIELD.search(one)]
        numbered.sort(key=lambda one: (-len(_FIELD.sub("", one)), one))
        return [(one, _pattern(one)) for one in numbered]


def _pattern(message: str) -> re.Pattern[str]:
    words = map(re.escape, _FIELD.split(message))
    return re.compile("(.+?)".join(words), re.DOTALL)


def told(translate: Callable[[str], str], text: str) -> str:
    """A sentence in the translator's language, also one that does not know what it was made of."""
    if isinstance(text, Sentence):
        return translate(text.message).format(**text.values)
    return translate.retell(text) if isinstance(translate, Translator) else text


def told_whole(translate: Callable[[str], str], text: str) -> str:
    """As `told`, and what stands in its fields too, where that is a sentence of ours."""
    if not isinstance(text, Sentence) or not isinstance(translate, Translator):
        return told(translate, text)
    values = {
        name: translate.retell(value) if " " in value else value
        for name, value in text.values.items()
    }
    return translate(text.message).format(**values)


def N_(message: str) -> str:  # noqa: N802 - the name that gettext's tools look for
    """The message itself, marked for translation where it will be shown."""
    return message


def language_of(environment: Mapping[str, str]) -> str:
    """The language of a locale, Chinese or English; the first variable that is set decides."""
    chosen = next((environment[name] for name in _ENVIRONMENT if environment.get(name)), "")
    return "zh" if chosen.lower().startswith("zh") else "en"


def translator(language: str) -> Callable[[str], str]:
    """What turns an English message into `language`; English where there is no translation."""
    return _translators(language)


@cache
def _translators(language: str) -> Translator:
    return Translator(_catalogue(language))


def _catalogue(language: str) -> gettext.NullTranslations:
    names = {"zh": ["zh_CN"]}.get(language, [])
    return gettext.translation("benchmark", _LOCALE, languages=names, fallback=True)
