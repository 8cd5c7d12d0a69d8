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
# the quicker is the search. In patterns of JSON Schema `\w` is of ASCII; it and `\s` stand in
# classes only, `\d` outside of them.
_OTHERS = "\u0080-\U0010ffff"
_CLASSES = {
    r"\w": rf"\w{_OTHERS}",
    r"\s": rf"\x00-\x20{_OTHERS}",
    r"\d": rf"[0-9{_OTHERS}]",
}

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
    look = _without("|".join([_json_traces(), *more]))
    return lambda text: not look.is_valid(lowered(text))


def traces_of(forms: Iterable[Form]) -> str:
    """A pattern of the regex crate that matches, in lower case, wherever one of them may."""
    pattern = "|".join(form.trace for form in forms)
    for name, letters in _CLASSES.items():
        pattern = pattern.replace(name, letters)
    return pattern


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
