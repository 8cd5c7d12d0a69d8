"""How one request to a server and its answer looked. Values only."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

NO_USAGE, BLANK_USAGE, FINAL_USAGE, RUNNING_USAGE = "none", "blank", "final", "running"
"""Where a server tells how many tokens it generated: nowhere; in a place that holds no number;
once; again and again while they come."""


class Shape(NamedTuple):
    """Events of a stream that have the same fields.

    Attributes:
        fields: those that hold something, as `choices[].delta.content`; never what they hold.
        events: so many of them.
    """

    fields: tuple[str, ...]
    events: int


class Asked(NamedTuple):
    """Where and how was asked.

    Attributes:
        url: of the operation; values of its query are hidden.
        models: those that the server lists.
        input_tokens: of the prompt.
        output_tokens: that were to be generated.
        exact: whether exactly so many.
    """

    url: str
    models: tuple[str, ...]
    input_tokens: int
    output_tokens: int
    exact: bool


class Stream(NamedTuple):
    """The answer as it came.

    Attributes:
        status: HTTP's; 0 if none came.
        content_type: HTTP's.
        form: `events` or `lines` of a stream, `whole` in one piece, `unknown` if empty.
        shapes: the fields of its events, in the order of the first of each kind.
        contents: events that brought something generated.
        finish_reason: the server's word, None if it gave none.
        done: whether it sent the end marker.
        usage: `none`, `blank`, `final` or `running`.
        completion_tokens: as the server counts them, None if it does not tell.
        text_tokens: as the tokenizer counts what was sent.
        prompt_tokens: as the server counts them, None if it does not tell.
        cached_tokens: of the prompt, likewise.
        first_ms: to the first content, None without any.
        end_ms: to the end.
    """

    status: int
    content_type: str
    form: str
    shapes: tuple[Shape, ...]
    contents: int
    finish_reason: str | None
    done: bool
    usage: str
    completion_tokens: int | None
    text_tokens: int
    prompt_tokens: int | None
    cached_tokens: int | None
    first_ms: float | None
    end_ms: float


class Looked(NamedTuple):
    """One look at a server.

    Attributes:
        asked: what was asked.
        stream: what came.
        metrics: the server's names of the metrics that are read, and what for; None if it has no
            page of metrics that is known.
    """

    asked: Asked
    stream: Stream
    metrics: Mapping[str, str] | None
