"""The chips behind an endpoint."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING, Any

import pytest

from benchmark.errors import InvalidDataError, UsageError
from benchmark.measure.endpoint import cluster_file
from benchmark.measure.endpoint.engine import create
from benchmark.measure.endpoint.hardware import describe
from benchmark.measure.engine_options import Endpoint, EngineOptions, Parallelism

if TYPE_CHECKING:
    from pathlib import Path

VALID: dict[str, Any] = {
    "hardware": {
        "vendor": "NVIDIA",
        "chip_model": "H100 80GB",
        "chip_count": 16,
        "memory_per_chip_gb": 80,
        "interconnect": "NVLink",
    },
    "cluster": {
        "node_count": 2,
        "comm_backend": "nccl",
        "inter_node_network": "InfiniBand",
        "network_bandwidth_gbps": 400,
        "parallelism": {"tensor_parallel": 8, "data_parallel": 2},
    },
}


def save(folder: Path, value: Any) -> Path:
    """A description in a file."""
    path = folder / "cluster.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def test_a_description_becomes_hardware_and_cluster(tmp_path: Path) -> None:
    """Field by field."""
    chips = describe(cluster_file.load(save(tmp_path, VALID)))
    assert (chips.hardware.chip_count, chips.hardware.interconnect) == (16, "NVLink")
    assert chips.hardware.total_memory_gb is None
    assert (chips.cluster.nodes, chips.cluster.network) == (2, "InfiniBand")
    assert chips.cluster.parallelism == Parallelism(tensor=8, data=2)


def test_one_machine_needs_no_cluster(tmp_path: Path) -> None:
    """Chips are enough."""
    chips = describe(cluster_file.load(save(tmp_path, {"hardware": VALID["hardware"]})))
    assert chips.cluster.nodes == 1


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ([], "$"),
        ({}, "$.hardware"),
        ({"hardware": {"vendor": "NVIDIA", "chip_model": "H100"}}, "$.hardware.chip_count"),
        ({"hardware": {**VALID["hardware"], "chip_count": 0}}, "$.hardware.chip_count"),
        ({**VALID, "cluster": {"comm_backend": "nccl"}}, "$.cluster.node_count"),
        ({**VALID, "nodes": 2}, "$.nodes"),
    ],
)
def test_what_is_wrong_in_a_description_is_named(value: Any, path: str, tmp_path: Path) -> None:
    """By its JSON path."""
    with pytest.raises(InvalidDataError) as refused:
        cluster_file.load(save(tmp_path, value))
    assert path in {violation.path for violation in refused.value.violations}


def test_a_remote_endpoint_needs_a_description(words: Path) -> None:
    """This machine's chips are not what computes there; nothing is sent to find out."""
    endpoint = Endpoint("http://10.0.0.5:8000")
    with pytest.raises(UsageError) as refused:
        create(EngineOptions(str(words), "cpu", endpoint=endpoint))
    assert "--cluster FILE" in refused.value.hint
    create(EngineOptions(str(words), "cpu", endpoint=endpoint._replace(cluster=VALID)))


def test_a_local_endpoint_computes_on_this_machine(words: Path) -> None:
    """On its CPU, or on what `--cluster` says."""
    endpoint = Endpoint("http://127.0.0.1:8000")
    create(EngineOptions(str(words), "cpu", endpoint=endpoint))
    with pytest.raises(UsageError, match="npu devices"):
        create(EngineOptions(str(words), "npu", endpoint=endpoint))


def test_a_model_without_tokenizer_is_told(tmp_path: Path) -> None:
    """Prompts and counts need one."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        endpoint = Endpoint(f"http://127.0.0.1:{server.getsockname()[1]}")
        with pytest.raises(UsageError, match="tokenizer") as refused:
            create(EngineOptions(str(tmp_path), "cpu", endpoint=endpoint))
    assert "--tokenizer" in refused.value.hint
