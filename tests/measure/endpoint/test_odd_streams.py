"""Streams that servers and proxies really send though no protocol has them: what is true stays."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from benchmark.measure.endpoint.ledger import Ledger
from benchmark.measure.endpoint.verdict import Judge
from benchmark.measure.request import Request, Turn
from benchmark.measure.samples import Failure, Sample
from tests.support import scripts
from tests.support.scripted_server import Truth, played
from tests.support.scripts import Script, Step, chunk, ending, event, generated, said, usage

if TYPE_CHECKING:
    from collections.abc import Callable

TOKENS, THOUGHTS = 64, 24
HIDDEN = {"type": "reasoning.encrypted", "data": "QUJD" * 99, "format": "x", "id": "r", "index": 0}


def count(text: str) -> int:
    """Every word is a token."""
    return text.count(scripts.WORD.strip())


def judged(script: Script, *, exact: bool = True) -> tuple[Sample | Failure, Truth, Ledger]:
    """What becomes of a script, what really happened, and who counted."""
    request, ledger = Request((1, 2, 3), TOKENS, exact=exact), Ledger(count)
    exchange, truth = played(script, request)
    return Judge(0, count, ledger, str).decide(exchange, request), truth, ledger


def sent(make: Callable[[int], Any], tokens: int = TOKENS, size: int = 1) -> Script:
    """Tokens of which every so many are sent; `make` is told how many there are by then."""
    return generated(tokens, {number: make(number) for number in range(size, tokens + 1, size)})


def rewritten(old: bytes, new: bytes) -> Script:
    """A plain answer in which some bytes are others."""
    return [one._replace(data=one.data.replace(old, new)) for one in scripts.one_by_one(TOKENS)]


def begun_with(data: bytes) -> Script:
    """A plain answer, and 5 ms before its first wait something else."""
    return [Step(5, data=data), *scripts.one_by_one(TOKENS)]


def ended_with(data: bytes) -> Script:
    """A plain answer, and something after it."""
    return [*scripts.one_by_one(TOKENS), Step(data=data)]


def ended_otherwise(value: Any) -> Script:
    """A plain answer with another word at its end."""
    return [*scripts.one_by_one(TOKENS)[:-1], Step(data=event(value))]


def thinking_first(number: int) -> Any:
    """The first 24 tokens are reasoning."""
    return said(1, "content" if number > THOUGHTS else "reasoning_content")


def ending_with_thoughts_apart() -> Script:
    """The count of the answer leaves the reasoning out; the total has both."""
    told = usage(
        TOKENS - THOUGHTS,
        completion_tokens_details={"reasoning_tokens": THOUGHTS},
        prompt_tokens=3,
        total_tokens=3 + TOKENS,
    )
    return [Step(data=event({**chunk(finish="length"), **told}))]


LAST = event(chunk(finish="length"))
WHOLE = {"object": "chat.completion", "choices": [{"message": {"content": " word" * TOKENS}}]}
TRUE: dict[str, Script] = {
    "one newline after an event": rewritten(b"\n\n", b"\n"),
    "wrapped twice": rewritten(b"data: ", b"data: data: "),
    "a word that keeps alive": begun_with(b"data: ping\n\n"),
    "null that keeps alive": begun_with(b"data: null\n\n"),
    "a list that keeps alive": begun_with(b"data: []\n\n"),
    "the channel first": begun_with(event(chunk({"role": "assistant", "channel": "analysis"}))),
    "sources first": begun_with(event(chunk({"context": {"citations": [{"content": " word"}]}}))),
    "a signature first": begun_with(
        event(chunk({"content": "", "extra_content": {"google": {"thought_signature": "QUJD"}}}))
    ),
    "sealed reasoning first": begun_with(event(chunk({"reasoning_details": [HIDDEN]}))),
    "words after the end": ended_with(b"data: bye\n\n"),
    "half an object after the end": ended_with(b'data: {"x\n\n'),
    "an error after the end": ended_with(event({"error": {"message": "closed"}})),
    "all of it again at the end": [
        *sent(lambda _: said(1)),
        Step(data=event(chunk({"content": " word" * TOKENS}, finish="length"))),
    ],
    "a whole answer at the end": [*sent(lambda _: said(1)), Step(data=event(WHOLE) + LAST)],
    "all of it with every piece": [*sent(said), *ending(TOKENS)],
    "all of it with every fourth": [*sent(said, size=4), *ending(TOKENS)],
    "an error with nothing in it": [
        *sent(lambda _: said(1, error={"code": None, "message": None})),
        *ending(TOKENS),
    ],
    "the total with every event": [*sent(lambda _: said(1, **usage(TOKENS))), *ending(TOKENS)],
    "the total with four tokens": [
        *sent(lambda _: said(4, **usage(TOKENS)), size=4),
        *ending(TOKENS),
    ],
    "a piece's count with each": [*sent(lambda _: said(4, **usage(4)), size=4), *ending(None)],
    "counts and no word of an end": sent(lambda number: said(1, **usage(number))),
    "a quoted end": [*sent(lambda _: said(1)), Step(data=b'data: "[DONE]"\n\n')],
    "few pieces after a long prompt": [Step(3000), *scripts.in_groups(TOKENS, 16)],
    "no first token counted": scripts.one_by_one(TOKENS, TOKENS - 1),
    "neither end counted": scripts.one_by_one(TOKENS, TOKENS - 2),
    "both ends counted": scripts.one_by_one(TOKENS, TOKENS + 2),
    "the prompt counted too": scripts.one_by_one(TOKENS, TOKENS + 40),
    "the prompt counted too, in fours": [*sent(lambda _: said(4), size=4), *ending(TOKENS + 40)],
    "a part of it counted": scripts.one_by_one(TOKENS, TOKENS - 14),
    "thoughts counted apart": [*sent(thinking_first), *ending_with_thoughts_apart()],
    "a reason beside the text": ended_otherwise(chunk({"finish_reason": "length"})),
    "a reason beside the choices": ended_otherwise({**chunk(), "finish_reason": "length"}),
    "a reason under another name": ended_otherwise({"choices": [{"stop_reason": "max_tokens"}]}),
    "a reason in camels": ended_otherwise({"choices": [{"finishReason": "MAX_TOKENS"}]}),
    "an end marker in small letters": ended_otherwise("[done]"),
    "a bare object among events": [
        *sent(lambda _: said(1)),
        Step(data=b'{"status": "loading"}\n\n' + LAST),
    ],
}


@pytest.mark.parametrize("kind", TRUE)
def test_an_odd_stream_is_measured_as_truly_as_any(kind: str) -> None:
    """Its tokens, when the last came, and how fast they were decoded."""
    sample, truth, ledger = judged(TRUE[kind])
    assert isinstance(sample, Sample), sample
    assert (sample.output_tokens, sample.unplaced) == (TOKENS, None)
    assert sample.tpot_ms == pytest.approx(1000 / truth.decode_tps)
    assert sample.e2e_ms == pytest.approx((truth.token_ns[-1] - truth.received_ns) / 1e6)
    ledger.check()
    assert "usage-mismatch" not in [one.kind for one in ledger.caveats()]


NATURAL: dict[str, Script] = {
    "a life sign before the end marker": [
        *sent(lambda _: said(1), 40),
        Step(data=b'data: {"type": "ping"}\n\n: alive\n\ndata: ping\n\ndata: {}\n\n'),
        Step(data=event("[DONE]")),
    ],
    "figures of its own after the reason": [
        *sent(lambda _: said(1), 40),
        Step(data=event(chunk(finish="stop")) + event({"metrics": {"ms": 9}}) + event("[DONE]")),
    ],
    "one with every event": [
        *sent(lambda _: said(1, **usage(1)), 40),
        *ending(None, finish="stop"),
    ],
    "all of it with every fourth": [*sent(said, 40, 4), *ending(None, finish="stop")],
    "all of it again at the end": [
        *sent(lambda _: said(1), 40),
        Step(data=event(chunk({"content": " word" * 40}, finish="stop"))),
    ],
}


@pytest.mark.parametrize("kind", NATURAL)
def test_an_answer_of_natural_length_has_the_tokens_that_were_sent(kind: str) -> None:
    """Whatever the server counts or says twice."""
    sample, truth, _ = judged(NATURAL[kind], exact=False)
    assert isinstance(sample, Sample), sample
    assert sample.output_tokens == 40
    assert sample.tpot_ms == pytest.approx(1000 / truth.decode_tps)


SHORT: dict[str, Script] = {
    "a reason with every event": sent(lambda _: said(1, finish="stop"), 61),
    "counts with every event": sent(lambda number: said(1, **usage(number)), 61),
    "an empty reason": sent(lambda _: said(1, finish=""), 61),
    "a word instead of the rest": [*sent(lambda _: said(1), 61), Step(data=b"data: closed\n\n")],
    "a reason, an event for each token": [*sent(lambda _: said(1), 61), Step(data=event(chunk()))],
}


@pytest.mark.parametrize("kind", SHORT)
def test_an_answer_that_was_cut_is_never_whole(kind: str) -> None:
    """What the server says with every event is no end."""
    outcome, _, _ = judged(SHORT[kind])
    assert isinstance(outcome, Failure)
    assert "before the server said that it was whole" in outcome.error


BROKEN: dict[str, bytes] = {
    "a code and a message": event({"code": 500, "message": "boom"}),
    "no success": event({"success": False, "msg": "boom"}),
    "a status of its own": event({"base_resp": {"status_code": 1002, "status_msg": "boom"}}),
    "an exception": event({"exception": "boom"}),
    "a failed status": event({"status": "failed", "why": "boom"}),
    "a line of a log": event("ERROR: boom"),
    "an object without a field": b'{"error": {"message": "boom"}}\n\n',
    "an object without a field, told as text": b'data: x\n{"msg": "boom"}\n\n',
    "an error in the delta": event(chunk({"error": "boom"})),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_what_went_wrong_is_no_end_though_an_end_marker_follows(kind: str) -> None:
    """Of natural length nobody could see by its tokens that it is not whole."""
    end = Step(data=BROKEN[kind] + event("[DONE]"))
    outcome, _, _ = judged([*sent(lambda _: said(1), 40), end], exact=False)
    assert isinstance(outcome, Failure)
    assert "boom" in outcome.error


@pytest.mark.parametrize(
    "reason",
    ["insufficient_system_resource", "network_error", "engine_overloaded", "request_timed_out"],
)
def test_a_reason_that_tells_of_trouble_is_no_end(reason: str) -> None:
    """DeepSeek's, Zhipu's and others'; of natural length the answer looks as whole as any."""
    script = [*sent(lambda _: said(1), 40), *ending(40, finish=reason)]
    outcome, _, _ = judged(script, exact=False)
    assert isinstance(outcome, Failure)
    assert reason in outcome.error


