"""Engines that need environments of their own.

They are kept in `.venvs/` under the repository's root: making them takes half a minute and
downloads 40 and 75 MB.
"""

from __future__ import annotations

from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmark.measure import environment
from tests.support import quick_worker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.warm import Warm

ROOT = Path(__file__).resolve().parents[3]
# Hidden by the exporting process itself, before what would send usage data is imported.
HIDDEN = ("torchao", "openvino_telemetry")


@pytest.fixture(scope="session")
def warm_engines() -> Iterator[dict[str, Warm]]:
    """By name, with what measures and what exports: importing that takes most of the time."""
    here = "benchmark.measure.engines"
    with ExitStack() as stack:
        found = {}
        for name in ("onnxruntime", "openvino"):
            python = environment.python_for(name, ROOT / ".venvs", print)
            imports = [f"{here}.{name}_engine_export", f"{here}.{name}_engine"]
            imports += [f"{here}.export_cache_child", "transformers.models.gpt2.modeling_gpt2"]
            warm = quick_worker.warm(python, *imports, hidden=HIDDEN)
            found[name] = stack.enter_context(closing(warm))
        yield found
