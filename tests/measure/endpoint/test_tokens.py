"""How many tokens an answer has, by what evidence there is."""

from __future__ import annotations

import pytest

from benchmark.measure.endpoint.answer import Answer
from benchmark.measure.endpoint.ledger import Ledger
from benchmark.measure.endpoint.tokens import Counted, count_output
from benchmark.measure.request import Request


def answer(events: int, *, told: int | None = None, reason: str | None = "stop") -> Answer:
    """An answer of so many one-letter events."""
    found = Answer()
    found.content_ns, found.texts = list(range(events)), ["a"] * events
    found.completion_tokens, found.finish_reason = told, reason
    return found


def test_the_servers_count_is_the_figure() -> None:
    """However many events there were: they may hold several tokens."""
    assert count_output(answer(3, told=9), 10, len) == Counted(9, "usage")


def test_one_token_more_than_asked_is_the_end_of_text() -> None:
    """Some servers count it; two more are no such thing."""
    assert count_output(answer(10, told=11), 10, len).tokens == 10
    assert count_output(answer(10, told=12), 10, len).tokens == 12


def test_without_a_count_the_reason_length_says_that_all_was_generated() -> None:
    """The server counted after all."""
    assert count_output(answer(3, reason="length"), 10, len) == Counted(10, "finish_reason")


def test_without_count_and_reason_the_events_say_it() -> None:
    """129 events for 128 tokens is what transformers 4.57 sends."""
    assert count_output(answer(128), 128, len) == Counted(128, "events")
    assert count_output(answer(129), 128, len) == Counted(128, "events")


def test_bundled_tokens_are_counted_by_the_tokenizer() -> None:
    """Up to five per cent less than was asked may be another way to split the same text."""
    assert count_output(answer(30), 100, lambda _: 96) == Counted(100, "tokenizer")
    assert count_output(answer(30), 100, lambda _: 180) == Counted(100, "tokenizer")
    assert count_output(answer(30), 100, lambda _: 60) == Counted(60, "tokenizer")


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize(("told", "reason"), [(250, "stop"), (None, "stop"), (None, "length")])
def test_a_server_that_goes_on_is_not_cut_to_what_was_asked(
    told: int | None, reason: str, *, exact: bool
) -> None:
    """Events and tokenizer both find far more, so it ignored the limit."""
    found = count_output(answer(250, told=told, reason=reason), 100, len, exact=exact)
    assert (found.tokens, found.contradicts) == (250, None)


def test_disagreement_between_server_and_tokenizer_is_noted() -> None:
    """Checked afterwards, not while anything is measured."""
    calls: list[str] = []
    ledger = Ledger(lambda text: calls.append(text) or len(text))
    for told in (10, 10, 20):
        ledger.enter(Request((1, 2), told), answer(10, told=told), Counted(told, "usage"))
    assert calls == []
    ledger.check()
    details = ledger.details()
    assert (details["usage_checked"], details["usage_mismatches"]) == (3, 1)
    assert details["token_count_source"] == "usage"
