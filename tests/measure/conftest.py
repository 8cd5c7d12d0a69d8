"""Real models small enough to run in a test, saved where a user would have them."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support import quick_worker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.warm import Warm

TINY = {"model_type": "gpt2", "n_layer": 2, "n_embd": 32, "n_head": 2, "vocab_size": 300}


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a saved two-layer GPT-2 of 1,024 positions."""
    import torch  # noqa: PLC0415 - takes seconds, and most tests need none of it
    from transformers import AutoConfig, AutoModelForCausalLM  # noqa: PLC0415 - as above

    folder = tmp_path_factory.mktemp("models") / "tiny-gpt2"
    torch.manual_seed(0)
    config = AutoConfig.for_model(**TINY)
    AutoModelForCausalLM.from_config(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with nothing but the configuration of a two-layer GPT-2 of 1,024 positions."""
    from transformers import AutoConfig  # noqa: PLC0415 - as above

    folder = tmp_path_factory.mktemp("configs") / "tiny-gpt2"
    AutoConfig.for_model(**TINY).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def warm_transformers() -> Iterator[Warm]:
    """Starts measuring processes that have torch and transformers already, and no torchao."""
    imports = ["transformers.models.auto.modeling_auto", "transformers.models.gpt2.modeling_gpt2"]
    imports += ["benchmark.measure.engines.transformers_engine"]
    with closing(quick_worker.warm(Path(sys.executable), *imports, hidden=["torchao"])) as warm:
        yield warm


@pytest.fixture(scope="session")
def warm_client() -> Iterator[Warm]:
    """Starts measuring processes for endpoints: a server computes, so they need no torch."""
    imports = ["transformers.models.auto.tokenization_auto", "benchmark.measure.endpoint.engine"]
    hidden = ["torch", "torchao"]
    with closing(quick_worker.warm(Path(sys.executable), *imports, hidden=hidden)) as warm:
        yield warm
