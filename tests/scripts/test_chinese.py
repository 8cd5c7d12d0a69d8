"""In Chinese everything is Chinese: help, usage errors, errors with their hints, and results."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from benchmark.cli import VERBS
from tests.support import entries
from tests.support.publishers import call

if TYPE_CHECKING:
    from pathlib import Path

ENGLISH = re.compile(r"\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b")
"""Three words in a row: names, options and commands are no sentence."""

COMMANDS = re.compile(
    r"`[^`]*`|'[^']*'|“[^”]*”|git config.*|merge=.*|--serve.*|[^ ]*/[^ ]*|pip install .*"
    r"|run, aggregate, git push|python -m benchmark \w+"
)


def english(text: str) -> list[str]:
    """The English sentences in it."""
    return ENGLISH.findall(COMMANDS.sub("", " ".join(text.split())))


@pytest.mark.parametrize("verb", ["", *VERBS])
def test_the_help_of_every_verb_is_chinese(verb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sections, options and click's own words, within the terminal's width."""
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    done = call(*filter(None, [verb]), "--help")
    assert done.code == 0
    assert done.out.startswith("用法")
    assert "选项" in done.out
    assert english(done.out) == []


def test_a_language_that_was_asked_for_is_that_of_help_and_errors() -> None:
    """Whatever the locale is; and the next command speaks its own again."""
    assert "必需" in call("run", "--lang", "zh", "--help").out
    assert "Usage" in call("run", "--help").out
    assert "错误" in call("report", "--lang", "zh", "--top", "0").err
    assert "Error" in call("report", "--top", "0").err


@pytest.mark.parametrize(
    "words",
    [
        ("publsh",),
        ("run",),
        ("run", "--modle", "x"),
        ("run", "--model", "m", "--backend", "cuta"),
        ("run", "--model", "m", "--repeats", "x"),
        ("run", "--model", "m", "--repeats", "0"),
        ("run", "--model", "m", "--precision", "200%"),
        ("run", "--model", "m", "--engine", "vllm"),
        ("run", "--model", "m", "--engine", "transfomers"),
        ("run", "--model", "m", "--workload", "Short"),
        ("run", "--model", "./gone"),
        ("run", "--model", "m", "--rate", "1", "--concurrency", "2"),
        ("run", "--model", "m", "--engine", "openai"),
        ("run", "--model", "m", "--base-url", "http://127.0.0.1:1"),
        ("aggregate", "--outputs", "gone", "--offline"),
        ("publish", "--hf-repo", "nothing"),
        ("publish", "--endpoint", "ftp://example.org"),
        ("upload", "--parent", "main"),
        ("validate", "gone.json"),
        ("validate"),
        ("validate", "bad_leaderboard.json"),
        ("report", "bad_leaderboard.json"),
        ("report", "gone"),
        ("report", "--format", "tabel"),
        ("compare", "good.json"),
        ("compare", "good.json", "gone.json"),
        ("compare", "good.json", "good.json", "--confidence", "1%"),
        ("check", "good.json", "--against", "gone.json"),
        ("check",),
        ("history", "nothing", "good.json"),
        ("collect",),
        ("rerun", "good.json"),
        ("hub", "--port", "x"),
    ],
)
def test_an_error_is_chinese_with_what_to_do_next(
    workdir: Path, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Usage errors of click and our own, violations, and hints."""
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    entries.write(workdir, "good.json", entries.run(1))
    (workdir / "bad_leaderboard.json").write_text(
        '[{"metrics": {"ttft_ms": "x", "error_rate": 2}}]', encoding="utf-8"
    )
    done = call(*([words] if isinstance(words, str) else words))
    assert done.code in {2, 65}, done.said
    assert english(done.said) == []
    assert re.search(r"[\u4e00-\u9fff]", done.said)


def test_results_are_chinese(workdir: Path) -> None:
    """Tables, verdicts, reasons and remarks."""
    odd = entries.entry({"metrics.throughput_tps": 9e14})
    entries.write(workdir, "a.json", entries.run(100), odd)
    entries.write(workdir, "b.json", entries.run(50), entries.run(60, model="b"))
    for words in (
        ("report", "a.json"),
        ("report", "a.json", "--format", "markdown"),
        ("report", "b.json", "--mine", "--submitter", "somebody"),
        ("report", "b.json", "--model", "nothing"),
        ("compare", "a.json", "b.json"),
        ("compare", "a.json", "b.json", "--format", "markdown"),
        ("check", "b.json", "--against", "a.json"),
        ("check", "b.json", "--against", "a.json", "--format", "markdown"),
    ):
        done = call(*words, "--lang", "zh")
        assert english(done.said) == [], words
        assert re.search(r"[\u4e00-\u9fff]", done.said), words


def test_a_chinese_line_is_no_wider_than_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A character takes two cells."""
    monkeypatch.setenv("COLUMNS", "80")
    for verb in ("run", "compare", "publish"):
        for line in call(verb, "--lang", "zh", "--help").out.splitlines():
            assert sum(2 if ord(char) > 0x2E7F else 1 for char in line) <= 80, line
