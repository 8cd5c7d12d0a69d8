"""The adapter, with real torch and real models of two layers."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise, repeat
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
import torch
from transformers import AutoConfig, AutoModelForCausalLM

from benchmark.errors import UsageError
from benchmark.measure.engine import EngineFailedError, RequestFailedError
from benchmark.measure.engine_facts import Hardware
from benchmark.measure.engine_options import EngineOptions
from benchmark.measure.engines import torch_device
from benchmark.measure.engines.models import ARCHITECTURES
from benchmark.measure.engines.transformers_config import explain
from benchmark.measure.engines.transformers_engine import create
from benchmark.measure.engines.transformers_generate import TransformersModel
from benchmark.measure.load import Load, StopRule, Watch
from benchmark.measure.request import Request
from benchmark.measure.samples import Failure, Sample

if TYPE_CHECKING:
    from pathlib import Path

    from benchmark.measure.engines.transformers_generate import Stamps

PUBLISHED = {
    "gpt2": 124_439_808,
    "distilgpt2": 81_912_576,
    "TinyLlama/TinyLlama-1.1B-Chat-v1.0": 1_100_048_384,
    "meta-llama/Llama-3.2-1B": 1_235_814_400,
    "Qwen/Qwen2-0.5B": 494_032_768,
}


def options(model: Path | str, *, dtype: str | None = None, random: bool = False) -> EngineOptions:
    """Options on the CPU."""
    return EngineOptions(str(model), "cpu", dtype=dtype, random_weights=random)


def weights(model: TransformersModel) -> torch.Tensor:
    """All parameters of a loaded model, one after the other."""
    return torch.cat([tensor.flatten() for tensor in model.model.parameters()])


def test_every_token_has_its_own_stamp_between_start_and_end(tiny_model: Path) -> None:
    """As many stamps as tokens asked, in order."""
    (timing,) = create(options(tiny_model)).load_model().generate([[5] * 8], 12)
    assert len(timing.token_ns) == 12
    assert all(a < b for a, b in pairwise([timing.start_ns, *timing.token_ns, timing.end_ns]))


def test_prompts_of_one_batch_share_their_stamps(tiny_model: Path) -> None:
    """Three at once take the steps of one."""
    timings = create(options(tiny_model)).load_model().generate([[5] * 8, [6] * 8, [7] * 8], 4)
    assert len(timings) == 3
    assert len(set(timings)) == 1
    assert len(timings[0].token_ns) == 4


def test_prompts_of_different_lengths_are_no_batch(tiny_model: Path) -> None:
    """They would need padding, which would be computed and not be counted."""
    with pytest.raises(RequestFailedError):
        create(options(tiny_model)).load_model().generate([[5] * 8, [6] * 9], 4)


def test_loading_gives_a_target_that_loads_are_put_on(tiny_model: Path) -> None:
    """Two at a time until four are done."""
    target, found = create(options(tiny_model)).load(), list[Sample | Failure]()
    load = Load(concurrency=2)
    watch = Watch(StopRule(repeats=4), load)
    target.drive(repeat(Request((5,) * 8, 3)), load, watch, found.append)
    assert [isinstance(one, Sample) for one in found] == [True] * 4
    assert target.peak_memory() is None
    target.close()


def test_a_model_that_ends_every_answer_still_gives_all_tokens(
    tiny_model: Path, tmp_path: Path
) -> None:
    """Every token is a stop token in this checkpoint, and it wants to be sampled hot."""
    model = AutoModelForCausalLM.from_pretrained(tiny_model)
    model.generation_config.eos_token_id = list(range(300))
    model.generation_config.update(do_sample=True, temperature=9.0, repetition_penalty=2.0)
    model.save_pretrained(tmp_path)
    (timing,) = create(options(tmp_path)).load_model().generate([[5] * 8], 12)
    assert len(timing.token_ns) == 12


@pytest.mark.parametrize(
    ("dtype", "expected"), [(None, "FP32"), ("bfloat16", "BF16"), ("float16", "FP16")]
)
def test_the_recorded_precision_is_that_of_the_weights(
    tiny_model: Path, dtype: str | None, expected: str
) -> None:
    """Saved as float32, executed as asked."""
    model = create(options(tiny_model, dtype=dtype)).load_model()
    assert model.facts().precision == expected
    assert {tensor.dtype for tensor in model.model.parameters()} == {weights(model).dtype}


def test_facts_name_the_weights_and_where_they_are_from(tiny_model: Path) -> None:
    """A local folder has no revision; the digest of its config.json says which it was."""
    facts = create(options(tiny_model)).load_model().facts()
    assert (facts.weights, facts.model_revision) == ("pretrained", None)
    assert len(facts.config_sha256 or "") == 64
    assert facts.parameters == 300 * 32 + 1024 * 32 + 2 * 12704 + 64


def test_random_weights_are_repeatable_and_need_no_weights_file(tiny_config: Path) -> None:
    """The seed decides them."""
    first, again = (create(options(tiny_config, random=True)).load_model() for _ in range(2))
    assert torch.equal(weights(first), weights(again))
    assert first.facts().weights == "random"


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_built_in_architectures_have_the_published_number_of_parameters(name: str) -> None:
    """Counted on torch's meta device, tied weights once."""
    config = AutoConfig.for_model(**ARCHITECTURES[name])
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config)
    assert model.num_parameters() == PUBLISHED[name]


