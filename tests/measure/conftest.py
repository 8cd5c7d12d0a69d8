"""Real models small enough to run in a test, saved where a user would have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

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
