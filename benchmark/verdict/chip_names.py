"""Which chip of the table an entry names: exactly one, or none that it can be judged by."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from benchmark.verdict.chips import ANY, CHIPS, CPU, Chip


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WORD = re.compile(r"[a-z0-9]+")
_SIZE = re.compile(r"\d{1,4}(?:g|gb|gib)|24|40|48|80|9[46]|14[14]|18[03]|192|288")
_FORM = re.compile(r"(?:sxm|pcie|gen)\d?|hbm\d?e?|gddr\d?x?")
_COUNT = re.compile(
    r"^\W*\d+(?![0-9a-z])|(?<![0-9a-z])(?!1[x×*\s])\d+\s*[x×*](?![0-9a-z])|\d+\s*[卡张块片路]"
    r"|(?<![0-9a-z])[x×*]\s*(?!1\b)\d|(?:v4|v5p|v5e|v6e|lite(?:pod)?)-\d"
)
"""How many there are: whether the count of chips that is stated means these too, is not known."""

_APART = re.compile(r"\b([a-z]{1,2}) (\d{1,3})\b|\b(910) ([abc]\d?)\b")

_HARMLESS = _words(
    "nvidia tesla geforce quadro amd instinct intel habana huawei ascend npu apple google cloud hl "
    "radeon graphics gpu accelerator data center oam nvl chip soc tensor core superchip grace "
    "hopper blackwell ampere ada generation edition server workstation laptop mobile super x1 d s "
    "1x ac nvlink vf 325l jetson agx developer kit t5000 aws metax mtt moore threads ironwood"
)
"""Words that say nothing of a chip that its other words do not say."""

_SPELLINGS = {
    r"(?:ascend)?910b2c|(?:ascend)?910b4 1": "910b",
    r"ascend910 93\d\d": "910c",
    **{f"ascend910{letter}{n}": f"910{letter}" for letter in "abc" for n in ("", *"1234")},
    **{f"910{letter}{n}": f"910{letter}" for letter in "abc" for n in "1234"},
    "intel core": "intel cpu",
    "max q": "",
    "gaudi 2": "gaudi2",
    "gaudi 3": "gaudi3",
    "tpuv5e": "tpu v5e",
    "tpuv6e": "tpu v6e",
    **{f"a100sxm{n}": "a100" for n in (2, 3, 4)},
    **{
        f"rtx{n}": f"rtx {n}"
        for n in (2080, 3060, 3070, 3080, 3090, 4060, 4070, 4080, 4090, *range(5050, 5100, 10))
    },
    **{f"{n}ti": f"{n} ti" for n in (2080, 3060, 3070, 3080, 3090, 4060, 4070, 5060, 5070)},
    "inferentia2": "trainium1",
    "inf2": "trainium1",
    "trn1": "trainium1",
    "trn2": "trainium2",
    "trn3": "trainium3",
    "tpu7x": "tpu v7x",
    "tpu v7": "tpu v7x",
    "ironwood": "tpu v7x",
    "ascend950pr": "950pr",
    "950 pr": "950pr",
    "rx7900": "rx 7900",
    "7900xtx": "7900 xtx",
    "rtx6000": "rtx 6000",
    "v5litepod": "tpu v5e",
    "tpu v5 lite": "tpu v5e",
    "tpu v6 lite": "tpu v6e",
    "tpu v5litepod": "tpu v5e",
    "trillium": "tpu v6e",
    "mi300": "mi300x",
    "mi325": "mi325x",
    "mi350": "mi350x",
    "mi355": "mi355x",
    "v100s": "v100",
    "h20 3e": "h20",
    "dgx spark": "gb10",
    **{f"m{n}{size}": f"m{n} {size}" for n in range(1, 5) for size in ("pro", "max", "ultra")},
    "910": "910b",
}

_OF_A_CPU = _words(
    "cpu xeon epyc opteron ryzen threadripper athlon pentium celeron atom x86 i386 i686 amd64 "
    "arm64 aarch64 graviton graviton2 graviton3 graviton4 altra ampereone neoverse kunpeng "
    "cortex arm armv7 armv7l armv8 kvm qemu loongson phytium hygon power9 power10 riscv riscv64 "
    "i3 i5 i7 i9"
)
_NO_CPU = _words(
    "gpu npu tpu ipu lpu dcu nvidia geforce rtx gtx quadro tesla radeon instinct ascend gaudi "
    "accelerator arc phi apple cuda rocm k100 z100 bw1000"
)

_BY_WORDS = {_words(chip.name): chip for chip in CHIPS}
_KEYS = sorted(_BY_WORDS, key=len, reverse=True)
_OF_ANOTHER = _NO_CPU | {
    word for key in _KEYS if "tpu" not in key for word in key if any(map(str.isdigit, word))
}
_INTEGRATED = re.compile(r"\bw(?:ith)? radeon .*")
"""What AMD's processors say of their graphics, whatever computes."""


def _named(model: str) -> Chip:
    plain = "".join(filter(_is_seen, unicodedata.normalize("NFKC", model).casefold()))
    text = _unified(plain)
    words = frozenset(text.split())
    if words & _OF_A_CPU and not words & _OF_ANOTHER:
        return CPU
    if _COUNT.search(_APART.sub(r"\1\2\3\4", plain)):
        return ANY
    found = [key for key in _KEYS if key <= words and all(map(_says_nothing, words - key))]
    closest = [_BY_WORDS[key] for key in found if len(key) == len(found[0])]
    return max(closest, key=lambda chip: chip.bandwidth, default=ANY)


def _is_seen(char: str) -> bool:
    """Not a zero-width blank or the like."""
    return unicodedata.category(char) != "Cf"


chip_named = lru_cache(maxsize=1024)(_named)
"""The chip whose limits hold for what goes by a name; `ANY` where it is not in the table."""


def _unified(model: str) -> str:
    """In small letters, each chip by the one spelling that the table has."""
    text = " ".join(_WORD.findall(model.replace("(r)", "").replace("(tm)", "")))
    text = _INTEGRATED.split(_APART.sub(_together, text))[0]
    for spelling, name in _SPELLINGS.items():
        text = re.sub(rf"\b{spelling}\b", name, text)
    return text


def _together(match: re.Match[str]) -> str:
    """H 100 is an H100; not any letter before any number is a chip."""
    joined = "".join(filter(None, match.groups()))
    return joined if frozenset({_SPELLINGS.get(joined, joined)}) in _BY_WORDS else match[0]


def _says_nothing(word: str) -> bool:
    return word in _HARMLESS or bool(_SIZE.fullmatch(word) or _FORM.fullmatch(word))
