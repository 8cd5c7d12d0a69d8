"""The same weights and the same tokenizer as one GGUF file, for llama.cpp.

    python tests/servers/making/gguf_file.py FOLDER FILE

Needs gguf and safetensors only; runs in llama.cpp's own environment. Names and order of dimensions
as https://github.com/ggml-org/llama.cpp/blob/master/convert_hf_to_gguf.py writes them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gguf
from safetensors.numpy import load_file

if TYPE_CHECKING:
    import numpy as np

_ARCHITECTURE = gguf.MODEL_ARCH.LLAMA


def main(folder: Path, file: Path) -> None:
    """Read the folder, write the file."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    writer = gguf.GGUFWriter(file, gguf.MODEL_ARCH_NAMES[_ARCHITECTURE])
    _describe(writer, config)
    _add_tokenizer(writer, folder)
    _add_weights(writer, config, load_file(folder / "model.safetensors"))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _describe(writer: gguf.GGUFWriter, config: dict[str, Any]) -> None:
    rope = config.get("rope_parameters") or config
    writer.add_name("tiny llama")
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_vocab_size(config["vocab_size"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_dimension_count(config["head_dim"])
    writer.add_rope_freq_base(rope["rope_theta"])


def _add_tokenizer(writer: gguf.GGUFWriter, folder: Path) -> None:
    made = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    known = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
    numbers = dict(made["model"]["vocab"])
    special = {one["content"]: one["id"] for one in made["added_tokens"]}
    tokens = sorted(numbers | special, key=(numbers | special).__getitem__)
    kinds = [
        gguf.TokenType.CONTROL if token in special else gguf.TokenType.NORMAL for token in tokens
    ]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges([" ".join(pair) for pair in made["model"]["merges"]])
    writer.add_bos_token_id(special[known["bos_token"]])
    writer.add_eos_token_id(special[known["eos_token"]])
    writer.add_add_bos_token(False)  # noqa: FBT003 - gguf's own API
    writer.add_chat_template((folder / "chat_template.jinja").read_text(encoding="utf-8"))


def _add_weights(
    writer: gguf.GGUFWriter, config: dict[str, Any], weights: dict[str, np.ndarray]
) -> None:
    names = gguf.get_tensor_name_map(_ARCHITECTURE, config["num_hidden_layers"])
    heads = {
        "q_proj.weight": config["num_attention_heads"],
        "k_proj.weight": config["num_key_value_heads"],
    }
    for name, value in weights.items():
        count = heads.get(".".join(name.split(".")[-2:]))
        placed = value if count is None else _interleaved(value, count)
        writer.add_tensor(names.get_name(name, (".weight",)), placed)


def _interleaved(weights: np.ndarray, heads: int) -> np.ndarray:
    """Llama's files pair neighbours for the rotation, transformers' pair halves."""
    size = weights.shape[0] // heads // 2
    halves = weights.reshape(heads, 2, size, *weights.shape[1:])
    return halves.swapaxes(1, 2).reshape(weights.shape)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
