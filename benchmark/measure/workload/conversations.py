"""Conversations from a local JSON file: ShareGPT's `conversations`, or `messages` as chats have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from benchmark import canonical
from benchmark.errors import InvalidDataError, Violation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ASKS = frozenset({"human", "user"})
_ANSWERS = frozenset({"gpt", "assistant", "chatgpt", "bard", "bing"})
_MOST_SHOWN = 20


class Exchange(NamedTuple):
    """What was asked first, and what was answered to it; both empty if there is no such pair.

    Attributes:
        output: tokens that the answer is to have, None if only the answer says it.
    """

    question: str
    answer: str
    output: int | None = None


class Conversations(NamedTuple):
    """The exchanges of a file, one of each conversation, and the sha-256 of its bytes."""

    exchanges: tuple[Exchange, ...]
    sha256: str


class _Layout(NamedTuple):
    """The names of a conversation's parts."""

    turns: str
    speaker: str
    words: str


_LAYOUTS = (_Layout("conversations", "from", "value"), _Layout("messages", "role", "content"))


def read_conversations(path: Path) -> Conversations:
    """The first exchange of every conversation of a file.

    Raises:
        UsageError: if the file cannot be read.
        InvalidDataError: with the places that are no conversations.
    """
    file, data = str(path), canonical.read_bytes(path)
    value = canonical.loads(data, file=file)
    problems = [Violation(file, *problem) for problem in _problems(value)]
    if problems:
        more = len(problems) - _MOST_SHOWN
        rest = [Violation(file, "$", f"{more} more places are wrong.")] if more > 0 else []
        raise InvalidDataError(
            f"{file} does not hold conversations.", [*problems[:_MOST_SHOWN], *rest]
        )
    listed: Any = value
    exchanges = tuple(_first_exchange(item, _layout(item)) for item in listed)
    return Conversations(exchanges, canonical.digest(data))


def _problems(value: canonical.Json) -> Iterator[tuple[str, str]]:
    if not isinstance(value, list):
        yield "$", "is no list of conversations."
    elif not value:
        yield "$", "is empty."
    else:
        for index, item in enumerate(value):
            yield from _item_problems(item, f"$[{index}]")


def _item_problems(item: canonical.Json, path: str) -> Iterator[tuple[str, str]]:
    if not isinstance(item, dict):
        yield path, "is no object with `conversations` or `messages`."
        return
    layout = _layout(item)
    path, turns = f"{path}.{layout.turns}", item.get(layout.turns)
    if turns is None:
        yield path, "is required, but missing; `messages` would do as well."
    elif not isinstance(turns, list):
        yield path, "is no list of turns."
    else:
        for index, turn in enumerate(turns):
            yield from _turn_problems(turn, layout, f"{path}[{index}]")


def _turn_problems(turn: canonical.Json, layout: _Layout, path: str) -> Iterator[tuple[str, str]]:
    if not isinstance(turn, dict):
        yield path, f"is no object with `{layout.speaker}` and `{layout.words}`."
        return
    for key in (layout.speaker, layout.words):
        if not isinstance(turn.get(key), str):
            yield f"{path}.{key}", "is required and has to be text."


def _layout(item: Any) -> _Layout:  # noqa: ANN401 - JSON that has not been checked
    return next((layout for layout in _LAYOUTS if layout.turns in item), _LAYOUTS[0])


def _first_exchange(item: Any, layout: _Layout) -> Exchange:  # noqa: ANN401 - checked JSON
    """The first question with all its turns in a row, and the turn that answers it."""
    asked: list[str] = []
    for turn in item[layout.turns]:
        speaker, words = turn[layout.speaker].lower(), turn[layout.words]
        if speaker in _ASKS:
            asked.append(words)
        elif asked and speaker in _ANSWERS:
            return Exchange("\n".join(asked), words)
    return Exchange("", "")
