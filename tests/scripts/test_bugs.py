"""What nobody has thought of: one sentence, the exit code of a bug, and no traceback."""

from __future__ import annotations

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

    monkeypatch.setattr(validate, "files_of", fail)
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
