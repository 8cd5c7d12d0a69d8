"""Scripts run by path, from anywhere, beside anything, and read the environment as documented."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support import entries
from tests.support.publishers import (
    AGGREGATE,
    MULTI,
    PUBLISH,
    REPO,
    SINGLE,
    UPLOAD,
    WRITE_TOKEN,
    at,
    call,
    commits,
    fingerprint,
    finish,
    held,
    start,
    submission,
)

if TYPE_CHECKING:
    from benchmark.localhub.testing import RunningHub

RUN = entries.run(100)
COLD = (sys.executable, "-I")
WAYS = {"isolated": COLD, "plain": (sys.executable,)}
TRAP = "import sys\nsys.stderr.write('the trap was imported')\nsys.exit(99)\n"
TRAPS = ("benchmark/__init__.py", "json.py", "click.py", "huggingface_hub.py", "random.py")


@pytest.fixture
def trapped(tmp_path: Path) -> Path:
    """A working directory with modules that must not be imported, and one run."""
    for name in TRAPS:
        path = tmp_path / "trapped" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TRAP)
    return submission(tmp_path / "trapped", RUN)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("script", [PUBLISH, UPLOAD])
def test_modules_in_the_working_directory_are_not_imported(
    hub: RunningHub, trapped: Path, script: str, way: str
) -> None:
    """Somebody else's benchmark/ or json.py is not ours."""
    done = finish(start(script, "--json", cwd=trapped, python=WAYS[way], **at(hub)))
    assert (done.code, done.json["changed"]) == (0, True), done.said
    assert set(held(hub).runs) == {RUN.run_id}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("script", [PUBLISH, AGGREGATE])
def test_modules_on_the_python_path_are_not_imported(
    hub: RunningHub, trapped: Path, script: str, way: str
) -> None:
    """PYTHONPATH=. is common in workflows, and what it names is the caller's."""
    environment = {**at(hub), "PYTHONPATH": os.pathsep.join([".", str(trapped)])}
    done = finish(start(script, "--json", cwd=trapped, python=WAYS[way], **environment))
    assert (done.code, "trap" in done.err) == (0, False), done.said
    assert hub.head(REPO)


@pytest.mark.parametrize("script", [PUBLISH, UPLOAD, AGGREGATE, "run.py"])
@pytest.mark.parametrize("way", WAYS)
def test_help_needs_nothing(tmp_path: Path, script: str, way: str) -> None:
    """Not the repository as working directory, no network, no settings."""
    done = finish(start(script, "--help", cwd=tmp_path, python=WAYS[way]))
    assert (done.code, done.err) == (0, "")
    assert script in done.out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("slash", ["", "/", "//"])
def test_the_endpoint_may_end_in_a_slash(hub: RunningHub, tmp_path: Path, slash: str) -> None:
    """Both scripts, reading and writing."""
    environment = {**at(hub), "HF_ENDPOINT": hub.endpoint + slash}
    folder = submission(tmp_path / "w", RUN)
    done = finish(start(PUBLISH, "--json", cwd=folder, python=COLD, **environment))
    assert (done.code, done.json["attempts"]) == (0, 1), done.said
    assert done.json["url"].startswith(f"{hub.endpoint}/datasets/{REPO}/")
    read = finish(start(AGGREGATE, "--json", cwd=folder, python=COLD, **environment))
    assert (read.code, read.json["revision"]) == (0, hub.head(REPO))


def test_options_win_over_the_environment(hub: RunningHub, here: Path) -> None:
    """--hf-repo, --endpoint and --data-dir are stronger than HF_REPO and HF_ENDPOINT."""
    hub.create("lab/other")
    entries.write(here / "elsewhere", SINGLE, RUN)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
        done = call(
            "publish", "--hf-repo", "lab/other", "--endpoint", hub.endpoint,
            "--data-dir", "elsewhere", "--json",
        )  # fmt: skip
    assert (done.code, held(hub).runs) == (0, {}), done.said
    assert SINGLE in hub.files("lab/other")


def test_an_empty_variable_is_as_none(hub: RunningHub, here: Path) -> None:
    """Workflows set variables to the empty text where an input was not given."""
    submission(here, RUN)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("HF_REPO", "HF_OIDC_RESOURCE", "HF_TOKEN"):
            patch.setenv(name, "")
        done = call("publish", "--json", "--dry-run", "--endpoint", hub.endpoint)
    assert done.code == 77
    assert "wangyao36/sagellm-benchmark-results" in done.err


def test_nested_folders_are_read_and_other_files_are_not(hub: RunningHub, here: Path) -> None:
    """Every leaderboard_*.json at any depth; a link out of the folder is refused."""
    runs = [entries.run(100, model=f"m{index}") for index in range(4)]
    data = here / "hf_data"
    entries.write(data, SINGLE, runs[0])
    entries.write(data / "a" / "b c", MULTI, runs[1])
    entries.write(data / "ü" / "runs", "leaderboard_run_1.json", runs[2])
    entries.write(data, "notes.json", runs[3])
    entries.write(here, "outside.json", runs[3])
    (data / "leaderboard_link.json").symlink_to(here / "outside.json")
    done = call("publish", "--json")
    assert set(held(hub).runs) == {run.run_id for run in runs[:3]}
    assert [item["file"] for item in done.json["rejected"]] == ["hf_data/leaderboard_link.json"]
    assert done.code == 65


@pytest.mark.parametrize("made", [False, True], ids=["missing", "empty"])
def test_no_data_is_nothing_to_do(hub: RunningHub, tmp_path: Path, made: bool) -> None:
    """The real script: success, no commit, and the folder is not made."""
    head = hub.head(REPO)
    if made:
        (tmp_path / "hf_data").mkdir()
    done = finish(start(PUBLISH, "--json", cwd=tmp_path, python=COLD, **at(hub)))
    assert (done.code, done.json["changed"], done.json["revision"]) == (0, False, head)
    assert (commits(hub), (tmp_path / "hf_data").exists()) == (0, made)


def test_nothing_is_written_beside_the_data(hub: RunningHub, tmp_path: Path) -> None:
    """Not in the working directory, and no token anywhere in the home."""
    folder = submission(tmp_path / "w", RUN)
    before = fingerprint(folder)
    assert finish(start(PUBLISH, cwd=folder, python=COLD, **at(hub))).code == 0
    assert fingerprint(folder) == before
    home = fingerprint(Path(os.environ["HOME"]))
    assert not any(WRITE_TOKEN.encode() in data for data, _ in home.values())


@pytest.mark.parametrize("language", ["zh_CN.UTF-8", "C", "POSIX"])
def test_every_locale_can_print_the_result(hub: RunningHub, tmp_path: Path, language: str) -> None:
    """Signs outside ASCII never end a publish that has already landed."""
    folder = submission(tmp_path / "w", RUN)
    environment = {**at(hub), "LANG": language, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = finish(start(PUBLISH, "--json", cwd=folder, python=WAYS["plain"], **environment))
    assert (done.code, done.json["changed"]) == (0, True), done.said
    assert len(held(hub).runs) == 1
