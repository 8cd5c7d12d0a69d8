"""The real `transformers serve` with a real model."""

from __future__ import annotations

import shutil
import socket
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import torch
from transformers import AutoConfig, AutoModelForCausalLM
from transformers.utils.import_utils import is_accelerate_available, is_serve_available

from benchmark.measure.samples import Sample

if TYPE_CHECKING:
    from collections.abc import Callable

WITHOUT_TORCHAO = Path(__file__).resolve().parents[2] / "support" / "without_torchao"
PROGRAM = Path(sys.executable).with_name("transformers")

pytestmark = pytest.mark.skipif(
    not (is_serve_available() and is_accelerate_available() and PROGRAM.exists()),
    reason="transformers[serving] is not installed",
)


@pytest.fixture(scope="module")
def model(words: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A two-layer GPT-2 with the tokenizer `words`, for which every second token ends an answer."""
    folder = tmp_path_factory.mktemp("models") / "serve"
    shutil.copytree(words, folder)
    torch.manual_seed(0)
    config = AutoConfig.for_model("gpt2", n_layer=2, n_embd=32, n_head=2, vocab_size=300)
    built = AutoModelForCausalLM.from_config(config)
    built.generation_config.eos_token_id = list(range(0, 300, 2))
    built.save_pretrained(folder)
    return folder


@pytest.mark.parametrize("api", ["chat", "completions"])
def test_transformers_serve_is_measured_like_any_other_server(
    api: str,
    model: Path,
    reach: Callable[..., Any],
    drive: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Exactly as many tokens as asked, although the model would rather end; usage tells it."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("PYTHONPATH", str(WITHOUT_TORCHAO))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    serve = f"{PROGRAM} serve {model} --port {port} --device cpu --dtype float32"
    target = reach(None, model=str(model), api=api, serve=serve)
    samples = drive(target, 3, 24)
    facts = target.facts()
    assert [one for one in samples if not isinstance(one, Sample)] == []
    assert {one.output_tokens for one in samples} == {24}
    assert all(0 < one.ttft_ms <= one.e2e_ms for one in samples)
    assert facts.service is not None
    assert facts.service.name == "transformers"
    assert facts.engine_version == version("transformers")
    assert (facts.precision, facts.details["token_count_source"]) == ("FP32", "usage")
    assert str(facts.details["dialect"]).startswith("length by generation_config, ")