def test_thoughts_that_are_counted_apart_are_tokens_of_the_answer_too() -> None:
    """By the total that the server gives, and whatever the length is."""
    sample, truth, _ = judged([*sent(thinking_first), *ending_with_thoughts_apart()], exact=False)
    assert isinstance(sample, Sample)
    assert sample.output_tokens == TOKENS
    assert sample.tpot_ms == pytest.approx(1000 / truth.decode_tps)


def test_a_server_that_stops_at_its_own_limit_is_believed_where_each_event_is_a_token() -> None:
    """It gives the reason length too, and a tokenizer may find more tokens in its text."""
    request, ledger = Request((1, 2, 3), TOKENS), Ledger(count)
    script = [*sent(lambda _: said(1), 50), *ending(50)]
    judge = Judge(0, lambda text: round(1.25 * count(text)), ledger, str)
    outcome = judge.decide(played(script, request)[0], request)
    assert isinstance(outcome, Failure)
    assert "stopped early: 50 tokens" in outcome.error


def test_a_strange_word_is_told_if_the_answer_has_no_end() -> None:
    """It may be the reason."""
    outcome, _, _ = judged(SHORT["a word instead of the rest"])
    assert isinstance(outcome, Failure)
    assert outcome.error.endswith("no JSON: 'closed'")


