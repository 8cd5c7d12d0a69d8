"""Weights that are not what their parameters look like."""

from __future__ import annotations

import json
from importlib.util import find_spec
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
import torch
from transformers import AutoConfig, AutoModelForCausalLM

from benchmark.errors import UsageError
from benchmark.measure.engine_options import EngineOptions
from benchmark.measure.engines.transformers_engine import create
from benchmark.measure.engines.transformers_quantized import precision, quantization, weight_bytes

if TYPE_CHECKING:
    from pathlib import Path

LLAMA = {
    "model_type": "llama",
    "vocab_size": 300,
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "num_key_value_heads": 2,
    "max_position_embeddings": 256,
    "tie_word_embeddings": False,
    "bos_token_id": 1,
    "eos_token_id": 2,
}


def build(**changed: Any) -> Any:
    """A Llama of two layers."""
    return AutoModelForCausalLM.from_config(AutoConfig.for_model(**{**LLAMA, **changed}))


def test_an_input_embedding_of_its_own_is_not_read_for_a_step() -> None:
    """But one row of it; a shared one is read as the output head."""
    total = sum(tensor.nbytes for tensor in build().parameters())
    table = 300 * 64 * 4
    assert weight_bytes(build()) == total - table
    assert weight_bytes(build(tie_word_embeddings=True)) == total - table


def test_the_bytes_of_a_step_that_reads_some_experts_are_not_known() -> None:
    """Which ones depends on the token."""
    assert weight_bytes(build(model_type="mixtral", num_local_experts=2)) is None


@pytest.mark.parametrize(
    ("settings", "method", "expected"),
    [
        ({"quant_method": "gptq", "bits": 4}, "gptq", "INT4"),
        ({"quant_method": "bitsandbytes", "load_in_8bit": True}, "bitsandbytes", "INT8"),
        ({"quant_method": "torchao", "quant_type": {"default": "Int4Only"}}, "torchao", "INT4"),
    ],
)
def test_integers_are_told_by_the_checkpoints_own_settings(
    settings: dict[str, Any], method: str, expected: str
) -> None:
    """Each method writes its width down in another way."""
    config = SimpleNamespace(quantization_config=settings)
    assert quantization(config) == method
    assert precision(SimpleNamespace(config=config)) == expected


@pytest.mark.skipif(find_spec("gptqmodel") is not None, reason="the package is installed")
def test_a_quantized_checkpoint_whose_package_is_missing_names_it(tmp_path: Path) -> None:
    """In transformers' own words."""
    model = build()
    model.save_pretrained(tmp_path)
    path = tmp_path / "config.json"
    found = json.loads(path.read_text())
    found["quantization_config"] = {"quant_method": "awq", "bits": 4, "group_size": 32}
    path.write_text(json.dumps(found))
    with pytest.raises(UsageError, match=r"gptqmodel|autoawq") as caught:
        create(EngineOptions(str(tmp_path), "cpu")).load()
    assert "Install it" in caught.value.hint


def test_a_torchao_checkpoint_is_executed_and_recorded_as_integers(tmp_path: Path) -> None:
    """Int8 weights, one byte each, and scales."""
    torchao = pytest.importorskip("torchao.quantization")
    from transformers import TorchAoConfig  # noqa: PLC0415 - only with the package

    build().to(torch.bfloat16).save_pretrained(tmp_path / "plain")
    how = TorchAoConfig(torchao.Int8WeightOnlyConfig())
    auto = AutoModelForCausalLM
    quantized = auto.from_pretrained(tmp_path / "plain", quantization_config=how)
    quantized.save_pretrained(tmp_path / "int8")
    model = create(EngineOptions(str(tmp_path / "int8"), "cpu")).load_model()
    facts = model.facts()
    assert (facts.precision, facts.quantization) == ("INT8", "torchao")
    assert facts.parameters == build().num_parameters()
    assert facts.weight_bytes < 2 * (build().num_parameters() - 300 * 64)
    assert len(model.generate([[5] * 8], 4)[0].token_ns) == 4
