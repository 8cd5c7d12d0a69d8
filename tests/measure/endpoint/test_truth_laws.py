"""One law for each kind of answer: what is reported is what the server really did.

Scripts are played in exact time, so the decode speed has no tolerance but for what a kind leaves
unseen; `test_scripted_server.py` has the same over a real connection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.measure.endpoint.ledger import Ledger
from benchmark.measure.endpoint.verdict import Judge
from benchmark.measure.request import Request
from benchmark.measure.samples import AT_ONCE, NO_PLACES, Failure, Sample
from tests.support import scripts
from tests.support.scripted_server import Truth, played
from tests.support.scripts import Script, Step, chunk, ending, event, generated, said, usage

if TYPE_CHECKING:
    from collections.abc import Callable

MS = 1e6
TOKENS = 64


def count(text: str) -> int:
    """Every word is a token."""
    return text.count(scripts.WORD.strip())


def judged(script: Script, tokens: int = TOKENS) -> tuple[Sample | Failure, Truth, Ledger]:
    """What becomes of a script, what really happened, and who counted."""
    request, ledger = Request((1, 2, 3), tokens), Ledger(count)
    exchange, truth = played(script, request)
    outcome = Judge(0, count, ledger, lambda text: text).decide(exchange, request)
    ledger.check()
    return outcome, truth, ledger


def good(script: Script, tokens: int = TOKENS) -> tuple[Sample, Truth, Ledger]:
    """As `judged`, of an answer that is whole and has the right length."""
    outcome, truth, ledger = judged(script, tokens)
    assert isinstance(outcome, Sample), outcome
    assert outcome.output_tokens == tokens
    return outcome, truth, ledger


KINDS: dict[str, Callable[[int], Script]] = {
    "one by one": scripts.one_by_one,
    "held back by a parser": scripts.held_back,
    "held back, counted with the text": lambda n: scripts.held_back(n, counts=True),
    "held back, counted before it is shown": scripts.counted_before_it_is_shown,
    "in fours": lambda n: scripts.in_groups(n, 4),
    "in fives": lambda n: scripts.in_groups(n, 5),
    "a stall in the middle": scripts.stalled,
    "text, then tool calls": scripts.then_tool_calls,
    "reasoning that is never sent": scripts.thinking_unseen,
    "after a long wait": lambda n: scripts.after_a_long_wait(n, 3000),
}


@pytest.mark.parametrize("tokens", [16, 64, 256])
@pytest.mark.parametrize("kind", KINDS)
def test_the_decode_speed_is_that_of_the_server(kind: str, tokens: int) -> None:
    """However many tokens came together, and under whatever name."""
    sample, truth, _ = good(KINDS[kind](tokens), tokens)
    assert sample.unplaced is None
    assert sample.tpot_ms is not None
    assert 1000 / sample.tpot_ms == pytest.approx(truth.decode_tps, rel=1e-6)
    assert sample.e2e_ms == pytest.approx((truth.token_ns[-1] - truth.received_ns) / MS)


@pytest.mark.parametrize("kind", KINDS)
def test_gaps_and_the_first_arrival_add_up_to_the_whole(kind: str) -> None:
    """Nothing is left out, nothing counted twice."""
    sample, _, _ = good(KINDS[kind](TOKENS))
    first = sample.ttft_ms if sample.first_ms is None else sample.first_ms
    assert first + sum(sample.itl_ms) == pytest.approx(sample.e2e_ms)
    assert 0 < first <= sample.ttft_ms <= sample.e2e_ms
    assert len(sample.itl_ms) < sample.output_tokens


@given(st.lists(st.integers(1, 9), min_size=3, max_size=40), st.booleans())
def test_however_tokens_are_grouped_the_decode_speed_is_that_of_the_server(
    groups: list[int], counted: bool
) -> None:
    """With the server's counts on the way, or by the tokenizer's."""
    tokens, sent, done = sum(groups), {}, 0
    for size in groups:
        done += size
        sent[done] = said(size, **(usage(done) if counted else {}))
    sample, truth, _ = good([*generated(tokens, sent), *ending(tokens)], tokens)
    nearly_all_first = groups[0] >= 0.9 * tokens
    assert (sample.unplaced == AT_ONCE) == (nearly_all_first and tokens >= 16)
    if sample.unplaced is None:
        assert sample.first_tokens == groups[0]
        assert sample.tpot_ms == pytest.approx(1000 / truth.decode_tps)


def test_the_first_content_ends_ttft_whatever_was_counted_before() -> None:
    """The first token is generated at 20 ms; its text, with 31 others, comes at 82 ms."""
    sample, _, _ = good(scripts.counted_before_it_is_shown(TOKENS))
    assert (sample.ttft_ms, sample.first_ms, sample.first_tokens) == (82, 20, 1)


FORMS: dict[str, Any] = {
    "reasoning_content": {"reasoning_content": " word"},
    "reasoning": {"reasoning": " word"},
    "reasoning twice": {"reasoning": " word", "reasoning_content": " word"},
    "thinking": {"thinking": " word"},
    "reasoning details": {
        "reasoning_details": [{"type": "reasoning.text", "text": " word", "format": "unknown"}]
    },
    "parts": {"content": [{"type": "text", "text": " word"}]},
    "thoughts among parts": {
        "content": [{"type": "thinking", "thinking": [{"type": "text", "text": " word"}]}]
    },
    "refusal": {"refusal": " word", "content": None},
    "function call": {"function_call": {"arguments": " word"}},
    "custom tool": {"tool_calls": [{"index": 0, "custom": {"input": " word"}}]},
    "speech": {"audio": {"id": "audio_1", "transcript": " word", "expires_at": 1}},
    "a field of tomorrow": {"inner_voice": " word", "role": "assistant", "name": "x"},
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("named", ["delta", "message"])
def test_whatever_is_generated_counts_under_any_name(form: str, named: str) -> None:
    """As a delta or as a message; its tokens are the server's."""
    sent = {
        number: {"choices": [{"index": 0, named: FORMS[form]}]} for number in range(1, TOKENS + 1)
    }
    sample, truth, ledger = good([*generated(TOKENS, sent), *ending(TOKENS)])
    assert sample.tpot_ms == pytest.approx(1000 / truth.decode_tps)
    assert (len(sample.itl_ms), sample.first_tokens) == (TOKENS - 1, 1)
    assert ledger.details()["tokenizer_to_usage_ratio"] == 1


