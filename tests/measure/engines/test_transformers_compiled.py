"""Compiled decoding, with inductor and a real compiler on a model of two layers."""

from __future__ import annotations

import importlib
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
import torch

from benchmark.errors import UsageError
from benchmark.measure.engine_options import EngineOptions
from benchmark.measure.engines.transformers_compiled import CompiledDecoding, check_compiler
from benchmark.measure.engines.transformers_engine import create
from benchmark.measure.engines.transformers_generate import Stamps

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmark.measure.engines.transformers_generate import TransformersModel

POSITIONS = 32


class Tokens(Stamps):
    """Keeps what it is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[torch.Tensor] = []

    def put(self, tokens: torch.Tensor) -> None:
        """The prompt, then every step."""
        super().put(tokens)
        self.seen.append(tokens.clone().flatten())


@pytest.fixture(scope="module")
def compiled(tiny_model: Path) -> Iterator[TransformersModel]:
    """Compiled once for batches of two; torch's settings are put back."""
    try:
        check_compiler("cpu")
    except UsageError as error:
        pytest.skip(str(error))
    inductor: Any = importlib.import_module("torch._inductor.config")
    dynamo: Any = importlib.import_module("torch._dynamo.config")
    asked = EngineOptions(str(tiny_model), "cpu", compile=True, batch=2, positions=POSITIONS)
    with inductor.patch(freezing=False), dynamo.patch(fail_on_recompile_limit_hit=False):
        yield create(asked).load_model()
    torch.compiler.reset()


def test_compiled_decoding_stamps_every_token_of_a_batch(compiled: TransformersModel) -> None:
    """Two prompts, one step for both."""
    timings = compiled.generate([[5] * 8, [6] * 8], 12)
    assert len(timings) == 2
    first = timings[0]
    assert len(first.token_ns) == 12
    assert all(a < b for a, b in pairwise([first.start_ns, *first.token_ns, first.end_ns]))


def test_nothing_is_compiled_any_more_once_it_is_loaded(compiled: TransformersModel) -> None:
    """No new graph for another prompt, of another length."""
    counters: Any = importlib.import_module("torch._dynamo.utils").counters
    before = counters["stats"]["unique_graphs"]
    compiled.generate([[5] * 3, [6] * 3], 5)
    compiled.generate([[7] * 9, [8] * 9], 7)
    assert counters["stats"]["unique_graphs"] == before


def test_compiled_decoding_finds_the_tokens_of_generate(compiled: TransformersModel) -> None:
    """Twice, so that the second starts from a used cache."""
    prompts = torch.arange(5, 21).view(2, 8)
    # The decoding is private, and what it answers is what is tested.
    decoding = compiled._decoding  # noqa: SLF001 - as said
    assert isinstance(decoding, CompiledDecoding)
    expected = compiled.model.generate(prompts, max_new_tokens=12, do_sample=False)[:, 8:]
    for _ in range(2):
        stamps = Tokens()
        assert decoding.answer(prompts, 12, stamps) == 12
        assert torch.equal(torch.stack(stamps.seen[1:], dim=1), expected)


def test_facts_tell_that_it_is_compiled_and_over_which_cache(compiled: TransformersModel) -> None:
    """Room for the positions that were announced."""
    facts = compiled.facts()
    assert facts.compiled
    assert facts.details["cache"] == "static"
    assert f"2x{POSITIONS}" in str(facts.details["cache_sizes"])


def test_without_a_compiler_the_hint_names_one(
    tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found out before any weight is loaded."""
    inductor: Any = importlib.import_module("torch._inductor.config")
    monkeypatch.setattr(inductor.cpp, "cxx", (None, "no-such-compiler"))
    builder: Any = importlib.import_module("torch._inductor.cpp_builder")
    builder.cpp_compiler_search.cache_clear()
    with pytest.raises(UsageError, match="C\\+\\+ compiler") as caught:
        create(EngineOptions(str(tiny_model), "cpu", compile=True))
    assert "g++" in caught.value.hint
