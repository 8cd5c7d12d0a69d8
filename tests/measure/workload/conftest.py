"""Real tokenizers small enough to train in a test, saved where a user would have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from benchmark.measure.workload import text_prompts
from benchmark.measure.workload.tokenizer import open_tokenizer

if TYPE_CHECKING:
    from pathlib import Path

    from benchmark.measure.workload import exact

TEXT = text_prompts.__file__.replace("text_prompts.py", "built_in.txt")
END = "<|end|>"


def byte_level() -> Tokenizer:
    """As GPT-2's, Llama 3's and Qwen's: bytes, so that a rare character is several tokens."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=600, special_tokens=[END], initial_alphabet=alphabet)
    tokenizer.train([TEXT], trainer)
    return tokenizer


def sentence_pieces() -> Tokenizer:
    """As Llama 2's and Mistral's: a space before every word, which decoding takes away again."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]
    )
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    letters = [chr(code) for code in range(33, 127)]
    trainer = trainers.BpeTrainer(
        vocab_size=1500, special_tokens=["<unk>", END], initial_alphabet=letters
    )
    tokenizer.train([TEXT], trainer)
    return tokenizer


KINDS = {"byte_level": (byte_level, None), "sentence_pieces": (sentence_pieces, "<unk>")}


@pytest.fixture(scope="session", params=KINDS)
def tokenizer_folder(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A folder with a saved tokenizer, of each kind in turn."""
    make, unknown = KINDS[request.param]
    folder = tmp_path_factory.mktemp("tokenizers") / request.param
    saved = PreTrainedTokenizerFast(tokenizer_object=make(), eos_token=END, unk_token=unknown)
    saved.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def tokenizer(tokenizer_folder: Path) -> exact.Tokenizer:
    """That tokenizer, opened as a run opens it."""
    return open_tokenizer(str(tokenizer_folder))
