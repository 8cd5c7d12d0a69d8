"""Laws of prompts for servers that remember: none begins like another, within a run or across."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from benchmark.measure.request import ModelShape
from benchmark.measure.workload.beginnings import LENGTH, Beginnings
from benchmark.measure.workload.prompts import open_prompts
from benchmark.measure.workload.workloads import Lengths, Workload, fixed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmark.measure.request import Request
    from benchmark.measure.workload.exact import Tokenizer

SHAPE = ModelShape(600, frozenset({0, 5}), None)
PROMPTS = ("random", "text", "sharegpt")
SALTS = st.text("0123456789abcdef", min_size=16, max_size=16)
# Every example makes hundreds of prompts: too slow to be shrunk.
SLOW = settings(
    max_examples=5,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def talks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of three conversations, which any run uses up."""
    asked = ["Tell me a story about a fox and a hen. " * count for count in (1, 2, 4)]
    found = [
        {
            "conversations": [
                {"from": "human", "value": one},
                {"from": "gpt", "value": "No, thanks."},
            ]
        }
        for one in asked
    ]
    file = tmp_path_factory.mktemp("talks") / "talks.json"
    file.write_text(json.dumps(found), encoding="utf-8")
    return file


def asked(
    workloads: Sequence[Workload], tokenizer: Tokenizer, salt: str | None, count: int = 6
) -> list[Request]:
    """What one run asks: so many requests of every cell, twice, as for warming up and measuring."""
    beginnings, found = Beginnings(salt), []
    for workload in workloads:
        source = open_prompts(workload, SHAPE, seed=0, tokenizer=tokenizer, beginnings=beginnings)
        for _ in range(2):
            found += islice(source.requests(), count)
    return found


def cells(talks: Path, lengths: tuple[Lengths, ...]) -> list[Workload]:
    """The same workload under two loads, and others: whatever prompts are made of."""
    kinds = [Workload("any", lengths, prompts=kind) for kind in ("random", "text")]
    natural = Workload("talk", (), prompts="sharegpt", dataset=talks)
    return [*kinds, natural, *kinds, natural]


@SLOW
@given(one=SALTS, other=SALTS, lengths=st.integers(LENGTH, 100))
def test_no_two_prompts_begin_alike_in_a_run_or_across_runs(
    tokenizer: Tokenizer, talks: Path, one: str, other: str, lengths: int
) -> None:
    """Across loads, workloads, warm-up, kinds of prompts, and runs with one seed."""
    workloads = cells(talks, (Lengths(lengths, 2),))
    runs = [asked(workloads, tokenizer, salt) for salt in {one, other}]
    found = [request.prompt[:LENGTH] for run in runs for request in run]
    assert len(found) == len(set(found)) == 72 * len(runs)


@SLOW
@given(salt=SALTS, length=st.integers(1, 100))
def test_a_salt_changes_no_length_and_words_remain_exactly_their_ids(
    tokenizer: Tokenizer, talks: Path, salt: str, length: int
) -> None:
    """A run can be repeated with other tokens: lengths are drawn by the seed alone."""
    workloads = cells(talks, (Lengths(length, 2), Lengths(9, 7)))
    salted, plain = (asked(workloads, tokenizer, one, 4) for one in (salt, None))
    assert list(map(shape, salted)) == list(map(shape, plain))
    for request in salted:
        assert request.text is not None
        assert tuple(tokenizer.encode(request.text)) == request.prompt
        assert tokenizer.special_ids.isdisjoint(request.prompt)


def shape(request: Request) -> tuple[int, int]:
    """The lengths of a request."""
    return len(request.prompt), request.output_length


def test_the_same_seed_and_salt_give_the_same_prompts(tokenizer: Tokenizer, talks: Path) -> None:
    """So a test, or a debugger, can fix them."""
    workloads = cells(talks, (Lengths(20, 2),))
    assert asked(workloads, tokenizer, "ab") == asked(workloads, tokenizer, "ab")


@pytest.mark.parametrize("prompts", ["random", "text"])
def test_without_a_salt_prompts_follow_from_the_seed_alone(
    tokenizer: Tokenizer, prompts: str
) -> None:
    """A model in this process remembers nothing between requests."""
    (first, again) = (
        asked([fixed("any", 20, 2)._replace(prompts=prompts)], tokenizer, None) for _ in range(2)
    )
    assert first == again
    assert first[:6] == first[6:]


def test_the_rest_of_a_text_stays_what_it_was(tokenizer: Tokenizer, talks: Path) -> None:
    """Only the beginning is drawn; as much of the question falls off its end."""
    natural = Workload("talk", (), prompts="sharegpt", dataset=talks)
    for request in asked([natural], tokenizer, "ab"):
        assert "Tell me a" in str(request.text)


def test_the_salt_is_recorded_and_so_is_what_begins_alike_all_the_same() -> None:
    """Two ids make four beginnings of two tokens; the fifth prompt has none left."""
    shape, beginnings = ModelShape(2, frozenset(), None), Beginnings("ab")
    source = open_prompts(fixed("tiny", 2, 2), shape, seed=1, beginnings=beginnings)
    list(islice(source.requests(), 20))
    described = source.describe()
    assert (described["salt"], described["alike"]) == ("ab", 16)
