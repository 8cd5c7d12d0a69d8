"""Two nodes, each in a network namespace of its own, joined by a virtual cable."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.measure.engines.distributed_support import (
    NODE,
    PYTHONPATH,
    llama,
    save_llama,
    tokens_of,
)

CABLE = Path(__file__).with_name("distributed_two_nodes.sh")
LIMIT_S = 120


def in_namespaces(*arguments: object, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the script where it is root of its own networks."""
    command = ["unshare", "--map-root-user", "--net", "--mount", "sh", CABLE, *arguments]
    return subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": PYTHONPATH, "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )


@cache
def why_not() -> str | None:
    """Why no network can be made here; None if one can."""
    try:
        done = in_namespaces(folder=Path.cwd())
    except OSError as error:
        return str(error)
    return None if done.returncode == 0 else done.stderr.strip() or "unshare or ip failed"


def run_two_nodes(tmp_path: Path) -> tuple[dict[str, Any], str]:
    """What node 0 found, and what node 1 printed in the end."""
    if (reason := why_not()) is not None:
        pytest.skip(f"no network namespaces here: {reason}")
    model = save_llama(tmp_path / "llama", weights=True)
    done = in_namespaces(sys.executable, NODE, model, 2, 1, folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    found, _, joined = done.stdout.partition("\n")
    return json.loads(found), joined.strip()


def test_one_model_is_split_over_two_nodes_that_only_a_cable_connects(tmp_path: Path) -> None:
    """The tokens are those of one process, and node 1's command ends by itself with status 0."""
    found, joined = run_two_nodes(tmp_path)
    assert joined == "0"
    assert [rank[1] for rank in found["ranks"]] == [0, 1]
    assert [tuple(tokens) for _, tokens in found["answers"]] == tokens_of(llama(), 6)
    facts = found["facts"]
    assert facts["cluster"]["nodes"] == 2
    assert facts["cluster"]["comm_backend"] == "gloo"
    assert facts["local_parameters"] < facts["parameters"]
    # Both nodes read the same clock here, whatever the cable.
    offset_ns, error_ns, _ = found["offset"]
    assert abs(offset_ns) <= error_ns < 50_000_000
