"""A card before and after: header and text, each with our part in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from benchmark.card import columns, header, words, yaml_text
from benchmark.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable

    from benchmark.entry import RunId

_BY_HAND = "sagellm-benchmark: by hand"
_HEADER = re.compile(r"\A\s*---\r?\n(?P<yaml>.*?)^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_NEW = f"""\
---
license: apache-2.0
pretty_name: LLM inference leaderboard
tags:
- benchmark
- leaderboard
- llm-inference
---

{words.TITLE}
"""


class _Parts(NamedTuple):
    """A card; `yaml` is what stands between the rules of its header."""

    before: str
    yaml: str
    after: str


def written(
    card: bytes | None,
    boards: Iterable[bytes],
    names: Collection[str],
    *,
    name: str,
    confirmed: Container[RunId] = frozenset(),
    anew: bool = False,
) -> bytes | None:
    """The card with our parts up to date, every other byte kept.

    Args:
        card: the README.md of the dataset, None if it has none.
        boards: the files of its leaderboards, canonical.
        names: fields of its runs that the format does not know; those that the card has declared
            need not be among them.
        name: the dataset's, as owner/name; "" where it is not known.
        confirmed: the runs of which a maintainer has lifted the verdict.
        anew: forget the fields that the card has declared: `names` are those of all runs.

    Returns:
        None where it is not text that could be extended safely, or is made by hand.
    """
    parts = _parts(card)
    if parts is None:
        return None
    known = columns.declared("" if anew else header.region(parts.yaml) or "")
    configured = header.merged(parts.yaml, known.union(names))
    told = words.with_block(parts.after, boards, name, confirmed)
    return f"{parts.before}{configured}{told}".encode()


def obstacle(card: bytes) -> str | None:
    """Why our parts of a card cannot be kept up to date, though nobody says so: a sentence."""
    try:
        text = card.decode()
    except UnicodeDecodeError:
        return N_("is no text in UTF-8, which the viewer and we could read.")
    if _BY_HAND not in text and words.is_torn(text):
        return N_("has one of our markers alone, or several: what is between them stays as it is.")
    parts = _parts(card)
    if parts is not None and not _is_yaml(parts.yaml):
        return N_("has a header that is no YAML: the Hub takes no card with it.")
    return None


def _is_yaml(header: str) -> bool:
    try:
        yaml_text.values(header)
    except ValueError:
        return False
    return True


def is_silent_on_columns(card: bytes | None) -> bool:
    """Whether `written` would declare columns where the card declares none yet."""
    parts = _parts(card)
    if parts is None or header.region(parts.yaml) is not None:
        return False
    return header.region(header.merged(parts.yaml, ())) is not None


def tells_of_runs(card: bytes | None) -> bool:
    """Whether our part of a card tells the viewer of a history, as every one of ours does."""
    parts = _parts(card)
    ours = header.region(parts.yaml) if parts else None
    return ours is not None and header.RUNS in ours


def _parts(card: bytes | None) -> _Parts | None:
    try:
        text = _NEW if card is None else card.decode()
    except UnicodeDecodeError:
        return None
    if _BY_HAND in text:
        return None
    found = _HEADER.match(text)
    if found is None:
        return _Parts("---\n", "", f"---\n\n{text}")
    return _Parts(text[: found.start("yaml")], found["yaml"], text[found.end("yaml") :])
