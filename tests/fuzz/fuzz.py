"""Look for bytes that break a law: `python tests/fuzz/fuzz.py LAW [options of libFuzzer]`.

Needs atheris (https://github.com/google/atheris); `make fuzz` has it in an environment of its own.
Bytes that were found go to tests/property/test_fuzzed_bytes.py.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

with atheris.instrument_imports(include=["benchmark"]):
    from tests.fuzz.laws import LAWS

_WORDS = (
    *("true", "false", "null", "NaN", "-Infinity", "1e999", "9007199254740993", "-0.0", "1.0"),
    *(
        "\\\\ud800",
        "\\\\u0000",
        "\\xef\\xbb\\xbf",
        "\\xed\\xa0\\x80",
        "<<<<<<< ",
        "[[[[",
        '{\\"a\\":',
    ),
)


def main() -> None:
    """Begin with the examples, and mutate."""
    law = LAWS[sys.argv[1]]
    examples = [*(ROOT / "tests/examples").rglob("*.json")]
    with tempfile.TemporaryDirectory() as folder:
        seeds, words = Path(folder) / "seeds", Path(folder) / "words"
        seeds.mkdir()
        for number, path in enumerate(examples):
            (seeds / str(number)).write_bytes(path.read_bytes())
        words.write_text("".join(f'"{word}"\n' for word in _WORDS), encoding="utf-8")
        atheris.Setup([sys.argv[0], f"-dict={words}", *sys.argv[2:], str(seeds)], law)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