def test_a_message_that_says_all_of_it_again_brings_only_what_is_new() -> None:
    """Some servers repeat the whole answer in every event, or in the last one."""
    sent = {
        number: {"choices": [{"message": {"role": "assistant", "content": " word" * number}}]}
        for number in range(1, TOKENS + 1)
    }
    sample, _, ledger = good([*generated(TOKENS, sent), *ending(TOKENS)])
    assert len(sample.itl_ms) == TOKENS - 1
    assert ledger.details()["tokenizer_to_usage_ratio"] == 1


NO_COUNTS: dict[str, Any] = {
    "none": {},
    "null": {"usage": None},
    "zeros": usage(0),
    "null inside": usage(None),
    "nothing inside": {"usage": {}},
}


@pytest.mark.parametrize("size", [1, 4])
@pytest.mark.parametrize("kind", NO_COUNTS)
def test_usage_without_a_count_is_as_if_it_were_not_told(kind: str, size: int) -> None:
    """The tokenizer counts, and the entry says so."""
    more = NO_COUNTS[kind]
    sent = {number: said(size, **more) for number in range(size, TOKENS + 1, size)}
    end = event(chunk(finish="stop", **more)) + event({"choices": [], **more}) + event("[DONE]")
    sample, truth, ledger = good([*generated(TOKENS, sent), Step(data=end)])
    assert sample.tpot_ms == pytest.approx(1000 / truth.decode_tps)
    source = "events" if size == 1 and not isinstance(more.get("usage"), dict) else "tokenizer"
    assert ledger.details()["token_count_source"] == source
    blank = isinstance(more.get("usage"), dict)
    assert [one.kind for one in ledger.caveats()] == ["usage-blank"] * blank


@pytest.mark.parametrize("last", [1, 20, 63])
def test_usage_that_stops_before_the_end_is_no_total(last: int) -> None:
    """It is told with the first events only."""
    sent = {
        number: said(1, **(usage(number) if number <= last else {}))
        for number in range(1, TOKENS + 1)
    }
    sample, truth, ledger = good([*generated(TOKENS, sent), *ending(None)])
    assert sample.tpot_ms == pytest.approx(1000 / truth.decode_tps)
    assert ledger.details()["token_count_source"] == "tokenizer"