def test_an_answer_that_ended_a_little_early_is_not_rounded_up() -> None:
    """Each event is a token, and the server says that the model stopped."""
    outcome, _, _ = judged([*sent(lambda _: said(1), 61), *ending(None, finish="stop")])
    assert isinstance(outcome, Failure)
    assert "stopped early: 61 tokens" in outcome.error


@pytest.mark.parametrize(("finish", "kind"), [("stop", Sample), (None, Failure)])
def test_of_a_server_that_cannot_be_made_to_go_on_the_model_s_own_end_is_an_end(
    finish: str | None, kind: type
) -> None:
    """It says that it was; how many ended so is counted."""
    request, ledger = Request((1, 2, 3), TOKENS), Ledger(count)
    exchange, _ = played([*sent(lambda _: said(1), 40), *ending(None, finish=finish)], request)
    outcome = Judge(0, count, ledger, str, ends_early=True).decide(exchange, request)
    assert isinstance(outcome, kind)
    assert ledger.details().get("answers_ended_early") == (1 if finish == "stop" else None)


@pytest.mark.parametrize("words", [0, 9])
@pytest.mark.parametrize("exact", [True, False])
def test_an_error_in_the_place_of_text_is_no_answer(words: int, exact: bool) -> None:
    """The gateway of sageLLM sends it as the last text, and then ends as well as ever."""
    delta = {"content": "[Stream error: no engine (code: UNAVAILABLE)]"}
    problem = Step(data=event(chunk(delta, finish="stop")))
    outcome, _, _ = judged(
        [*sent(lambda _: said(1), words), problem, Step(data=event("[DONE]"))], exact=exact
    )
    assert isinstance(outcome, Failure)
    assert "no engine (code: UNAVAILABLE)" in outcome.error


