"""From what each rank reports to what executed as a whole."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from benchmark.measure.engine_facts import Cluster, EngineFacts
from benchmark.measure.engine_options import Parallelism
from benchmark.measure.engines.distributed import network

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmark.measure.engine_facts import Hardware
    from benchmark.measure.engine_options import EngineOptions
    from benchmark.measure.engines.distributed.layout import Layout
    from benchmark.measure.engines.distributed.messages import RankReport
    from benchmark.measure.engines.transformers_config import Configuration


def whole(
    options: EngineOptions,
    layout: Layout,
    configuration: Configuration,
    reports: Mapping[int, RankReport],
) -> EngineFacts:
    """What executes, over all ranks.

    Args:
        options: what was asked.
        layout: who does what.
        configuration: of the model.
        reports: by rank.
    """
    first = reports[0]
    split = layout.tensor > 1
    return EngineFacts(
        engine_version=first.engine_version,
        precision=first.executed,
        quantization=first.quantization,
        parameters=first.parameters,
        weights="random" if options.random_weights else "pretrained",
        threads=sum(report.threads for report in reports.values()),
        hardware=_hardware(layout, reports),
        cluster=_cluster(options, layout, first),
        model_revision=configuration.revision,
        config_sha256=configuration.sha256,
        cuda_version=first.cuda_version,
        local_parameters=max(one.local_parameters for one in reports.values()) if split else None,
        weight_bytes=sum(reports[rank].local_bytes for rank in layout.group(0)),
        attention=first.attention,
        tools=first.tools,
        details={
            "launcher": "torchrun",
            "ranks": layout.world,
            "ranks_per_node": layout.per_node,
            "threads_per_rank": first.threads,
        },
    )


def _hardware(layout: Layout, reports: Mapping[int, RankReport]) -> Hardware:
    """All chips: each rank has one of its own, but the ranks of one node share its CPUs."""
    step = layout.per_node if reports[0].device == "cpu" else 1
    parts = [reports[rank] for rank in range(0, layout.world, step)]
    chips = [part.hardware for part in parts]
    return replace(
        chips[0],
        chip_model=" + ".join(sorted({chip.chip_model for chip in chips})),
        chip_count=sum(chip.chip_count for chip in chips),
        total_memory_gb=_sum([chip.total_memory_gb for chip in chips]),
        interconnect=parts[0].links,
    )


def _cluster(options: EngineOptions, layout: Layout, first: RankReport) -> Cluster:
    """Copies of a model that no rank shares do not talk to each other."""
    found = network.Network()
    if layout.nodes > 1:
        found = network.describe(network.interface_towards(options.rendezvous.address))
    return Cluster(
        nodes=layout.nodes,
        parallelism=Parallelism(tensor=layout.tensor, data=layout.data),
        comm_backend=first.comm_backend,
        network=found.kind,
        bandwidth_gbps=found.gbps,
    )


def _sum(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(sum(known), 2) if len(known) == len(values) else None