def test_a_built_in_architecture_is_described_without_a_download() -> None:
    """GPT-2 by name alone."""
    shape = create(options("gpt2", random=True)).shape
    assert (shape.vocabulary, shape.context_window) == (50257, 1024)
    assert shape.special_ids == {50256}


def test_an_unknown_architecture_is_answered_with_those_built_in() -> None:
    """The hint lists them."""
    with pytest.raises(UsageError, match="not built in") as caught:
        create(options("nobody/knows", random=True))
    assert "distilgpt2" in caught.value.hint


def test_a_folder_without_weights_is_refused_with_the_way_out(tiny_config: Path) -> None:
    """The hint names --random-weights."""
    with pytest.raises(UsageError, match="cannot be loaded") as caught:
        create(options(tiny_config)).load()
    assert "--random-weights" in caught.value.hint


def test_a_folder_that_holds_no_model_is_refused(tmp_path: Path) -> None:
    """And no weights are promised for it."""
    with pytest.raises(UsageError, match="cannot be loaded") as caught:
        create(options(tmp_path))
    assert "--random-weights" not in caught.value.hint


def test_a_model_beyond_all_memory_is_refused_as_such(tmp_path: Path) -> None:
    """A vocabulary of a trillion: the real allocator says no."""
    config = {"model_type": "gpt2", "n_layer": 1, "n_embd": 64, "n_head": 1, "vocab_size": 10**12}
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(EngineFailedError, match="cannot be loaded") as caught:
        create(options(tmp_path, random=True)).load()
    assert caught.value.exit_code == 69
    assert "Memory ran out" in caught.value.hint


def test_a_request_beyond_the_positions_fails_without_ending_the_run(tiny_model: Path) -> None:
    """An error of torch's becomes a failed request."""
    model = create(options(tiny_model)).load_model()
    with pytest.raises(RequestFailedError):
        model.generate([[5] * 1100], 4)
    assert len(model.generate([[5] * 8], 4)[0].token_ns) == 4


class Hungry:
    """A decoding that needs more memory than there is, and holds some already."""

    def __init__(self) -> None:
        self.held: list[torch.Tensor] = [torch.zeros(8)]

    def answer(self, ids: torch.Tensor, length: int, stamps: Stamps) -> int:
        """The real allocator says no."""
        stamps.put(torch.empty(2**50))
        return len(ids) + length

    def forget(self) -> None:
        """Holds nothing any more."""
        self.held.clear()

    def details(self) -> dict[str, str]:
        """Nothing to tell."""
        return {}