@pytest.mark.parametrize("told", [64, 64.0, "64", 65])
def test_a_count_may_have_any_form_that_is_one(told: Any) -> None:
    """65 is a server's way to count the end of the text."""
    _, _, ledger = good(scripts.one_by_one(TOKENS, told))
    assert ledger.details()["token_count_source"] == "usage"


@pytest.mark.parametrize("told", [640, 1, 6])
def test_usage_that_contradicts_what_was_sent_is_not_believed(told: int) -> None:
    """It counts something else; who counted instead is written, and what was told."""
    sample, truth, ledger = good(scripts.one_by_one(TOKENS, told))
    assert sample.tpot_ms == pytest.approx(1000 / truth.decode_tps)
    assert ledger.details()["token_count_source"] == "events"
    (caveat,) = ledger.caveats()
    assert caveat.kind == "usage-contradicted"
    assert f"counts {told} tokens" in caveat.text


def test_tokens_that_no_text_shows_leave_the_decode_speed_open() -> None:
    """All is counted, an eighth is sent: nobody knows when the others came."""
    sample, truth, ledger = good(scripts.shown_in_part(TOKENS))
    assert (sample.unplaced, sample.tpot_ms, sample.itl_ms) == (NO_PLACES, None, ())
    assert sample.e2e_ms == pytest.approx((truth.token_ns[-1] - truth.received_ns) / MS)
    assert ledger.details()["token_placement"] == "nobody"
    assert [one.kind for one in ledger.caveats()] == ["usage-mismatch"]


def test_reasoning_that_is_never_sent_is_told() -> None:
    """It is in TTFT, and in the count."""
    _, _, ledger = good(scripts.thinking_unseen(TOKENS))
    assert "hidden-reasoning" in [one.kind for one in ledger.caveats()]


@pytest.mark.parametrize(("pieces", "apart"), [(1, 0), (2, 0), (2, 1), (4, 0.1), (64, 0.02)])
def test_an_answer_that_came_at_once_is_known_by_its_pieces(pieces: int, apart: float) -> None:
    """A proxy that buffers: the whole time is true, the decode speed is not known."""
    sample, truth, _ = good(scripts.buffered(TOKENS, pieces, apart))
    assert (sample.unplaced, sample.tpot_ms, sample.itl_ms) == (AT_ONCE, None, ())
    assert sample.e2e_ms >= (truth.token_ns[-1] - truth.received_ns) / MS
    assert sample.ttft_ms > (truth.token_ns[-1] - truth.received_ns) / MS - 1


def listed(name: str, number: int, size: int) -> dict[str, Any]:
    """A count on the way, as servers without usage on the way have it."""
    if name == "timings":
        return said(size, timings={"predicted_n": number, "cache_n": 2})
    value = said(size)
    tokens: dict[str, Any] = {
        "token_ids": {"token_ids": [1] * size},
        "logprobs": {"logprobs": {"content": [{"token": " word", "logprob": -0.1}] * size}},
        "completions": {"logprobs": {"tokens": [" word"] * size}},
    }
    value["choices"][0] |= tokens[name]
    return value


@pytest.mark.parametrize("name", ["timings", "token_ids", "logprobs", "completions"])
def test_other_counts_on_the_way_place_tokens_too(name: str) -> None:
    """llama.cpp's timings, token ids, log probabilities; also where the text says nothing."""
    sizes = [40, *[1] * 24]
    sent, done = {}, 0
    for size in sizes:
        done += size
        sent[done] = listed(name, done, size)
        choice = sent[done]["choices"][0]
        choice["delta"] = {"content": "~"}
    sample, truth, _ = good([*generated(TOKENS, sent), *ending(TOKENS)])
    assert sample.first_tokens == 40
    assert sample.tpot_ms == pytest.approx(1000 / truth.decode_tps)
    assert sample.cached_tokens == (2 if name == "timings" else None)


def test_less_than_a_token_in_a_piece_is_no_more_arrivals_than_tokens() -> None:
    """Five letters for each token."""
    sample, truth, _ = good(scripts.letter_by_letter(TOKENS))
    assert len(sample.itl_ms) == TOKENS - 1
    assert sample.tpot_ms == pytest.approx(1000 / truth.decode_tps, rel=0.02)


