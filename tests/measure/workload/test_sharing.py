"""Workloads whose prompts begin alike on purpose: shared prefixes and conversations."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import pytest

from benchmark.measure.request import ModelShape, Turn
from benchmark.measure.workload.beginnings import LENGTH, Beginnings
from benchmark.measure.workload.find import find_workloads
from benchmark.measure.workload.prompts import open_prompts
from benchmark.measure.workload.workloads import Workload, fixed

if TYPE_CHECKING:
    from benchmark.measure.request import Request
    from benchmark.measure.workload.exact import Tokenizer
    from benchmark.measure.workload.prompt_source import PromptSource

SHAPE = ModelShape(600, frozenset({0, 5}), None)
SHARED = fixed("shared", 60, 3)._replace(shared_prefix=40)
TALK = fixed("talk", 20, 3)._replace(turns=3)


def source(workload: Workload, tokenizer: Tokenizer | None, salt: str = "ab") -> PromptSource:
    """The prompts of one run."""
    beginnings = Beginnings(salt)
    return open_prompts(workload, SHAPE, seed=1, tokenizer=tokenizer, beginnings=beginnings)


def take(found: PromptSource, count: int = 8) -> list[Request]:
    """The first requests of a load."""
    return list(islice(found.requests(), count))


@pytest.mark.parametrize("prompts", ["random", "text"])
def test_prompts_share_exactly_the_prefix_and_nothing_more(
    tokenizer: Tokenizer, prompts: str
) -> None:
    """In ids, and so in what an endpoint counts; the whole has the exact length."""
    requests = take(source(SHARED._replace(prompts=prompts), tokenizer))
    assert len({one.prompt[:40] for one in requests}) == 1
    assert len({one.prompt[40 : 40 + LENGTH] for one in requests}) == len(requests)
    for one in requests:
        assert (len(one.prompt), one.output_length) == (60, 3)
        assert tuple(tokenizer.encode(str(one.text))) == one.prompt


def test_a_prefix_is_new_under_every_load_and_in_every_run(tokenizer: Tokenizer) -> None:
    """The first request of each has to compute it, so loads of a sweep are alike."""
    runs = [source(SHARED, tokenizer, salt) for salt in ("ab", "cd")]
    prefixes = [take(run, 1)[0].prompt[:LENGTH] for run in runs for _ in range(2)]
    assert len(set(prefixes)) == 4


def test_a_model_that_takes_ids_shares_the_prefix_too() -> None:
    """There are no words to melt together."""
    requests = take(open_prompts(SHARED, SHAPE, seed=1))
    assert len({one.prompt[:40] for one in requests}) == 1
    assert len({one.prompt for one in requests}) == len(requests)
    assert {len(one.prompt) for one in requests} == {60}


def test_the_share_is_stated(tokenizer: Tokenizer) -> None:
    """In the provenance; lengths hold the prefix."""
    described = source(SHARED, tokenizer).describe()
    assert (described["shared_prefix_tokens"], described["salt"]) == (40, "ab")
    assert source(TALK, tokenizer).describe()["turns"] == 3
    [named] = find_workloads("shared-prefix")
    assert (named.input_length, named.output_length, named.shared_prefix) == (1152, 128, 1024)


def test_a_turn_sends_all_that_was_said_before(tokenizer: Tokenizer) -> None:
    """The user's words and the server's real answers, in order."""
    first = take(source(TALK, tokenizer), 1)[0]
    second = first.next_turn("Well.")
    third = second.next_turn("No.")
    assert second.history == (Turn("user", str(first.text)), Turn("assistant", "Well."))
    assert third.history == (
        *second.history,
        Turn("user", str(second.text)),
        Turn("assistant", "No."),
    )
    assert third.later == ()
    assert [one.input_tokens for one in (first, second, third)] == [20, 43, 66]


def test_what_is_said_in_a_conversation_is_said_in_no_other(tokenizer: Tokenizer) -> None:
    """Every turn of every conversation has words of its own."""
    talks = take(source(TALK, tokenizer))
    said = [one.prompt[:LENGTH] for talk in talks for one in (talk, *talk.later)]
    assert len(said) == len(set(said)) == 24


def test_a_conversations_lengths_hold_what_was_said_before() -> None:
    """The mean over its turns, and the longest needs the most positions."""
    [named] = find_workloads("conversation")
    assert (named.turns, named.output_length) == (4, 128)
    assert named.input_length == (128 + 384 + 640 + 896) / 4
    assert named.longest == 4 * 256
