"""Laws of prompts: exact length, no special ids, repeatable, different, words that are the ids.

Any length, seed and mixture; of tokenizers, one of each kind that models have.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmark.errors import UsageError
from benchmark.measure.request import ModelShape
from benchmark.measure.workload.prompts import open_prompts
from benchmark.measure.workload.workloads import Lengths, Workload, fixed

if TYPE_CHECKING:
    from benchmark.measure.request import Request
    from benchmark.measure.workload.exact import Tokenizer

SHAPE = ModelShape(700, frozenset({0, 5, 699}), None)
LENGTHS = st.builds(Lengths, st.integers(1, 300), st.integers(2, 300), st.floats(0.01, 100))
WORKLOADS = st.builds(
    Workload,
    st.just("any"),
    st.lists(LENGTHS, min_size=1, max_size=3).map(tuple),
    prompts=st.sampled_from(["random", "text"]),
)
SEEDS = st.integers(0, 2**53 - 1)
SLOW = settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])


def take(
    workload: Workload, seed: int, tokenizer: Tokenizer | None = None, count: int = 5
) -> list[Request]:
    """The first requests."""
    return list(
        islice(open_prompts(workload, SHAPE, seed=seed, tokenizer=tokenizer).requests(), count)
    )


@SLOW
@given(workload=WORKLOADS, seed=SEEDS)
def test_words_turn_into_exactly_the_ids_again(
    tokenizer: Tokenizer, workload: Workload, seed: int
) -> None:
    """What an endpoint counts is what was asked; and no id is special, no character cut."""
    pairs = {(one.input, one.output) for one in workload.lengths}
    for request in take(workload, seed, tokenizer):
        assert (len(request.prompt), request.output_length) in pairs
        assert request.text is not None
        assert tuple(tokenizer.encode(request.text)) == request.prompt
        assert tokenizer.special_ids.isdisjoint(request.prompt)
        assert "\ufffd" not in request.text


@SLOW
@given(workload=WORKLOADS, seed=SEEDS)
def test_the_same_seed_gives_the_same_prompts(
    tokenizer: Tokenizer, workload: Workload, seed: int
) -> None:
    """A run can be repeated; another seed or another workload has other prompts."""
    workload = workload._replace(lengths=(Lengths(9, 2),))
    first = take(workload, seed, tokenizer, 8)
    assert take(workload, seed, tokenizer, 8) == first
    assert take(workload, seed + 1, tokenizer, 8) != first
    assert take(workload._replace(name="other"), seed, tokenizer, 8) != first


@given(seed=SEEDS, length=st.integers(8, 3000))
def test_ids_have_the_exact_length_differ_and_are_never_special(seed: int, length: int) -> None:
    """Without a tokenizer there are no words."""
    requests = take(fixed("any", length, 7), seed)
    assert {len(request.prompt) for request in requests} == {length}
    assert len({request.prompt for request in requests}) == len(requests)
    assert SHAPE.special_ids.isdisjoint(id_ for one in requests for id_ in one.prompt)
    assert {(request.output_length, request.text) for request in requests} == {(7, None)}


@pytest.mark.parametrize("prompts", ["random", "text"])
def test_hundreds_of_prompts_are_all_different(tokenizer: Tokenizer, prompts: str) -> None:
    """An engine that caches prefixes would answer a repeated one faster."""
    requests = take(fixed("any", 16, 2)._replace(prompts=prompts), 3, tokenizer, 400)
    assert len({request.prompt for request in requests}) == 400
    assert len({request.text for request in requests}) == 400


def test_the_prompts_of_a_seed_are_these_on_every_version_of_python() -> None:
    """Entries measured years apart have been asked the same."""
    requests = take(Workload("mix", (Lengths(3, 2), Lengths(5, 4))), 11, count=3)
    assert [(one.prompt, one.output_length) for one in requests] == [
        ((356, 431, 236), 2),
        ((538, 54, 414), 2),
        ((85, 693, 666, 496, 542), 4),
    ]


def test_a_mixture_is_drawn_by_its_weights() -> None:
    """Three times the weight, three times as often."""
    mixture = Workload("mix", (Lengths(1, 2, 3.0), Lengths(2, 2, 1.0)))
    lengths = [len(request.prompt) for request in take(mixture, 1, count=4000)]
    assert lengths.count(1) / 4000 == pytest.approx(0.75, abs=0.03)


def test_ids_beyond_the_tokenizer_are_not_used(tokenizer: Tokenizer) -> None:
    """Models are padded to round sizes; an id up there stands for no words."""
    padded = ModelShape(tokenizer.vocabulary + 5000, frozenset(), None)
    source = open_prompts(fixed("any", 64, 2), padded, seed=1, tokenizer=tokenizer)
    for request in islice(source.requests(), 20):
        assert max(request.prompt) < tokenizer.vocabulary


def test_a_vocabulary_of_special_ids_is_refused() -> None:
    """There is nothing to ask with."""
    with pytest.raises(UsageError, match="nothing but special ids"):
        open_prompts(fixed("any", 4, 2), ModelShape(2, frozenset({0, 1}), None), seed=1)


def test_words_without_a_tokenizer_are_refused() -> None:
    """Before anything is loaded."""
    with pytest.raises(UsageError, match="without a tokenizer"):
        open_prompts(fixed("any", 4, 2)._replace(prompts="text"), SHAPE, seed=1)
