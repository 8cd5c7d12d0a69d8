"""Which chip of the table a name means, and that the table can be trusted."""

from __future__ import annotations

from typing import Any

import pytest

from benchmark.verdict.chip_names import chip_named
from benchmark.verdict.chips import ANY, CHIPS, CPU
from benchmark.verdict.models import FEWEST, Size, model_of
from benchmark.verdict.precisions import bits


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("NVIDIA A100 80GB PCIe", "a100"),
        ("A100-80GB", "a100"),
        ("NVIDIA A100-SXM4-40GB", "a100"),
        ("NVIDIA H100 80GB HBM3", "h100 hbm3"),
        ("H100-SXM5-80GB", "h100 sxm5"),
        ("NVIDIA H100 NVL", "h100 nvl"),
        ("nvidia_h200", "h200"),
        ("Tesla V100-SXM2-32GB", "v100"),
        ("NVIDIA GeForce RTX 4090", "rtx 4090"),
        ("GeForce RTX 3090 Ti", "rtx 3090 ti"),
        ("NVIDIA RTX 6000 Ada Generation", "rtx 6000 ada"),
        ("AMD Instinct MI300X OAM", "mi300x"),
        ("Ascend 910B", "910b"),
        ("Ascend910B3", "910b"),
        ("Huawei Ascend910B3", "910b"),
        ("NVIDIA(R) GeForce(R) RTX(TM) 4090", "rtx 4090"),
        ("Apple M2 Ultra", "m2 ultra"),
        ("Apple M1", "m1"),
        ("Google TPU v5e", "tpu v5e"),
        ("CPU", "cpu"),
        ("x86_64", "cpu"),
        ("Intel(R) Xeon(R) Platinum 8480+", "cpu"),
        ("AMD EPYC 9654 96-Core Processor", "cpu"),
        ("AWS Graviton4", "cpu"),
        ("\uff28\uff11\uff10\uff10", "h100"),
        ("NVIDIA H 100", "h100"),
        ("英伟达\u200bH100", "h100"),
        ("GeForce RTX 40\u200b90", "rtx 4090"),
        ("昇腾910B", "910b"),
        ("Huawei Ascend 910 B", "910b"),
        ("Huawei Ascend 910 B3", "910b"),
        ("AMD Instinct MI 300", "mi300x"),
        ("NVIDIA B300 SXM6 AC 288", "b300"),
        ("NVIDIA H100 AC 7", "any"),
        ("NVIDIA B300 SXM6 AC", "b300"),
        ("AMD Instinct MI325 OAM", "mi325x"),
        ("M2Ultra", "m2 ultra"),
        ("TPU v5 lite", "tpu v5e"),
        ("Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz", "cpu"),
        ("Intel(R) Core(TM) Ultra 7 155H", "cpu"),
        ("AMD Ryzen 7 5700G with Radeon Graphics", "cpu"),
        ("2 x Intel(R) Xeon(R) 6980P", "cpu"),
        ("Common KVM processor", "cpu"),
        ("1x H100", "h100"),
        ("8x H100", "any"),
        ("8×H100", "any"),
        ("8 H100", "any"),
        ("H100 x 8", "any"),
        ("H100 8卡", "any"),
        ("H 100 卡", "any"),
        ("TPU v6e-8", "any"),
        ("TPU v5litepod-256", "any"),
        ("NVIDIA GeForce RTX 4070 Ti SUPER", "rtx 4070 ti super"),
        ("NVIDIA GeForce RTX 4070 Laptop GPU", "rtx 4070"),
        ("RTX 5070Ti", "rtx 5070 ti"),
        ("rtx5060 ti 16GB", "rtx 5060 ti"),
        ("NVIDIA H100 NVL PCIe 94GB", "h100 nvl"),
        ("NVIDIA H100 80GB PCIe", "h100 80gb"),
        ("NVIDIA Jetson AGX Orin", "orin"),
        ("NVIDIA Jetson Orin Nano", "any"),
        ("NVIDIA Jetson AGX Thor Developer Kit", "thor"),
        ("AMD Radeon RX 7900 XTX", "rx 7900 xtx"),
        ("Intel(R) Arc(TM) B580 Graphics", "arc b580"),
        ("AWS Trainium2", "trainium2"),
        ("AWS Trainium", "any"),
        ("trn2.48xlarge", "any"),
        ("AWS Inferentia2", "trainium1"),
        ("TPU7x (Ironwood)", "tpu v7x"),
        ("Ascend910_9392", "910c"),
        ("Ascend910B4-1", "910b"),
        ("Ascend 950PR", "950pr"),
        ("\u6c90\u66e6 \u66e6\u4e91 C500", "c500"),
        ("\u6469\u5c14\u7ebf\u7a0b MTT S5000", "s5000"),
        ("Hygon K100_AI", "any"),
        ("AMD Ryzen 9 and Radeon RX 7900 XTX", "any"),
        ("Somebody X9", "any"),
        ("H1000", "any"),
        ("A100 cluster of Lab X", "any"),
        ("Xeon 8480 with H100", "any"),
        ("NVIDIA GPU", "any"),
        ("", "any"),
    ],
)
def test_a_chip_is_known_by_its_whole_name(model: str, name: str) -> None:
    """Whatever else is in it might mean another chip."""
    assert chip_named(model).name == name