@pytest.mark.parametrize("sent", [61, 64])
def test_a_body_that_ends_without_a_word_is_no_whole_answer(sent: int) -> None:
    """Whether something is missing or not: the server did not say that this was all."""
    script = [step for step in scripts.one_by_one(TOKENS) if step.tokens or step.data]
    outcome, _, _ = judged(script[: 2 * sent])
    assert isinstance(outcome, Failure)
    assert "before the server said that it was whole" in outcome.error


@pytest.mark.parametrize(
    ("tokens", "finish", "done"),
    [(TOKENS, None, False), (None, "length", False), (None, None, True)],
)
def test_a_reason_an_end_marker_or_usage_says_that_an_answer_is_whole(
    tokens: int | None, finish: str | None, *, done: bool
) -> None:
    """Any one of them."""
    script = scripts.one_by_one(TOKENS)[:-1]
    outcome, _, _ = good([*script, *ending(tokens, finish=finish, done=done)])
    assert outcome.output_tokens == TOKENS


@pytest.mark.parametrize("reason", ["error", "abort", "cancelled"])
def test_an_answer_that_the_server_broke_off_is_a_failure(reason: str) -> None:
    """Whatever its length."""
    outcome, _, _ = judged([*scripts.one_by_one(TOKENS)[:-1], *ending(TOKENS, finish=reason)])
    assert isinstance(outcome, Failure)
    assert f"finish reason: {reason}" in outcome.error


def test_an_error_body_under_200_is_a_failure_in_the_servers_words() -> None:
    """Gateways answer so, and it is no stream."""
    request = Request((1, 2, 3), TOKENS)
    exchange, _ = played([Step(5, data=b'{"error": {"message": "no memory"}}')], request)
    exchange.fields["content-type"] = "application/json"
    outcome = Judge(0, count, Ledger(count), str).decide(exchange, request)
    assert isinstance(outcome, Failure)
    assert outcome.error.endswith("no memory")


def test_what_is_lost_after_the_end_marker_is_nothing_of_the_answer() -> None:
    """Some servers drop the connection instead of ending the body."""
    request = Request((1, 2, 3), TOKENS)
    exchange, _ = played(scripts.one_by_one(TOKENS), request)
    exchange.error = "the connection was lost"
    assert isinstance(Judge(0, count, Ledger(count), str).decide(exchange, request), Sample)


def test_a_count_before_any_content_that_never_grows_is_no_arrival() -> None:
    """A server that tells one token in every event, from the role on, counts nothing."""
    role = Step(1, data=event(chunk({"role": "assistant", "content": ""}, **usage(1))))
    sent = {number: said(1, **usage(1)) for number in range(1, TOKENS + 1)}
    for end in (ending(TOKENS), ending(None)):
        sample, truth, _ = good([role, *generated(TOKENS, sent), *end])
        assert sample.first_ms is None
        assert sample.tpot_ms == pytest.approx(1000 / truth.decode_tps)


@pytest.mark.parametrize(("splits", "known"), [(1, True), (2, True), (3, False)])
def test_a_tokenizer_that_splits_more_still_says_which_share_came_first(
    splits: int, *, known: bool
) -> None:
    """Up to twice as many tokens as were generated; beyond, it is another model's."""
    request, ledger = Request((1, 2, 3), TOKENS), Ledger(count)
    exchange, truth = played(scripts.held_back(TOKENS), request)
    judge = Judge(0, lambda text: splits * count(text), ledger, str)
    sample = judge.decide(exchange, request)
    assert isinstance(sample, Sample)
    expected = pytest.approx(1000 / truth.decode_tps) if known else None
    assert sample.tpot_ms == expected


def test_the_cached_part_of_a_prompt_is_kept() -> None:
    """As the server tells it; zero is a count."""
    for told in (0, 2):
        details = usage(TOKENS, prompt_tokens_details={"cached_tokens": told})
        end = event(chunk(finish="length")) + event({"choices": [], **details})
        sample, _, _ = good([*scripts.one_by_one(TOKENS)[:-1], Step(data=end)])
        assert sample.cached_tokens == told
