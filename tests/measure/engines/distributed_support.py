"""Tiny models that can be split, and processes that use the engine as a user's would."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
import torch
from transformers import AutoConfig, AutoModelForCausalLM, GenerationConfig

from benchmark.measure.engine_options import EngineOptions, Parallelism, Rendezvous

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmark.measure.engines.distributed.model import DistributedModel

ROOT = Path(__file__).resolve().parents[3]
NODE = Path(__file__).with_name("distributed_node.py")
PYTHONPATH = os.pathsep.join([str(ROOT), str(ROOT / "tests" / "support" / "without_torchao")])
LLAMA = {
    "model_type": "llama",
    "vocab_size": 300,
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
    "tie_word_embeddings": False,
}
PROMPTS = ((5,) * 8, (7,) * 8)


@contextmanager
def nobodys_home(factory: pytest.TempPathFactory) -> Iterator[None]:
    """What `_nobodys_home` does for each test, for fixtures that outlive one."""
    home = factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        patch.setenv("HF_HOME", str(home / "hf"))
        patch.setenv("PYTHONPATH", PYTHONPATH)
        yield


def options(
    model: Path, *, tensor: int = 1, data: int = 1, meet: Rendezvous | None = None
) -> EngineOptions:
    """On the CPU, with one thread for each rank; random weights where none are saved."""
    return EngineOptions(
        str(model),
        "cpu",
        threads=1,
        random_weights=not (model / "model.safetensors").exists(),
        parallelism=Parallelism(tensor=tensor, data=data),
        rendezvous=meet or Rendezvous(),
        batch=4,
    )


def save_llama(folder: Path, *, weights: bool) -> Path:
    """A two-layer Llama's configuration, and its weights if wanted."""
    config = AutoConfig.for_model(**LLAMA)
    config.save_pretrained(folder)
    if weights:
        llama().save_pretrained(folder)
    return folder


def llama() -> torch.nn.Module:
    """What one process alone builds with seed 0."""
    torch.manual_seed(0)
    return AutoModelForCausalLM.from_config(AutoConfig.for_model(**LLAMA)).eval()


def tokens_of(model: torch.nn.Module, length: int) -> list[tuple[int, ...]]:
    """What it answers to `PROMPTS`, greedily."""
    model.generation_config = GenerationConfig(pad_token_id=0)
    ids = torch.tensor(PROMPTS)
    answer = model.generate(
        ids,
        attention_mask=torch.ones_like(ids),
        do_sample=False,
        min_new_tokens=length,
        max_new_tokens=length,
    )
    return [tuple(row) for row in answer[:, ids.shape[1] :].tolist()]


def ranks_of(model: DistributedModel) -> list[psutil.Process]:
    """The processes of its ranks."""
    members = model._ranks.members.values()  # noqa: SLF001 - killing them is the test
    return [psutil.Process(member.hello.pid) for member in members]


def start_node(arguments: Sequence[object], prefix: Sequence[str] = ()) -> subprocess.Popen[str]:
    """A process of its own that runs `distributed_node.py`."""
    return subprocess.Popen(
        [*prefix, sys.executable, str(NODE), *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": PYTHONPATH, "HF_HUB_OFFLINE": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