def test_every_figure_has_a_source_and_chips_get_no_slower_with_fewer_bits() -> None:
    """And no two rows mean the same words."""
    rows = [*CHIPS, CPU, ANY]
    assert len({frozenset(chip.name.split()) for chip in rows}) == len(rows)
    for chip in rows:
        assert chip.source
        assert [*chip.tera] == sorted(chip.tera)
        assert min(chip.bandwidth, chip.cache, *chip.tera) > 0
        # Else a quick look could not call so much sound.
        assert min(chip.tera) * 1e12 / (2 * FEWEST) > 1e6


@pytest.mark.parametrize(
    ("model", "least"),
    [
        ({"name": "meta-llama/Llama-3.1-8B-Instruct"}, 8e9),
        ({"name": "Qwen/Qwen2-0.5B"}, 0.5e9),
        ({"name": "meta-llama/Llama-3.2-1B"}, 1e9),
        ({"name": "deepseek-ai/DeepSeek-R1-Distill-Qwen-7B", "parameters": "7B"}, 7e9),
        ({"name": "openai-community/gpt2"}, 124e6),
        ({"name": " openai-community/gpt2/ "}, 124e6),
        ({"name": "Qwen/Qwen3-30B-A3B", "parameters": "16B"}, 1e9),
        ({"name": "llama-3-8b_a1b", "parameters": "7B"}, 7e9 / 8),
        ({"name": "x", "parameters": 1e5}, 1e5 / 8),
        ({"name": "trl/tiny-random-Llama-3-8B", "parameters": "7B"}, 7e9),
        ({"name": "sshleifer/tiny-gpt2"}, 1e5),
        ({"name": "facebook/opt-125m"}, 125e6),
        ({"name": "Qwen/Qwen3-30B-A3B"}, 3e9),
        ({"name": "ibm/granite-3.0-3b-a800m"}, 800e6),
        ({"name": "mistralai/Mixtral-8x7B-v0.1"}, 7e9 / 8),
        ({"name": "openai/gpt-oss-120b"}, 120e9 / 50),
        ({"name": "google/gemma-3n-E4B-it"}, 4e9),
        ({"name": "somebody/model-7b"}, 7e9 / 8),
        ({"name": "somebody/model-12b"}, 12e9 / 8),
        ({"name": "somebody/model-12.1b"}, 12.1e9 / 16),
        ({"name": "somebody/model-40b"}, 40e9 / 16),
        ({"name": "somebody/model-40.1b"}, 40.1e9 / 50),
        ({"name": "gpt2", "parameters": "124M"}, 124e6),
        ({"name": "llama-2-custom", "parameters": "7 billion"}, 7e9),
        ({"name": "tiiuae/falcon-instruct", "parameters": "40B"}, 40e9),
        ({"name": "tiiuae/falcon-instruct", "parameters": "41B"}, 41e9 / 50),
        ({"name": "Qwen/Qwen2.5-32B", "parameters": "2B"}, 2e9),
        ({"name": "Qwen/Qwen2.5-32B", "parameters": "1.9B"}, 32e9),
        ({"name": "x", "parameters": 7}, None),
        ({"name": "x", "parameters": "unknown"}, None),
        ({"name": "x"}, None),
        ({"name": "trl/tiny-random-Llama-3-8B"}, None),
        ({}, None),
    ],
)
def test_a_model_has_at_least_so_many_parameters(
    model: dict[str, Any], least: float | None
) -> None:
    """Those that take part in a token: a mixture's name may tell only how many there are."""
    active = model_of(str(model.get("name", "")), Size(model.get("parameters"), None)).active
    assert active == (None if least is None else pytest.approx(least))


@pytest.mark.parametrize(
    ("precision", "quantization", "name", "count"),
    [
        ("FP32", "None", "gpt2", 32),
        ("torch.bfloat16", "", "x", 16),
        ("half", "None", "x", 16),
        ("FP8", "None", "x", 8),
        ("FP16", "awq", "x", 4),
        ("FP16", "None", "x-GPTQ-Int4", 4),
        ("BF16", "somebody's own", "x", 1),
        ("unknown", "None", "x", 1),
        ("Q4_K_M", "None", "x", 4),
        ("FP16", "gguf", "x", 2),
        ("32-bit", "None", "x", 32),
        ("16bit", "", "x", 16),
        ("FP16", "AutoGPTQ", "x", 4),
        ("float", "unquantized", "x", 32),
    ],
)
def test_weights_have_at_least_so_many_bits(
    precision: str, quantization: str, name: str, count: float
) -> None:
    """What is not understood may be as few as one."""
    assert bits(precision, quantization, name, is_dense=True) == count
