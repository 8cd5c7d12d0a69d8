"""Which chip of the table an entry names: exactly one, or none that it can be judged by."""

from __future__ import annotations

import re
from functools import lru_cache

from benchmark.verdict.chips import ANY, CHIPS, CPU, Chip


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WORD = re.compile(r"[a-z0-9]+")
_SIZE = re.compile(r"\d{1,4}(?:g|gb|gib)?")
_FORM = re.compile(r"(?:sxm|pcie|gen)\d?|hbm\d?e?|gddr\d?x?")

_HARMLESS = _words(
    "nvidia tesla geforce quadro amd instinct intel habana huawei ascend npu apple google cloud hl "
    "radeon graphics gpu accelerator data center oam nvl chip soc tensor core superchip grace "
    "hopper blackwell ampere ada generation edition server workstation laptop mobile super x1 d s"
)
"""Words that say nothing of a chip that its other words do not say."""

_SPELLINGS = {
    **{f"ascend910{letter}{n}": f"910{letter}" for letter in "abc" for n in ("", *"1234")},
    **{f"910{letter}{n}": f"910{letter}" for letter in "abc" for n in "1234"},
    "gaudi 2": "gaudi2",
    "gaudi 3": "gaudi3",
    "tpuv5e": "tpu v5e",
    "tpuv6e": "tpu v6e",
    **{f"a100sxm{n}": "a100" for n in (2, 3, 4)},
    **{f"rtx{n}": f"rtx {n}" for n in (3080, 3090, 4080, 4090, 5080, 5090)},
    "rtx6000": "rtx 6000",
    "v5litepod": "v5e",
    "mi300": "mi300x",
    "910": "910b",
}

_OF_A_CPU = _words(
    "cpu xeon epyc opteron ryzen threadripper athlon pentium celeron atom x86 i386 i686 amd64 "
    "arm64 aarch64 graviton graviton2 graviton3 graviton4 altra ampereone neoverse kunpeng "
    "loongson phytium hygon power9 power10 riscv riscv64 i3 i5 i7 i9"
)
_NO_CPU = _words(
    "gpu npu tpu ipu lpu dcu nvidia geforce rtx gtx quadro tesla radeon instinct ascend gaudi "
    "accelerator arc phi apple cuda rocm"
)

_BY_WORDS = {_words(chip.name): chip for chip in CHIPS}
_KEYS = sorted(_BY_WORDS, key=len, reverse=True)
_OF_ANOTHER = _NO_CPU | {word for key in _KEYS for word in key if any(map(str.isdigit, word))}


def _named(model: str) -> Chip:
    words = frozenset(_WORD.findall(_unified(model)))
    for key in _KEYS:
        if key <= words and all(map(_says_nothing, words - key)):
            return _BY_WORDS[key]
    is_cpu = words & _OF_A_CPU and not words & _OF_ANOTHER
    return CPU if is_cpu else ANY


chip_named = lru_cache(maxsize=1024)(_named)
"""The chip whose limits hold for what goes by a name; `ANY` where it is not in the table."""


def _unified(model: str) -> str:
    """In small letters, each chip by the one spelling that the table has."""
    text = " ".join(_WORD.findall(model.casefold().replace("(r)", "").replace("(tm)", "")))
    for spelling, name in _SPELLINGS.items():
        text = re.sub(rf"\b{spelling}\b", name, text)
    return text


def _says_nothing(word: str) -> bool:
    return word in _HARMLESS or bool(_SIZE.fullmatch(word) or _FORM.fullmatch(word))
