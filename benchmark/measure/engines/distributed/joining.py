"""What every node but node 0 does; imports no torch, which is left to the ranks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmark.i18n import N_
from benchmark.measure.engine import EngineFailedError
from benchmark.measure.engines.distributed.layout import plan_layout
from benchmark.measure.engines.distributed.torchrun import Agent, plan_torchrun

if TYPE_CHECKING:
    from benchmark.measure.engine_options import EngineOptions

PATIENCE_S = 300.0
"""How long nodes wait for each other unless told otherwise."""


def join(options: EngineOptions, patience_s: float = PATIENCE_S) -> int:
    """Serve node 0 as one of the other nodes, until it is done.

    Args:
        options: the same as on node 0 but for the node's own rank.
        patience_s: how long to wait for node 0.

    Returns:
        0, when node 0 ended this.

    Raises:
        UsageError: if the options cannot be.
        EngineFailedError: if node 0 did not come, is gone, or a rank here failed.
    """
    layout = plan_layout(options)
    agent = Agent(plan_torchrun(options, layout, patience_s, None))
    try:
        status = agent.wait()
        if status:
            raise EngineFailedError(
                f"Node {options.rendezvous.node_rank} ended early: {agent.last_words()}",
                hint=N_("See what was printed on node 0, and that its --rendezvous is reachable."),
            )
    finally:
        agent.stop()
    return status