def test_a_request_beyond_all_memory_frees_what_is_kept_and_says_what_helps(
    tiny_model: Path,
) -> None:
    """It fails alone: no EngineFailedError."""
    facts, decoding = create(options(tiny_model)).load_model().facts(), Hungry()
    model = TransformersModel(None, torch.device("cpu"), facts, decoding)
    with pytest.raises(RequestFailedError) as caught:
        model.generate([[5] * 8], 4)
    assert "Memory ran out" in caught.value.hint
    assert decoding.held == []


def test_facts_name_the_attention_and_the_bytes_that_a_step_reads(tiny_model: Path) -> None:
    """All parameters but the positions' table; the words' table is the output head too."""
    facts = create(options(tiny_model)).load_model().facts()
    assert (facts.attention, facts.compiled) == ("sdpa", False)
    assert facts.weight_bytes == 4 * (300 * 32 + 2 * 12704 + 64)
    assert facts.details["cache"] == "dynamic"


@pytest.mark.parametrize("attention", ["eager", "sdpa"])
def test_the_attention_asked_for_is_the_one_in_use(tiny_model: Path, attention: str) -> None:
    """As transformers' configuration tells after loading."""
    asked = replace(options(tiny_model), attention=attention)
    assert create(asked).load_model().facts().attention == attention


@pytest.mark.parametrize("attention", ["flash_attention_2", "magic"])
def test_an_attention_that_is_not_there_is_refused_with_those_that_are(
    tiny_model: Path, attention: str
) -> None:
    """FlashAttention has no CPU kernels."""
    with pytest.raises(UsageError, match=attention) as caught:
        create(replace(options(tiny_model), attention=attention))
    assert "eager, sdpa" in caught.value.hint


@pytest.mark.parametrize("dtype", ["int8", "int4"])
def test_integers_are_refused_with_the_engines_that_have_them(tiny_model: Path, dtype: str) -> None:
    """This engine quantizes nothing itself."""
    with pytest.raises(UsageError, match=dtype) as caught:
        create(options(tiny_model, dtype=dtype))
    assert "openvino" in caught.value.hint


@pytest.mark.skipif(torch.backends.mps.is_built(), reason="this torch may have an mps device")
def test_a_backend_that_is_not_there_is_refused_with_those_that_are() -> None:
    """Found at least the CPU."""
    with pytest.raises(UsageError, match="no mps device") as caught:
        torch_device.open_device("mps")
    assert "cpu" in caught.value.hint


def test_an_accelerator_is_described_by_its_own_module(monkeypatch: pytest.MonkeyPatch) -> None:
    """Torch has the same functions for cuda, xpu and npu; this xpu is made up."""
    chip = SimpleNamespace(name="Intel(R)  Data Center GPU", total_memory=48 * 2**30)
    module = SimpleNamespace(
        is_available=lambda: True,
        get_device_properties=lambda _device: chip,
        max_memory_allocated=lambda: 7,
    )
    monkeypatch.setattr(torch, "xpu", module)
    device = torch_device.open_device("xpu")
    expected = Hardware("Intel", "Intel(R) Data Center GPU", 1, 48.0, 48.0)
    assert torch_device.hardware(device) == expected
    assert torch_device.peak_memory(device) == 7


@pytest.mark.parametrize(
    ("cause", "exit_code"),
    [("GatedRepoError", 77), ("RepositoryNotFoundError", 2), ("LocalEntryNotFoundError", 69)],
)
def test_the_hub_clients_reasons_get_their_own_exit_codes(cause: str, exit_code: int) -> None:
    """The library wraps them all in OSError."""
    error = OSError("a long text of many lines")
    error.__cause__ = type(cause, (Exception,), {})()
    explained = explain(error, "gpt2")
    assert explained.exit_code == exit_code
    assert "--random-weights" in explained.hint
