"""What a streamed answer says."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.measure.endpoint.answer import Answer
from benchmark.measure.endpoint.problem import message_of

NAMES = st.sampled_from(
    ["content", "message", "function", "name", "delta", "text", "usage", "tokens"]
)


def nested(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Lists and objects of what servers might send."""
    return st.lists(values, max_size=3) | st.dictionaries(NAMES, values, max_size=4)


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
    assert answer("[1]").strange == "an event of the stream is no object: [1]"


def test_half_of_a_character_in_an_escape_joins_its_other_half() -> None:
    """A server may cut its text between the two, each legal JSON; a lone half becomes a mark."""
    head, tail = '{"choices":[{"delta":{"content":"', '"}}]}'
    found = answer(*(head + text + tail for text in (r"\ud83d", r"\ude00", r"a\ud83d")))
    assert (found.error, len(found.content_ns)) == (None, 3)
    assert found.text == "😀a�"


@pytest.mark.parametrize(
    "text",
    [
        '{"choices":[{"delta":{"content":"a"},"logprobs":{"content":[{"logprob":-Infinity}]}}]}',
        '{"choices":[{"delta":{"content":"a"},"logprobs":{"content":[{"logprob":NaN}]}}]}',
        '{"choices":[{"delta":{"content":"a"}}],"pad":"' + "x" * 500_000 + '"}',
        '{"choices":\ndata: [{"delta":\ndata: {"content":"a"}}]}',
        r'{"choices":[{"delta":{"content":"\u0061"}}]}',
    ],
)
def test_what_a_strict_parser_refuses_is_understood(text: str) -> None:
    """NaN among log probabilities, data of several lines, a huge event, escapes."""
    found = answer(text, "", " ", " [DONE] ")
    assert (found.error, found.texts, found.content_ns, found.done) == (None, ["a"], [10], True)


@pytest.mark.parametrize(
    "problem",
    [
        {"error": {"message": "no memory", "type": "x"}},
        {"error": "no memory"},
        {"error": True, "message": "no memory"},
        {"errors": [{"message": "no memory"}]},
        {"object": "error", "message": "no memory", "code": 500},
        {"type": "error", "error": {"message": "no memory"}},
        {"detail": "no memory"},
        {"detail": [{"msg": "no memory"}]},
        {"choices": [{"delta": {}, "error": {"message": "no memory"}}]},
        {"error": "no memory", "error_type": "generation"},
    ],
)
def test_an_error_in_any_shape_ends_the_answer(problem: dict[str, Any]) -> None:
    """OpenAI, vLLM, TGI, FastAPI, Anthropic and gateways in front of them."""
    found = answer(delta(content="a"), problem, delta("stop"), "[DONE]")
    assert found.error == "the server ended the answer: no memory"


def test_an_event_named_error_ends_the_answer() -> None:
    """Whatever its data are."""
    for data in (b'{"message": "no memory"}', b"no memory"):
        found = Answer()
        found.feed(1, b"event: error\ndata: " + data + b"\n\n")
        assert found.error == "the server ended the answer: no memory"


def test_events_that_keep_alive_are_neither_content_nor_errors() -> None:
    """Pings, a null error, an empty list of choices."""
    alive = ({"type": "ping"}, {"choices": [], "error": None}, {"choices": []}, {"detail": ""})
    found = answer(*alive, delta(content="a"), delta("stop"))
    assert (found.error, found.content_ns) == (None, [50])


def test_a_finish_reason_that_is_none_ends_nothing() -> None:
    """Some servers write an empty text, or the word null, in every event."""
    found = answer(delta("", content="a"), delta("null", content="b"))
    assert (found.finish_reason, found.is_complete) == (None, False)


def test_content_after_the_reason_is_content_still() -> None:
    """And the answer stays whole."""
    found = answer(delta("stop", content="a"), delta(content="b"))
    assert (found.content_ns, found.is_complete) == ([10, 20], True)


def test_every_choice_brings_what_it_brings() -> None:
    """Nobody asked for two, but both were generated."""
    choices = [{"index": n, "delta": {"content": text}} for n, text in enumerate("ab")]
    assert answer({"choices": choices}).texts == ["ab"]


def test_tgis_own_events_bring_tokens() -> None:
    """Its own protocol ends with details."""
    last = {"token": {"id": 2, "text": "b"}, "details": {"finish_reason": "length"}}
    found = answer({"token": {"id": 1, "text": "a"}}, last)
    assert (found.texts, found.completion_tokens, found.finish_reason) == (["a", "b"], 2, "length")


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), nested, max_leaves=20))
def test_no_event_whatever_it_holds_breaks_the_reader(value: Any) -> None:
    """Foreign data: every known name may hold anything."""
    for name in ("choices", "usage", "error", "token", "timings", "details", "detail"):
        answer({name: value}, {"choices": [{"delta": value, "logprobs": value}]})
        found = answer({"choices": [{name: value, "message": value, "text": value}]})
        assert all(isinstance(text, str) for text in found.texts)
    answer({"usage": {"completion_tokens": value, "prompt_tokens_details": value}})


def test_the_message_in_a_servers_error_is_found_wherever_it_is() -> None:
    """OpenAI, FastAPI, plain text, nothing."""
    assert message_of(b'{"error": {"message": "no"}}') == "no"
    assert message_of(b'{"detail": "no"}') == "no"
    assert message_of(b"no\n way") == "no way"
    assert message_of(b"") == "no reason given"
