"""Models of real sizes with random weights, saved once where temporary files are.

python tests/bench/peers/models.py gpt2 FOLDER
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

GPT2, LLAMA = "gpt2", "llama"
SIZES = {GPT2: "gpt2, 124 M parameters", LLAMA: "Llama, 6.7 B parameters"}
DTYPES = {GPT2: "float32", LLAMA: "bfloat16"}
CACHE = Path(tempfile.gettempdir()) / "sagellm-bench"


def saved(kind: str) -> Path:
    """The folder of the model `kind`, made by a child process if it is not there.

    transformers' default configurations have the sizes wanted: GPT-2 small and Llama 7B.
    """
    folder = CACHE / f"{kind}-random"
    if not folder.is_dir():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
            made = Path(scratch) / "model"
            subprocess.run([sys.executable, __file__, kind, str(made)], check=True)
            os.replace(made, folder)  # noqa: PTH105 - says that it is one step: whole or not there
    return folder


def save(kind: str, folder: str) -> None:
    """Build it with seed 0 and save it."""
    import torch  # noqa: PLC0415 - only the process that builds
    from transformers import AutoConfig, AutoModelForCausalLM  # noqa: PLC0415 - as above

    torch.manual_seed(0)
    dtype = getattr(torch, DTYPES[kind])
    with torch.device("cuda" if torch.cuda.is_available() else "cpu"):
        model = AutoModelForCausalLM.from_config(AutoConfig.for_model(kind), dtype=dtype)
    model.cpu().save_pretrained(folder)


if __name__ == "__main__":
    save(*sys.argv[1:])
