"""The engine `distributed`: transformers on torch, one model over several chips or nodes."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import transformers

from benchmark.measure.engines.distributed import facts
from benchmark.measure.engines.distributed.joining import PATIENCE_S, join
from benchmark.measure.engines.distributed.layout import check_batch, plan_layout
from benchmark.measure.engines.distributed.meeting import Door
from benchmark.measure.engines.distributed.messages import Build, Discard, LoadWeights, Prepare
from benchmark.measure.engines.distributed.model import DistributedModel
from benchmark.measure.engines.distributed.needs import check_device, check_plan
from benchmark.measure.engines.distributed.ranks import Ranks
from benchmark.measure.engines.distributed.torchrun import Agent, plan_torchrun
from benchmark.measure.engines.transformers_config import read_configuration, shape
from benchmark.measure.local_load import LocalTarget

if TYPE_CHECKING:
    from benchmark.measure.engine_options import EngineOptions
    from benchmark.measure.engines.distributed.layout import Layout
    from benchmark.measure.engines.distributed.messages import RankReport
    from benchmark.measure.engines.transformers_config import Configuration
    from benchmark.measure.request import ModelShape


__all__ = ["PATIENCE_S", "DistributedEngine", "create", "join"]


class DistributedEngine:
    """A model's configuration, and what turns it into ranks.

    Args:
        options: what was asked.
        layout: who does what.
        configuration: of the model.
        patience_s: how long ranks and nodes may take to come.
    """

    def __init__(
        self,
        options: EngineOptions,
        layout: Layout,
        configuration: Configuration,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._options = options
        self._layout = layout
        self._configuration = configuration
        self._patience_s = patience_s

    @property
    def shape(self) -> ModelShape:
        """What requests must respect."""
        return shape(self._configuration.value)

    def load(self) -> LocalTarget:
        """Start the ranks and load the weights; the calling thread must outlive the target.

        Raises:
            UsageError: if there are no weights, or too few devices.
            EngineFailedError: if a rank or node does not come, or the model was not split.
        """
        return LocalTarget(self.start())

    def start(self) -> DistributedModel:
        """As `load`, the model itself."""
        with ExitStack() as stack:
            ranks = self._gather(stack)
            ranks.tell_all(Prepare(self._options, self._layout))
            reports = self._load(ranks)
            found = facts.whole(self._options, self._layout, self._configuration, reports)
            model = DistributedModel(ranks, self._layout, found)
            stack.pop_all()
            return model

    def _gather(self, stack: ExitStack) -> Ranks:
        """Every rank, started or come; `stack` ends them."""
        door = Door(self._layout, self._options.rendezvous.address)
        with ExitStack() as until_all_came:
            until_all_came.callback(door.close)
            agent = Agent(plan_torchrun(self._options, self._layout, self._patience_s, door.line))
            until_all_came.callback(agent.stop)
            ranks = Ranks(door.wait_for_all(agent, self._patience_s), agent)
            stack.callback(ranks.close)
            until_all_came.pop_all()
            door.close()
        return ranks

    def _load(self, ranks: Ranks) -> dict[int, RankReport]:
        """Random weights to be split are built once on each node and loaded as if downloaded."""
        builders: list[int] = []
        if self._options.random_weights and self._layout.tensor > 1:
            builders = [n for n, one in ranks.members.items() if one.hello.local_rank == 0]
        built = ranks.ask(dict.fromkeys(builders, Build()))
        folders = {ranks.members[n].hello.node: one.folder for n, one in built.items()}
        reports = ranks.ask(
            {
                rank: LoadWeights(folders.get(member.hello.node))
                for rank, member in ranks.members.items()
            }
        )
        ranks.ask(dict.fromkeys(builders, Discard()))
        return reports


def create(options: EngineOptions, patience_s: float = PATIENCE_S) -> DistributedEngine:
    """The engine for `options`, on node 0; reads the model's configuration, no weights.

    Args:
        options: what is asked.
        patience_s: how long ranks and nodes may take to come.

    Raises:
        BenchmarkError: if the backend or the model is not there, or cannot be split so.
    """
    layout = plan_layout(options)
    check_batch(options)
    check_device(options, layout)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    configuration = read_configuration(options)
    if layout.tensor > 1:
        check_plan(configuration.value.get_text_config(), layout.tensor, options.model)
    return DistributedEngine(options, layout, configuration, patience_s)
