"""What nobody has thought of: one sentence, the exit code of a bug, and no traceback."""

from __future__ import annotations

import errno
import json
from typing import TYPE_CHECKING, NoReturn

import pytest

from benchmark.commands import validate
from tests.support.publishers import WRITE_TOKEN, call

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("runner", ["", "true"], ids=["terminal", "GitHub runner"])
def test_a_bug_is_told_in_words_and_on_a_runner_annotated(
    workdir: Path, monkeypatch: pytest.MonkeyPatch, runner: str
) -> None:
    """With what to do next, and whatever text it has: no command, no token."""

    def fail(*_: object, **__: object) -> NoReturn:
        raise RuntimeError(f"odd\n::error::forged {WRITE_TOKEN}")

    monkeypatch.setattr(validate, "places_of", fail)
    monkeypatch.setenv("GITHUB_ACTIONS", runner)
    monkeypatch.setenv("HF_TOKEN", WRITE_TOKEN)
    done = call("validate", str(workdir))
    assert done.code == 1
    assert "❌ RuntimeError: odd" in done.err
    assert "SAGELLM_DEBUG=1" in done.err
    assert "Traceback" not in done.said
    assert WRITE_TOKEN not in done.said
    commands = [line for line in done.err.splitlines() if line.startswith("::")]
    assert [line.split("::")[1] for line in commands] == ["error title=A bug"] * bool(runner)


@pytest.mark.parametrize("words", [["validate"], ["run", "--sagellm"], ["run", "--outputs"]])
def test_a_name_that_no_file_can_have_is_no_bug(workdir: Path, words: list[str]) -> None:
    """Of 300 letters: the system says so at the first look, wherever that is."""
    engine = "sagellm" if "--sagellm" in words else "transformers"
    rest = ["--engine", engine, "--model", str(workdir)] if words[0] == "run" else []
    done = call(*words, "a" * 300, *rest)
    assert done.code == 2, done.said
    assert "File name too long" in done.err
    assert "bug" not in done.err
    assert "a" * 200 not in done.err
    assert [*workdir.iterdir()] == []


@pytest.mark.parametrize("error", [MemoryError(), OSError(errno.ENOMEM, "Cannot allocate memory")])
def test_too_little_memory_is_no_bug(
    workdir: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """The same command does it on a larger machine."""

    def fail(*_: object, **__: object) -> NoReturn:
        raise error

    monkeypatch.setattr(validate, "places_of", fail)
    done = call("validate", str(workdir), "--json")
    assert done.code == 75
    assert "❌ There is not enough memory." in done.err
    assert "bug" not in done.said
    assert json.loads(done.out)["error"]["exit_code"] == 75
