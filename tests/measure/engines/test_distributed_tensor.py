"""Two real ranks that share one model, over gloo."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING

import psutil
import pytest

from benchmark.measure.engine import EngineFailedError, RequestFailedError
from benchmark.measure.engine_options import Parallelism
from benchmark.measure.engines.distributed.engine import create
from benchmark.measure.host import cpu
from tests.measure.engines.distributed_support import (
    PROMPTS,
    llama,
    nobodys_home,
    options,
    ranks_of,
    save_llama,
    tokens_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmark.measure.engines.distributed.model import DistributedModel


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DistributedModel]:
    """A Llama with random weights over two ranks, all gone afterwards."""
    folder = save_llama(tmp_path_factory.mktemp("models") / "llama", weights=False)
    with nobodys_home(tmp_path_factory):
        loaded = create(options(folder, tensor=2), patience_s=120).start()
    ranks = ranks_of(loaded)
    yield loaded
    loaded.close()
    psutil.wait_procs(ranks, timeout=5)
    assert not any(rank.is_running() for rank in ranks)


def test_two_ranks_generate_what_one_process_alone_does(model: DistributedModel) -> None:
    """The same seed, the same weights, the same tokens."""
    tokens = [tokens for _, tokens in model.answer(PROMPTS, 12)]
    assert tokens == tokens_of(llama(), 12)


def test_stamps_of_one_batch_are_shared_and_in_order(model: DistributedModel) -> None:
    """From the group's first rank."""
    first, second = model.generate(PROMPTS, 8)
    assert first == second
    assert len(first.token_ns) == 8
    assert all(a < b for a, b in pairwise([first.start_ns, *first.token_ns, first.end_ns]))


def test_facts_say_that_parameters_were_really_split(model: DistributedModel) -> None:
    """Two processes on the sockets of one machine are no more chips than those."""
    facts = model.facts()
    whole = sum(one.numel() for one in llama().parameters())
    assert facts.parameters == whole
    assert whole / 2 <= (facts.local_parameters or 0) < whole * 0.55
    assert facts.cluster.parallelism == Parallelism(tensor=2)
    assert (facts.cluster.nodes, facts.cluster.comm_backend) == (1, "gloo")
    assert (facts.weights, facts.precision, facts.threads) == ("random", "FP32", 2)
    assert facts.hardware.chip_count == sockets()
    assert "accelerate" in facts.tools


def sockets() -> int:
    """As the kernel numbers them."""
    return cpu.detect(None).sockets


def test_a_request_that_every_rank_refuses_leaves_them_in_step(model: DistributedModel) -> None:
    """No tokens is no answer; the next is as good as ever."""
    with pytest.raises(RequestFailedError):
        model.generate(PROMPTS, 0)
    assert [tokens for _, tokens in model.answer(PROMPTS, 4)] == tokens_of(llama(), 4)


def test_there_is_no_device_peak_on_a_cpu(model: DistributedModel) -> None:
    """The process tree is measured instead."""
    model.reset_peak_memory()
    assert model.peak_memory() is None


def test_a_rank_that_is_killed_midway_ends_the_run_and_is_named(model: DistributedModel) -> None:
    """The other one waits for it in a collective and must not wait on. This is the last test."""
    ranks = ranks_of(model)
    with ThreadPoolExecutor(1) as load:
        running = load.submit(model.generate, PROMPTS, 500)
        time.sleep(0.3)
        ranks[1].kill()
        with pytest.raises(EngineFailedError, match="Rank 1 on node 0 was killed"):
            running.result(30)
    model.close()
    assert psutil.wait_procs(ranks, timeout=30)[1] == []
