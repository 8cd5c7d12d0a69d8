"""Whether a model was really split, and what a step reads."""

from __future__ import annotations

import pytest
import torch
from transformers import AutoConfig, AutoModelForCausalLM

from benchmark.measure.engine import EngineFailedError
from benchmark.measure.engines.distributed import split
from benchmark.measure.engines.distributed.split import Size, check_split
from tests.measure.engines.distributed_support import LLAMA, llama

TABLE = 300 * 64


def test_a_replicated_model_is_refused_whatever_was_asked() -> None:
    """Every rank holds everything."""
    whole = Size(1000, 800)
    with pytest.raises(
        EngineFailedError, match=r"1000 of 1000 parameters, so it would run replicated"
    ):
        check_split(whole, whole, 2)


def test_a_model_of_which_only_the_embeddings_are_split_is_refused() -> None:
    """Fewer parameters, but the same work."""
    with pytest.raises(EngineFailedError, match="900 of 1000"):
        check_split(Size(900, 800), Size(1000, 800), 2)


@pytest.mark.parametrize("ways", [2, 4, 8])
def test_a_model_whose_norms_stay_whole_is_split(ways: int) -> None:
    """Nine tenths of the layers shared."""
    check_split(Size(1000, 800 // 10 + 720 // ways), Size(1000, 800), ways)


def test_the_whole_is_counted_without_building_it() -> None:
    """As the real model counts."""
    model = llama()
    whole = split.whole_size(model.config)
    assert whole == split.local_size(model)
    assert whole.total == sum(one.numel() for one in model.parameters())
    assert whole.total - whole.body == 2 * TABLE


def test_a_table_that_is_only_looked_up_is_not_read() -> None:
    """Unless it is the head as well."""
    model = llama()
    everything = sum(one.nbytes for one in model.parameters())
    assert split.bytes_per_step(model) == everything - 4 * TABLE
    tied = AutoModelForCausalLM.from_config(
        AutoConfig.for_model(**{**LLAMA, "tie_word_embeddings": True})
    )
    assert split.bytes_per_step(tied) == everything - 4 * TABLE


def test_the_precision_is_that_of_most_parameters() -> None:
    """Not what was asked for."""
    model = llama().to(torch.bfloat16)
    model.lm_head.float()
    assert split.precision(model) == "BF16"
