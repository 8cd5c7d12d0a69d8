"""Which rank does what, and what cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark.errors import UsageError
from benchmark.measure.engine_options import EngineOptions, Parallelism, Rendezvous
from benchmark.measure.engines.distributed.engine import create, join
from benchmark.measure.engines.distributed.layout import Layout, plan_layout
from tests.measure.engines.distributed_support import options, save_llama

if TYPE_CHECKING:
    from pathlib import Path


def asked(**values: Any) -> EngineOptions:
    """Options with a parallelism and a rendezvous."""
    return EngineOptions("any", "cpu", **values)


@given(tensor=st.integers(1, 8), data=st.integers(1, 8), prompts=st.integers(0, 50))
def test_every_prompt_has_one_replica_and_every_rank_one_group(
    tensor: int, data: int, prompts: int
) -> None:
    """Shares and groups are partitions in order, and shares differ by one at most."""
    layout = Layout(tensor, data, 1)
    shares = layout.shares(prompts)
    assert [i for share in shares for i in share] == list(range(prompts))
    assert max(map(len, shares)) - min(map(len, shares)) <= 1
    groups = [layout.group(replica) for replica in range(data)]
    assert [rank for group in groups for rank in group] == list(range(layout.world))
    assert all(layout.replica(rank) == n for n, group in enumerate(groups) for rank in group)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "nothing to distribute"),
        ({"parallelism": Parallelism(tensor=2, pipeline=2)}, "split a model by layers"),
        ({"parallelism": Parallelism(tensor=0, data=2)}, "nothing to distribute"),
        (
            {"parallelism": Parallelism(tensor=3), "rendezvous": Rendezvous(nodes=2, port=1)},
            "do not spread evenly over 2 nodes",
        ),
        (
            {"parallelism": Parallelism(data=2), "rendezvous": Rendezvous(2, 2, port=1)},
            "Node rank 2 is not below 2",
        ),
        (
            {"parallelism": Parallelism(data=2), "rendezvous": Rendezvous(2, 0)},
            "need a place to meet",
        ),
    ],
)
def test_what_cannot_be_laid_out_is_refused(values: dict[str, Any], message: str) -> None:
    """On node 0 and on every other."""
    for act in (plan_layout, create, join):
        with pytest.raises(UsageError, match=message):
            act(asked(**values))


def test_more_copies_than_requests_in_flight_are_refused(tiny_model: Path) -> None:
    """A copy that never computes would be counted as a chip."""
    with pytest.raises(UsageError, match="5 copies of the model share 4 requests") as caught:
        create(options(tiny_model, data=5))
    assert "--concurrency 5" in caught.value.hint


def test_a_model_without_a_plan_is_refused_before_anything_starts(tiny_model: Path) -> None:
    """Transformers has none for GPT-2: each rank would hold all of it."""
    with pytest.raises(UsageError, match=r"no tensor-parallel plan .* run replicated"):
        create(options(tiny_model, tensor=2))


def test_heads_that_cannot_be_shared_are_refused(tmp_path: Path) -> None:
    """Two heads of keys and values for four ranks."""
    with pytest.raises(UsageError, match="2 key value heads, which 4 processes"):
        create(options(save_llama(tmp_path, weights=False), tensor=4))
