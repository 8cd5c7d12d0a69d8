"""A quick look at a text for all forms at once: where it finds nothing, no form does.

The trace of a form is its gate, or else its marks. jsonschema-rs matches patterns with the regex
crate, in time linear in the text whatever it holds: some 3 µs for an entry of 1.6 kB, in which one
form after the other took 1,000. re tries all alternatives at every letter; google-re2 is as quick,
but has no wheels for the newest Python.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from benchmark.credentials.disguises import TRACE
from benchmark.credentials.form import lowered
from benchmark.credentials.general import GENERAL, LISTED
from benchmark.credentials.published import PUBLISHED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from jsonschema_rs import Draft202012Validator

    from benchmark.credentials.form import Form

# Any other letter may be one of Python's, which are many: the fewer classes of letters there are,
# the quicker is the search. What a class leaves out it may only leave out of ASCII.
_OTHERS = "\u0080-\U0010ffff"
_MORE = {r"\w": rf"\w{_OTHERS}", r"\s": rf"\x00-\x20{_OTHERS}", r"\d": rf"0-9{_OTHERS}"}
_LESS = {r"\w": "0-9a-z_", r"\s": r" \t\n\r\x0b\x0c", r"\d": "0-9"}
_LETTERS = re.compile(r"\\[wsd]")
_CLASS_OR_LETTERS = re.compile(r"\[\^?(?:\\.|[^\]\\])*\]|\\[wsd]|\\.")

_BEYOND_ASCII = re.compile(
    r"[^\x00-\x7f]|(?<!\\)(?P<before>(?:\\\\)*)\\(?:u(?!00[0-7])[0-9a-f]{4}|U[0-9a-f]{8})"
)
"""In a pattern of the regex crate: letters, and escapes behind no backslash of their own."""

_EQUALS = re.compile(r"=(?![^][]*\])")
"""In a pattern, outside of classes."""


def may_hold(text: str) -> bool:
    """Whether it is worth while to search `text`: true for every text that holds a credential."""
    try:
        return not _without_traces().is_valid(lowered(text))
    except UnicodeEncodeError:
        # A path may have bytes that are no UTF-8; Python can search that, jsonschema-rs cannot.
        return True


def may_hide(text: str) -> bool:
    """Whether it is worth while to look at what `text` may be in disguise."""
    try:
        return not _without_disguises().is_valid(lowered(text))
    except UnicodeEncodeError:
        return True


def json_may_hold(text: str) -> bool:
    """As `may_hold` and `may_hide`, of JSON without blanks and escapes.

    In it `"name":` stands for `name=`.
    """
    return not _json_without_traces().is_valid(lowered(text))


def search_of_json(*more: str) -> Callable[[str], bool]:
    """As `json_may_hold`, with other patterns of the regex crate: they cost nothing besides.

    What it makes takes JSON texts in a row as well.
    """
    pattern = "|".join([_json_traces(), *more])

    @cache
    def look(is_ascii: bool) -> Draft202012Validator:  # noqa: FBT001 - as `str.isascii` has it
        return _without(f"(?i){in_ascii(pattern)}" if is_ascii else pattern)

    def search(text: str) -> bool:
        is_ascii = text.isascii()
        # In ASCII either case is found as quickly, and need not be made the same first.
        return not look(is_ascii).is_valid(text if is_ascii else lowered(text))

    return search


def in_ascii(pattern: str) -> str:
    """A pattern that matches the same of JSON in ASCII, in four fifths of the time.

    Whatever else it names is NUL, which JSON does not have.
    """
    return _BEYOND_ASCII.sub(r"\g<before>\\x00", pattern)


def traces_of(forms: Iterable[Form]) -> str:
    """A pattern of the regex crate that matches, in lower case, wherever one of them may."""
    return _CLASS_OR_LETTERS.sub(_with_others, "|".join(form.trace for form in forms))


def _with_others(match: re.Match[str]) -> str:
    part = match[0]
    if not part.startswith("["):
        return f"[{_MORE[part]}]" if part in _MORE else part
    names = _LESS if part.startswith("[^") else _MORE
    return _LETTERS.sub(lambda letters: names[letters[0]], part)


@cache
def _without_traces() -> Draft202012Validator:
    return _without(traces_of((*PUBLISHED, *GENERAL)))


@cache
def _json_without_traces() -> Draft202012Validator:
    return _without(_json_traces())


def _json_traces() -> str:
    # Another text for the search would take as long as the search.
    named = _EQUALS.sub('(?:=|":)', traces_of((*PUBLISHED, *GENERAL)))
    return f"{named}|{TRACE}|{LISTED}"


@cache
def _without_disguises() -> Draft202012Validator:
    return _without(TRACE)


def _without(pattern: str) -> Draft202012Validator:
    import jsonschema_rs  # noqa: PLC0415 - most commands search nothing, and should start fast

    return jsonschema_rs.Draft202012Validator(
        {"not": {"pattern": pattern}}, pattern_options=jsonschema_rs.RegexOptions()
    )
