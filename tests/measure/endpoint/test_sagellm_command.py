"""The command of sageLLM: where it is, how it is called, what is said if it is missing."""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from benchmark.commands import sagellm_program
from benchmark.commands.run import command
from benchmark.errors import UsageError
from benchmark.measure.endpoint.command import ServeCommand
from benchmark.measure.engine_options import EngineOptions
from benchmark.measure.planning import plan
from benchmark.measure.run_options import RunOptions
from benchmark.measure.sagellm import program
from benchmark.measure.sagellm.serving import serve_command
from tests.measure.test_environment import write_wheel
from tests.support.sagellm_stand_in import parsed

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

ASKED = RunOptions(model="gpt2", engine="sagellm")


def called(**options: Any) -> tuple[Namespace, list[str]]:
    """What its own parser makes of the command, and the words before it."""
    line = serve_command(
        "/opt/sagellm", EngineOptions(**{"model": "m", "backend": "cpu", **options})
    )
    words = shlex.split(line)
    place = words.index("/opt/sagellm")
    return parsed(words[place + 1 :]), words[:place]


def test_it_is_started_on_loopback_without_requests_of_its_own() -> None:
    """A CPU computes in float32 unless it is told otherwise, as with every other engine."""
    said, before = called(model="--a strange 'model'")
    assert (said.host, said.benchmark_mode, said.no_embedding) == ("127.0.0.1", True, True)
    assert (said.model, said.backend, said.dtype) == ("--a strange 'model'", "cpu", "float32")
    assert len({said.port, said.engine_port, 0}) == 3
    assert before == []


@pytest.mark.parametrize(
    ("options", "backend", "dtype"),
    [
        ({"dtype": "bfloat16"}, "cpu", "bfloat16"),
        ({"backend": "cuda"}, "cuda", "auto"),
        ({"backend": "ascend", "dtype": "float16"}, "ascend", "float16"),
        ({"backend": "npu"}, "ascend", "auto"),
    ],
)
def test_the_chip_and_the_dtype_are_handed_on(
    options: dict[str, Any], backend: str, dtype: str
) -> None:
    """In its own words."""
    said, _ = called(**options)
    assert (said.backend, said.dtype) == (backend, dtype)


def test_threads_are_told_by_the_variable_that_it_knows() -> None:
    """And the command is still known as its own."""
    _, before = called(threads=2)
    assert before == ["env", "OMP_NUM_THREADS=2"]
    kind = ServeCommand("env OMP_NUM_THREADS=2 /opt/sagellm serve --port 1").kind
    assert kind is not None
    assert kind.name == "sagellm"


@pytest.mark.parametrize("options", [{"dtype": "int8"}, {"backend": "mps"}])
def test_what_it_cannot_do_is_refused(options: dict[str, Any]) -> None:
    """Before it is started."""
    with pytest.raises(UsageError, match="The engine sagellm has no"):
        called(**options)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"api": "completions"}, "of a chat only"),
        ({"random_weights": True}, "makes no random weights"),
        ({"serve": "sagellm serve"}, "--serve is for the engine openai"),
        ({"batch": 4}, "makes its own batches"),
        ({"engine": "transformers", "install_sagellm": True}, "is for the engine sagellm"),
        ({"engine": "transformers", "base_url": "http://h"}, "is for the engine openai or sagellm"),
    ],
)
def test_options_that_it_would_not_look_at_are_refused(given: dict[str, Any], message: str) -> None:
    """Before anything is loaded."""
    with pytest.raises(UsageError, match=message):
        plan(replace(ASKED, **given))


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without it; where the cache is."""
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin" / "python"))
    return tmp_path / "cache" / "sagellm-benchmark"


def test_where_it_is_not_installed_the_line_that_installs_it_is_shown(bare: Path) -> None:
    """Nothing is installed unless somebody says so."""
    error = CliRunner().invoke(command, ["--model", "gpt2", "--engine", "sagellm"]).exception
    assert isinstance(error, UsageError)
    assert program.INSTALL_LINE in error.hint
    assert "--install-sagellm" in error.hint
    assert not bare.exists()


@pytest.mark.parametrize(("answer", "is_installed"), [(True, True), (False, False)])
def test_at_a_terminal_the_user_is_asked(
    answer: bool,
    is_installed: bool,
    bare: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The answer decides."""
    asked: list[str] = []
    monkeypatch.setattr(sagellm_program, "_somebody_answers", lambda: True)
    monkeypatch.setattr(program, "check_installable", lambda: None)
    monkeypatch.setattr(program, "install", lambda *_: Path("/made/sagellm"))
    monkeypatch.setattr("click.confirm", lambda text, **_: bool(asked.append(text)) or answer)
    (job,) = plan(ASKED)
    if is_installed:
        ready = sagellm_program.with_program(job, ASKED, bare, str, print)
        assert ready.options.endpoint is not None
        assert ready.options.endpoint.program == "/made/sagellm"
    else:
        with pytest.raises(UsageError, match="not installed"):
            sagellm_program.with_program(job, ASKED, bare, str, print)
    (text,) = asked
    assert "licence" in text


def test_it_is_not_installed_for_a_python_that_it_is_not_for(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Said before a long download."""
    monkeypatch.setattr(program, "_PYTHON", (2, 7))
    with pytest.raises(UsageError, match=r"needs Python 2\.7"):
        program.install(bare, print)


def test_what_was_installed_once_is_found_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In an environment of its own, from wherever pip takes packages."""
    write_wheel(tmp_path, "isagellm", "0.5.4.70")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setattr(program, "_PYTHON", sys.version_info[:2])
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    said: list[str] = []
    made = program.install(tmp_path / "cache", said.append)
    assert made.parent.parent.parent == tmp_path / "cache" / "engines"
    assert any("Installing the engine sagellm" in line for line in said)
    assert program.find(None, tmp_path / "cache") == made


@pytest.mark.skipif(os.name == "nt", reason="a script is no program there")
def test_the_user_s_own_command_or_its_environment_is_taken(
    tmp_path: Path, finder: Callable[[Path], Path | None]
) -> None:
    """A place where there is none is refused rather than another one taken."""
    own = tmp_path / "own" / "bin" / "sagellm"
    own.parent.mkdir(parents=True)
    own.touch(mode=0o755)
    assert finder(own) == finder(tmp_path / "own") == own
    with pytest.raises(UsageError, match="There is no command"):
        finder(tmp_path / "nowhere")


@pytest.fixture
def finder(tmp_path: Path) -> Callable[[Path], Path | None]:
    """Finds what is asked for."""
    return lambda asked: program.find(asked, tmp_path / "cache")
