"""Names in any encoding: they are written as what they are, in UTF-8, whatever the locale."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from benchmark import schema

ROOT = Path(__file__).resolve().parents[2]
COMMAND = ROOT / "tests" / "support" / "sleepy_command.py"
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
NAME = "李雷"
BOTH = """\
import json, sys
from pathlib import Path
from benchmark.commands.parameters import Words
from benchmark.measure.host import git
print(json.dumps([Words().convert(sys.argv[1], None, None), git.user(Path.cwd())]))
"""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has Unicode command lines")


@pytest.fixture(scope="module")
def gbk(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Variables that make it the locale."""
    program = shutil.which("localedef")
    folder = tmp_path_factory.mktemp("locales")
    made = program and subprocess.run(
        [program, "-i", "zh_CN", "-f", "GBK", folder / "zh_CN.GBK"],
        check=False,
        capture_output=True,
    )
    if not made or made.returncode:
        pytest.skip("no GBK locale can be made here")
    return {"LOCPATH": str(folder), "LC_ALL": "zh_CN.GBK"}


@pytest.fixture(params=["gbk", "ascii", "utf-8"])
def locale(request: pytest.FixtureRequest) -> dict[str, str]:
    """A locale's variables."""
    if request.param == "gbk":
        found: dict[str, str] = request.getfixturevalue("gbk")
        return found
    return ASCII if request.param == "ascii" else {"LC_ALL": "C.UTF-8"}


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_words_of_a_command_line_and_gits_name_are_understood_in_any_locale(
    encoding: str, locale: dict[str, str], tmp_path: Path
) -> None:
    """Of a script in one encoding under a locale of another."""
    name = NAME.encode(encoding)
    config = tmp_path / "gitconfig"
    config.write_bytes(b"[user]\n\tname = " + name + b"\n")
    env = {**os.environ, **locale, "GIT_CONFIG_GLOBAL": str(config), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", BOTH, name], env=env, capture_output=True, check=True
    )
    assert json.loads(done.stdout) == [NAME, NAME]


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_an_entry_is_utf_8_in_the_locale_of_another_encoding(
    encoding: str, gbk: dict[str, str], tmp_path: Path
) -> None:
    """The folder of a model is known by its bytes, and everything is written and printed."""
    # Neither ASCII nor GBK has these letters, and the files of a result are named by them.
    own = "name: 작업\ninput_length: 4\noutput_length: 2\n"
    (tmp_path / "own.yaml").write_text(own, encoding="utf-8")
    model = os.fsdecode(os.fsencode(tmp_path) + b"/" + NAME.encode(encoding))
    Path(model).mkdir()
    words = ["--engine", "sleepy", "--workload", "own.yaml", "--repeats", "2", "--json"]
    done = subprocess.run(
        [sys.executable, str(COMMAND), "run", *words, "--model", model],
        cwd=tmp_path,
        env={**os.environ, **(gbk if encoding == "utf-8" else ASCII)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (path,) = tmp_path.rglob("*_leaderboard.json")
    assert path.name == "작업_leaderboard.json"
    entry = json.loads(path.read_bytes().decode("utf-8"))
    assert schema.violations(entry) == []
    assert entry["model"]["name"] == NAME
    assert json.loads(done.stdout.decode("utf-8"))["run"]["model"] == entry["model"]