CACHED: dict[str, dict[str, Any]] = {
    "OpenAI": {"prompt_tokens_details": {"cached_tokens": 9}},
    "Anthropic": {"cache_read_input_tokens": 9},
    "DeepSeek": {"prompt_tokens_details": {"cached_tokens": None}, "prompt_cache_hit_tokens": 9},
    "Moonshot": {"prompt_tokens_details": {}, "cached_tokens": 9},
    "Bedrock": {"cacheReadInputTokens": 9},
}


@pytest.mark.parametrize("who", CACHED)
def test_what_a_server_had_in_its_cache_is_read_wherever_it_says_it(who: str) -> None:
    """Also where the usual place is there and empty."""
    sample, _, _ = judged(ended_with(event({"choices": [], **usage(TOKENS, **CACHED[who])})))
    assert isinstance(sample, Sample)
    assert sample.cached_tokens == 9


@pytest.mark.parametrize("more", [{}, usage(TOKENS)])
def test_llama_cpp_tells_its_cache_in_its_timings(more: dict[str, Any]) -> None:
    """Beside usage that does not tell, or alone, with the prompt's length."""
    timings = {"cache_n": 100, "prompt_n": 28, "predicted_n": TOKENS}
    script = [*scripts.one_by_one(TOKENS)[:-1], Step(data=event(chunk(timings=timings, **more)))]
    sample, _, _ = judged([*script, Step(data=LAST)])
    assert isinstance(sample, Sample)
    assert (sample.cached_tokens, sample.input_tokens) == (100, 3 if more else 128)


@pytest.mark.parametrize(("told", "kinds"), [(2, ["prompt-mismatch"]), (3, []), (30, [])])
def test_a_prompt_that_a_server_cuts_is_told(told: int, kinds: list[str]) -> None:
    """Three tokens were sent; a template may add some."""
    last = event({"choices": [], "usage": {"prompt_tokens": told, "completion_tokens": TOKENS}})
    _, _, ledger = judged(ended_with(last))
    assert [one.kind for one in ledger.caveats()] == kinds


def test_a_prompt_with_earlier_answers_in_it_is_not_judged() -> None:
    """They may have ended before they were as long as they were allowed to be."""
    script = scripts.one_by_one(TOKENS)
    request = Request((1, 2), TOKENS, "a", history=(Turn("user", "b"),), history_tokens=500)
    ledger = Ledger(count)
    Judge(0, count, ledger, str).decide(played(script, request)[0], request)
    assert list(ledger.caveats()) == []


def test_a_growing_word_that_a_model_repeats_is_no_repetition_of_the_answer() -> None:
    """Pieces of one word, two, three, …, of which each begins with the one before."""
    sizes = [1, 2, 3, 4, 5, 6, 7]
    ends = [sum(sizes[: at + 1]) for at in range(len(sizes))]
    tokens = {end: said(end - start) for start, end in pairwise([0, *ends])}
    outcome, _, _ = judged([*generated(28, tokens), *ending(28, finish="stop")], exact=False)
    assert isinstance(outcome, Sample)
    assert (outcome.output_tokens, outcome.first_tokens) == (28, 1)
