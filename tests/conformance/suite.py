"""Runs one client's tests in its own environment."""

from __future__ import annotations

import json
import os
import re
import runpy
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmark.localhub.settings import Token
from tests.conformance.exclusions import excluded, expression, not_run
from tests.conformance.hub import hub

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.conformance.exclusions import Excluded

_HERE = Path(__file__).parent
_ENVIRONMENTS = _HERE.parents[1] / ".venvs"
_LONGEST_TEST = 120  # seconds
_USERS = {"TOKEN": "USER", "OTHER_TOKEN": "OTHER_USER", "ENTERPRISE_TOKEN": "ENTERPRISE_USER"}
_FROM_OUTSIDE = ("HF_", "HUGGING", "PYTHON", "PYTEST", "http", "HTTP", "GIT_", "XDG_")


class Result(NamedTuple):
    """What became of one client's tests.

    Attributes:
        client: huggingface_hub's version.
        xet: hf-xet's version, as it is installed with that client.
        tests: one per test, as the plugin records them.
        files_not_run: by kind.
        unknown: names in the lists that no test and no file has.
    """

    client: str
    xet: str
    tests: list[dict[str, Any]]
    files_not_run: dict[str, list[str]]
    unknown: list[str]


def run(major: str, folder: Path, chosen: Sequence[str]) -> Result:
    """The client's tests, or the chosen ones, against a new Hub below `folder`."""
    environment = _ENVIRONMENTS / f"conformance-{major}"
    suite = environment / "suite"
    known = runpy.run_path(str(suite / "tests" / "testing_constants.py"))
    tokens = tuple(Token(known[key], "write", known[user]) for key, user in _USERS.items())
    listed, record = excluded(major), folder / "record.jsonl"
    orders = _orders(folder, listed, tokens[0], record)
    # A file, for processes that tests start import it too.
    (suite / "tests" / "conftest.py").write_text("from conformance_plugin import RepoFactory\n")
    with hub(folder / "hub", tokens) as endpoint:
        command = _command(environment, listed, chosen)
        subprocess.run(command, cwd=suite, env=_variables(endpoint, orders), check=False)
    tests = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
    unknown = [] if chosen else [*_unknown_files(suite, listed), *_unknown_tests(listed, tests)]
    return Result(*_versions(environment), tests, listed.files, unknown)


def _orders(folder: Path, listed: Excluded, token: Token, record: Path) -> Path:
    """What the plugin is told."""
    record.touch()
    path = folder / "orders.json"
    orders = {
        "record": str(record),
        "token": token.secret,
        "excluded": {
            kind: [expression(name) for name in names] for kind, names in listed.tests.items()
        },
        "not_run": not_run(),
    }
    path.write_text(json.dumps(orders), encoding="utf-8")
    return path


def _command(environment: Path, listed: Excluded, chosen: Sequence[str]) -> list[str]:
    left_out = [name for names in listed.files.values() for name in names]
    ignored = [f"--ignore-glob=*/{name}" for name in left_out]
    return [
        str(environment / "bin" / "python"), "-m", "pytest", "-p", "conformance_plugin",
        "-o", "addopts=-Werror::FutureWarning", "-p", "no:cacheprovider", "-q", "--tb=short",
        f"--timeout={_LONGEST_TEST}", *(chosen or ["tests", *ignored]),
    ]  # fmt: skip


def _variables(endpoint: str, orders: Path) -> dict[str, str]:
    """Nothing of the caller's settings, and an empty home."""
    home = orders.parent / "home"
    home.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_FROM_OUTSIDE)}
    return kept | {
        "CONFORMANCE_ORDERS": str(orders),
        # Tests write to it: git would put a file in the place of os.devnull.
        "GIT_CONFIG_GLOBAL": str(home / ".gitconfig"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "HF_ENDPOINT": endpoint,
        "HF_HOME": str(home / "hf"),
        "HOME": str(home),
        "NO_PROXY": "*",
        "PYTHONPATH": os.pathsep.join([".", str(_HERE / "client")]),
    }


def _versions(environment: Path) -> tuple[str, str]:
    ask = "from importlib.metadata import version as v; print(v('huggingface_hub'), v('hf_xet'))"
    command = [str(environment / "bin" / "python"), "-c", ask]
    client, xet = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return client, xet


def _unknown_files(suite: Path, listed: Excluded) -> list[str]:
    names = [path.name for path in (suite / "tests").iterdir()]
    return _without_match(listed.files, names)


def _unknown_tests(listed: Excluded, tests: list[dict[str, Any]]) -> list[str]:
    return _without_match(listed.tests, [test["name"] for test in tests])


def _without_match(listed: dict[str, list[str]], names: list[str]) -> list[str]:
    patterns = [pattern for group in listed.values() for pattern in group]
    expressions = {pattern: re.compile(expression(pattern)) for pattern in patterns}
    return [name for name, form in expressions.items() if not any(map(form.fullmatch, names))]
