"""Which rank does what: pure arithmetic over tensor × data ranks on so many nodes."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from benchmark.errors import UsageError
from benchmark.i18n import N_

if TYPE_CHECKING:
    from benchmark.measure.engine_options import EngineOptions


COMM = {"cpu": "gloo", "cuda": "nccl", "xpu": "xccl", "npu": "hccl"}
"""torch.distributed's backend for each of ours; mps has none."""

_FLOATS = (None, "float32", "bfloat16", "float16")


class Layout(NamedTuple):
    """Ranks count through the nodes; each `tensor` of them in a row hold one copy of the model."""

    tensor: int
    data: int
    nodes: int

    @property
    def world(self) -> int:
        """Ranks in all."""
        return self.tensor * self.data

    @property
    def per_node(self) -> int:
        """Ranks on one node."""
        return self.world // self.nodes

    def group(self, replica: int) -> range:
        """The ranks that hold this copy of the model; the first tells the times."""
        return range(replica * self.tensor, (replica + 1) * self.tensor)

    def replica(self, rank: int) -> int:
        """The copy of the model that a rank holds a part of."""
        return rank // self.tensor

    def shares(self, prompts: int) -> list[range]:
        """Which prompts each replica answers: as equal as can be, in order; some may get none."""
        cuts = [prompts * replica // self.data for replica in range(self.data + 1)]
        return [range(*ends) for ends in pairwise(cuts)]


def plan_layout(options: EngineOptions) -> Layout:
    """What is asked, if it can be.

    Raises:
        UsageError: if it cannot.
    """
    asked, meet = options.parallelism, options.rendezvous
    layout = Layout(asked.tensor, asked.data, meet.nodes)
    if asked.pipeline != 1:
        raise UsageError(
            "The engine distributed does not split a model by layers.",
            hint=N_("Use --tensor-parallel or --data-parallel."),
        )
    if min(layout) < 1 or layout.world == 1:
        raise UsageError(
            "There is nothing to distribute.",
            hint=N_("Give --tensor-parallel or --data-parallel above 1."),
        )
    if layout.world % layout.nodes:
        raise UsageError(
            f"{layout.tensor} × {layout.data} processes do not spread evenly over "
            f"{layout.nodes} nodes.",
            hint=N_("Every node runs the same number of processes."),
        )
    _check_meeting(options)
    _check_numbers(options)
    return layout


def check_batch(options: EngineOptions) -> None:
    """See that every copy of the model has something to do.

    Raises:
        UsageError: if fewer requests are in flight than there are copies.
    """
    copies = options.parallelism.data
    if options.batch < copies:
        raise UsageError(
            f"{copies} copies of the model share {options.batch} requests at a time, so some would "
            "never compute.",
            hint=f"Add: --concurrency {copies}",
        )


def _check_meeting(options: EngineOptions) -> None:
    meet = options.rendezvous
    if not 0 <= meet.node_rank < meet.nodes:
        raise UsageError(
            f"Node rank {meet.node_rank} is not below {meet.nodes}, the number of nodes.",
            hint=N_("Nodes are numbered from 0."),
        )
    if meet.nodes > 1 and not meet.port:
        raise UsageError(
            "Several nodes need a place to meet.",
            hint=N_("Give --rendezvous HOST:PORT: an address of node 0 and a free port there."),
        )


def _check_numbers(options: EngineOptions) -> None:
    if options.backend not in COMM:
        raise UsageError(
            f"Nothing lets {options.backend} devices talk to each other.",
            hint=f"Choose one of: {', '.join(COMM)}.",
        )
    if options.dtype not in _FLOATS:
        raise UsageError(
            f"The engine distributed does not compute in {options.dtype}.",
            hint=N_("Choose float32, bfloat16 or float16."),
        )
