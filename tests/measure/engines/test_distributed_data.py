"""Two real ranks with a copy of the model each, driven as a load drives them."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING

import pytest

from benchmark.measure.engine import RequestFailedError
from benchmark.measure.engine_options import Parallelism
from benchmark.measure.engines.distributed.engine import create
from benchmark.measure.load import Load, StopRule, Watch
from benchmark.measure.local_load import LocalTarget
from benchmark.measure.request import Request
from tests.measure.engines.distributed_support import PROMPTS, nobodys_home, options

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmark.measure.engines.distributed.model import DistributedModel
    from benchmark.measure.samples import Failure, Sample


@pytest.fixture(scope="module")
def model(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DistributedModel]:
    """GPT-2 twice."""
    with nobodys_home(tmp_path_factory):
        loaded = create(options(tiny_model, data=2), patience_s=120).start()
    yield loaded
    loaded.close()


def test_each_replica_answers_its_share_at_the_same_time(model: DistributedModel) -> None:
    """Three prompts: one and two, with stamps of their own that overlap."""
    one, two, three = model.generate([*PROMPTS, PROMPTS[0]], 32)
    assert two == three
    assert one.token_ns != two.token_ns
    assert max(one.start_ns, two.start_ns) < min(one.end_ns, two.end_ns)


def test_copies_that_share_nothing_need_no_communication(model: DistributedModel) -> None:
    """Facts say what computed: two copies, each whole."""
    facts = model.facts()
    assert facts.cluster.parallelism == Parallelism(data=2)
    assert facts.cluster.comm_backend is None
    assert facts.local_parameters is None
    assert facts.details["ranks"] == 2


def test_a_request_beyond_the_positions_fails_without_ending_the_run(
    model: DistributedModel,
) -> None:
    """An error of torch's becomes a failed request."""
    with pytest.raises(RequestFailedError):
        model.generate([[5] * 1100], 4)
    assert len(model.generate(PROMPTS, 4)) == 2


def test_a_single_request_leaves_one_replica_idle(model: DistributedModel) -> None:
    """And is answered by the other."""
    assert len(model.generate(PROMPTS[:1], 4)) == 1


def test_the_aggregate_counts_wall_time_once(model: DistributedModel) -> None:
    """Four requests in flight: the samples' spans fit into the wall time that was measured."""
    done: list[Sample | Failure] = []
    requests = repeat(Request(PROMPTS[0], 8))
    wall_s = LocalTarget(model).drive(
        requests, Load(concurrency=4), Watch(StopRule(repeats=8)), done.append
    )
    assert len(done) == 8
    assert max(one.start_s + one.e2e_ms / 1000 for one in done) <= wall_s
    assert sum(one.e2e_ms for one in done) / 1000 > wall_s
