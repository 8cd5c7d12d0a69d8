"""What a streamed answer says."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from benchmark.measure.endpoint.answer import Answer
from benchmark.measure.endpoint.problem import message_of


def stream(*events: dict[str, Any] | str) -> bytes:
    """Events as a server writes them."""
    texts = (one if isinstance(one, str) else json.dumps(one) for one in events)
    return "".join(f"data: {text}\n\n" for text in texts).encode()


def delta(reason: str | None = None, **fields: str) -> dict[str, Any]:
    """One event of a chat."""
    return {"choices": [{"index": 0, "delta": fields, "finish_reason": reason}]}


def answer(*events: dict[str, Any] | str) -> Answer:
    """An answer whose events arrived at 10, 20, 30, … ns."""
    found = Answer()
    for number, event in enumerate(events, start=1):
        found.feed(10 * number, stream(event))
    found.end(10_000)
    return found


WHOLE = stream(
    delta(role="assistant", content=""),
    delta(content="Grüße"),
    delta(content=" 世界"),
    delta("length"),
    {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 2}},
    "[DONE]",
)


@given(st.sets(st.integers(1, len(WHOLE) - 1)))
def test_however_an_answer_is_cut_it_says_the_same(cuts: set[int]) -> None:
    """Texts, counts and reason; each text has one stamp, in order."""
    found = Answer()
    for number, (start, end) in enumerate(pairwise([0, *sorted(cuts), len(WHOLE)])):
        found.feed(number, WHOLE[start:end])
    assert found.texts == ["Grüße", " 世界"]
    assert len(found.content_ns) == 2
    assert found.content_ns == sorted(found.content_ns)
    assert (found.prompt_tokens, found.completion_tokens) == (3, 2)
    assert (found.finish_reason, found.done, found.error) == ("length", True, None)


def test_an_event_that_only_names_the_role_is_no_content() -> None:
    """Nor is empty text."""
    found = answer(delta(role="assistant"), delta(content=""), delta(content="a"))
    assert found.content_ns == [30]


def test_reasoning_is_content() -> None:
    """It is generated like any other token, under either name."""
    found = answer(delta(reasoning_content="a"), delta(reasoning="b"), delta(content="c"))
    assert found.content_ns == [10, 20, 30]


def test_completions_bring_text() -> None:
    """Their choices have no delta."""
    assert answer({"choices": [{"text": "a"}]}).texts == ["a"]


def test_an_error_object_in_the_stream_is_told() -> None:
    """With the server's own words."""
    found = answer(delta(content="a"), {"error": {"message": "CUDA out of memory"}})
    assert found.error == "the server ended the answer: CUDA out of memory"


def test_an_event_that_is_no_json_is_an_error() -> None:
    """It shows what arrived."""
    assert answer('{"cho').error == "an event of the stream is no JSON: '{\"cho'"


def test_events_of_odd_shapes_bring_nothing() -> None:
    """Foreign data has no shape one could rely on."""
    odd = ({"choices": {}}, {"choices": [1]}, {"choices": [{"delta": {"content": 5}}]}, {})
    found = answer(*odd, {"usage": {"completion_tokens": "seven"}})
    assert (found.texts, found.completion_tokens, found.error) == ([], None, None)
    assert answer("[1]").error == "an event of the stream is no object"


def test_the_message_in_a_servers_error_is_found_wherever_it_is() -> None:
    """OpenAI, FastAPI, plain text, nothing."""
    assert message_of(b'{"error": {"message": "no"}}') == "no"
    assert message_of(b'{"detail": "no"}') == "no"
    assert message_of(b"no\n way") == "no way"
    assert message_of(b"") == "no reason given"
