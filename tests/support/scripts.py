"""Answers of every kind that servers give, as scripts: what is generated when, and what is sent.

A script is played in real time by `scripted_server.py`, or in no time at all by `played`. Either
way the truth is known: when each token was generated, however it was sent. One ` word` is a token.
"""

from __future__ import annotations

import json
from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

WORD = " word"
STEP_MS = 2.0
FIRST_MS = 20.0


class Step(NamedTuple):
    """One thing that a server does.

    Attributes:
        wait_ms: since the step before.
        tokens: generated after the wait.
        data: sent then, nothing if empty.
    """

    wait_ms: float = 0.0
    tokens: int = 0
    data: bytes = b""


Script = list[Step]


def event(value: dict[str, Any] | str) -> bytes:
    """As servers send it; a text goes as it is."""
    return f"data: {value if isinstance(value, str) else json.dumps(value)}\n\n".encode()


def chunk(delta: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """An event of a chat; `finish` is the finish reason, the rest stands beside the choices."""
    choice = {"index": 0, "delta": delta or {}, "finish_reason": more.pop("finish", None)}
    return {"object": "chat.completion.chunk", "choices": [choice], **more}


def said(words: int, field: str = "content", **more: Any) -> dict[str, Any]:
    """So many words in a field of the delta."""
    return chunk({field: WORD * words}, **more)


def usage(tokens: Any, **more: Any) -> dict[str, Any]:
    """The usage of so many tokens."""
    return {"usage": {"completion_tokens": tokens, **more}}


def waits(number: int) -> float:
    """Before the token of that number, from 0."""
    return STEP_MS if number else FIRST_MS


def generated(tokens: int, sent: dict[int, Any], already: int = 0) -> Script:
    """Tokens one by one; `sent` is what follows the so manieth, counted from 1."""
    steps = []
    for number in range(1, tokens + 1):
        steps.append(Step(waits(already + number - 1), 1))
        if number in sent:
            steps.append(Step(data=event(sent[number])))
    return steps


def ending(tokens: Any, *, finish: str | None = "length", done: bool = True) -> Script:
    """A finish reason, usage unless `tokens` is None, and the end marker."""
    data = b"" if finish is None else event(chunk(finish=finish))
    data += b"" if tokens is None else event({"choices": [], **usage(tokens)})
    return [Step(data=data + (event("[DONE]") if done else b""))]


def one_by_one(tokens: int, told: Any = "all", field: str = "content") -> Script:
    """An event for each token."""
    told = tokens if told == "all" else told
    sent = {number: said(1, field) for number in range(1, tokens + 1)}
    return [*generated(tokens, sent), *ending(told)]


def in_groups(tokens: int, size: int) -> Script:
    """Speculative decoding: so many tokens an event, the last one shorter if need be."""
    sent = {number: said(size) for number in range(size, tokens + 1, size)}
    if tokens % size:
        sent[tokens] = said(tokens % size)
    return [*generated(tokens, sent), *ending(tokens)]


def held_back(tokens: int, *, counts: bool = False) -> Script:
    """A parser holds the first half and sends it in one piece, the rest comes one by one."""
    half = tokens // 2
    more = usage if counts else lambda _: {}
    sent: dict[int, Any] = {half: said(half, **more(half))}
    sent |= {number: said(1, **more(number)) for number in range(half + 1, tokens + 1)}
    return [*generated(tokens, sent), *ending(tokens)]


def counted_before_it_is_shown(tokens: int) -> Script:
    """As `held_back`, and an event without content counts each token that is held."""
    half = tokens // 2
    sent = {number: chunk(**usage(number)) for number in range(1, half)}
    sent[half] = said(half, **usage(half))
    sent |= {number: said(1, **usage(number)) for number in range(half + 1, tokens + 1)}
    return [*generated(tokens, sent), *ending(tokens)]


def stalled(tokens: int) -> Script:
    """A detokenizer stalls: the middle half comes in one piece."""
    quarter = tokens // 4
    sent = {number: said(1) for number in range(1, tokens + 1)}
    held = {quarter + 1 + number: None for number in range(tokens // 2 - 1)}
    sent = {number: one for number, one in sent.items() if number not in held}
    sent[quarter + len(held) + 1] = said(len(held) + 1)
    return [*generated(tokens, sent), *ending(tokens)]


def then_tool_calls(tokens: int) -> Script:
    """Half of it is text, half the arguments of a call."""
    half = tokens // 2
    sent = {number: said(1) for number in range(1, half + 1)}
    for number in range(half + 1, tokens + 1):
        sent[number] = chunk({"tool_calls": [_call(number == half + 1)]})
    return [*generated(tokens, sent), *ending(tokens, finish="tool_calls")]


def _call(first: bool) -> dict[str, Any]:
    if not first:
        return {"index": 0, "function": {"arguments": WORD}}
    return {"index": 0, "id": "call_1", "type": "function", "function": {"name": WORD}}


def thinking_unseen(tokens: int) -> Script:
    """Half of it is reasoning that is counted, told at the end and never sent."""
    half = tokens // 2
    sent = {number: said(1) for number in range(half + 1, tokens + 1)}
    last = usage(tokens, completion_tokens_details={"reasoning_tokens": half})
    end = event(chunk(finish="length")) + event({"choices": [], **last}) + event("[DONE]")
    return [*generated(tokens, sent), Step(data=end)]


def shown_in_part(tokens: int) -> Script:
    """Of every eight tokens one is sent as text; nothing says what became of the others."""
    sent = {number: said(1) for number in range(8, tokens + 1, 8)}
    return [*generated(tokens, sent), *ending(tokens)]


def buffered(tokens: int, pieces: int, apart_ms: float = 0.0) -> Script:
    """A proxy keeps everything to the end, then sends it in so many pieces."""
    stream = b"".join(event(said(1)) for _ in range(tokens))
    size = -(-len(stream) // pieces)
    parts = [stream[at : at + size] for at in range(0, len(stream), size)]
    sent = [Step(apart_ms if at else 0.0, data=part) for at, part in enumerate(parts)]
    return [*generated(tokens, {}), *sent, *ending(tokens)]


def after_a_long_wait(tokens: int, wait_ms: float) -> Script:
    """A long prompt or a queue, comments meanwhile, then a real stream."""
    alive = [Step(wait_ms / 10, data=b": keep-alive\n\n") for _ in range(10)]
    return [*alive, *one_by_one(tokens)]


def endless() -> Iterator[Step]:
    """Whatever was asked; ten tokens at a time."""
    return repeat(Step(1, 10, event(said(1)) * 10))


def letter_by_letter(tokens: int) -> Script:
    """Less than a token in a piece."""
    steps: Script = []
    for number in range(tokens):
        steps.append(Step(waits(number), 1))
        steps += [Step(data=event(chunk({"content": letter}))) for letter in WORD]
    return [*steps, *ending(tokens)]
