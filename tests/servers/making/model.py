"""A small Llama with random weights and a real tokenizer, as users have it on disk.

    python tests/servers/making/model.py FOLDER

The tokenizer is a byte-level BPE trained on this project's own texts, with a chat template. The
model is large enough that a token takes milliseconds, and small enough to be made in seconds. A
model that was never trained would name halves of characters, which servers hold back until they are
whole; the rows of those tokens are pushed down, so that pieces are tokens. Beginning and end are
pushed down too: answers go on until they are cut.
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AutoConfig, AutoModelForCausalLM, PreTrainedTokenizerFast

ROOT = Path(__file__).resolve().parents[3]
BEGIN, END = "<|begin|>", "<|end|>"
VOCABULARY = 4096
WINDOW = 2048
ROLES = ("<|user|>", "<|assistant|>")
_TEMPLATE = (
    "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)
_ALWAYS, _AWAY = 1.0, -300.0
"""In one dimension, which every token sets and no layer changes: what unwanted tokens read."""
_SPREAD = 0.1
"""Of the weights: five times the usual, or all answers would be one word again and again."""


def main(folder: Path) -> None:
    """Make both and save them."""
    words = tokenizer()
    words.save_pretrained(folder)
    model(words).save_pretrained(folder)


def tokenizer() -> PreTrainedTokenizerFast:
    """As GPT-2's: bytes, merges, and its rule for where words end."""
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[BEGIN, END, *ROLES],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    made.train_from_iterator(_texts(), trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=made,
        bos_token=BEGIN,
        eos_token=END,
        model_max_length=WINDOW,
        additional_special_tokens=[*ROLES],
        chat_template=_TEMPLATE,
    )


def _texts() -> list[str]:
    files = [*ROOT.glob("*.md"), *ROOT.glob("benchmark/**/*.py"), *ROOT.glob("benchmark/**/*.txt")]
    return [file.read_text(encoding="utf-8") for file in sorted(files)]


def model(words: PreTrainedTokenizerFast) -> torch.nn.Module:
    """Some 12 M parameters."""
    torch.manual_seed(0)
    config = AutoConfig.for_model(
        "llama",
        vocab_size=len(words),
        hidden_size=384,
        intermediate_size=1024,
        num_hidden_layers=6,
        num_attention_heads=6,
        num_key_value_heads=2,
        max_position_embeddings=WINDOW,
        initializer_range=_SPREAD,
        tie_word_embeddings=False,
        bos_token_id=words.bos_token_id,
        eos_token_id=words.eos_token_id,
    )
    made = AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    with torch.no_grad():
        made.get_input_embeddings().weight[:, 0] = _ALWAYS
        for layer in made.model.layers:
            layer.self_attn.o_proj.weight[0] = layer.mlp.down_proj.weight[0] = 0
        made.lm_head.weight[:, 0] = 0
        made.lm_head.weight[_unwanted(words), 0] = _AWAY
    return made


def _unwanted(words: PreTrainedTokenizerFast) -> list[int]:
    """Special tokens, and those that are not whole characters of ASCII."""
    texts = (words.decode([number]) for number in range(len(words)))
    return [
        number
        for number, text in enumerate(texts)
        if number in words.all_special_ids or not (text.isascii() and text.isprintable())
    ]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
