"""What looks like a credential in an entry: refused where entries enter, and never shown.

The dataset is append-only and public, so a token in it could not be taken back.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, cast

from benchmark import canonical, credentials
from benchmark.entry import MAX_ENTRY_BYTES
from benchmark.errors import Violation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from benchmark.canonical import Json
    from benchmark.entry import Entry, RunId

# No form of a credential goes beyond it, but for a few that would be found without it too.
_APART = "\x00"
_clean: set[RunId] = set()


class _Place(NamedTuple):
    """A text in a JSON value, with the key it stands under; the path shows no credential."""

    path: str
    key: str
    text: str


def violations_of(entry: Entry, *, file: str = "", path: str = "$") -> list[Violation]:
    """As `violations`; an entry that was found clean is not searched again."""
    if is_clean(entry):
        return []
    return violations(cast("Json", entry.data), file=file, path=path)


def is_clean(entry: Entry) -> bool:
    """Whether `violations` has nothing to say, as a rule by one quick look."""
    run_id = entry.run_id
    if run_id not in _clean and (not _may_hold(entry) or not violations(cast("Json", entry.data))):
        _clean.add(run_id)
    return run_id in _clean


def remember_clean(entries: Iterable[Entry]) -> None:
    """They have been searched, here or by another process."""
    _clean.update([entry.run_id for entry in entries])


def violations(value: Json, *, file: str = "", path: str = "$") -> list[Violation]:
    """Every place below `value`, keys included, that holds what looks like a credential.

    Args:
        value: any JSON value.
        file: the name that violations carry.
        path: where `value` stands in that file.

    What is too large for an entry is not searched: it is refused for that, and not shown.
    """
    if len(canonical.text_of(value).encode(errors="replace")) > MAX_ENTRY_BYTES:
        return []
    # One search over everything: hardly any entry needs a second look.
    text = _APART.join(_texts(value, ""))
    if next(credentials.find(text), None) is None and not any(credentials.disguised(text)):
        return []
    return [
        Violation(file, place.path, f"holds what looks like {kind}. {_ADVICE}")
        for place in _places(value, path, "")
        for kind in sorted(_kinds(place))
    ]


def told_safely(violation: Violation) -> Violation:
    """The violation, with nothing in it that looks like a credential."""
    path, message = credentials.mask(violation.path), credentials.mask(violation.message)
    return violation._replace(path=path, message=message)


def _may_hold(entry: Entry) -> bool:
    """Whether a search is worth while: the canonical form is all texts, if nothing is escaped."""
    written = entry.canonical.decode()
    if "\\" in written:
        text = _APART.join(_texts(cast("Json", entry.data), ""))
        return credentials.may_hold(text) or credentials.may_hide(text)
    return credentials.json_may_hold(written)


def _kinds(place: _Place) -> set[str]:
    alone = {found.kind for found in credentials.find(place.text)}
    alone = alone or {*credentials.disguised(place.text)}
    named, start = f"{place.key}={place.text}", len(place.key) + 1
    # What is found in the key alone is said at the key.
    return alone or {found.kind for found in credentials.find(named) if found.end > start}


def _texts(value: Json, key: str) -> Iterator[str]:
    """Every text below `value`, each with its key, for some are secret by their name alone."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield f"={name}"
            yield from _texts(item, name)
        yield from map("={}".format, _pair(value))
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, key)
        yield from map("={}".format, _together(value))
    elif isinstance(value, (str, int, float)) and not isinstance(value, bool):
        yield f"{key}={value}"


def _places(value: Json, path: str, key: str) -> Iterator[_Place]:
    if isinstance(value, dict):
        for name, item in value.items():
            child = canonical.child_path(path, credentials.mask(name))
            yield _Place(child, "", name)
            yield from _places(item, child, name)
        yield from (_Place(path, "", text) for text in _pair(value))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _places(item, f"{path}[{index}]", key)
        yield from (_Place(path, "", text) for text in _together(value))
    elif isinstance(value, (str, int, float)) and not isinstance(value, bool):
        yield _Place(path, key, str(value))


def _pair(value: dict[str, Json]) -> Iterator[str]:
    """What stands apart, as in Kubernetes: `{"name": "HF_TOKEN", "value": …}`."""
    for named, valued in _PAIRS:
        name, text = value.get(named), value.get(valued)
        if isinstance(name, str) and isinstance(text, str):
            yield f"{name}={text}"


def _together(items: list[Json]) -> Iterator[str]:
    """The words of a command, a name and its value, the pieces of a text, the codes of letters."""
    if len(items) > 1 and all(isinstance(item, str) for item in items):
        words = cast("list[str]", items)
        if any(word.startswith("-") for word in words):
            yield " ".join(words)
        elif len(words) == len(("name", "value")):
            yield "=".join(words)
        # Else the quick look at it would miss it.
        if all(map(_PIECE.fullmatch, words)) and credentials.may_hold(words[0]):
            yield "".join(words[:_PIECES])
    elif len(items) >= _LETTERS and all(type(item) is int for item in items):
        codes = cast("list[int]", items)
        if _PRINTABLE.issuperset(codes):
            yield "".join(map(chr, codes))


_PAIRS = (("name", "value"), ("key", "value"), ("header", "value"))
_PIECES, _LETTERS = 4, 12
_PIECE = re.compile(r"[\w.-]{8,}", re.ASCII)
_PRINTABLE = frozenset(range(0x20, 0x7F))
_ADVICE = "Write HIDDEN in its place; if it is a real one, revoke it, for others may have seen it."
