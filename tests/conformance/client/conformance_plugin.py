"""What the client's own tests need around them: a pytest plugin in the client's environment.

The published sources of huggingface_hub have its tests without their `conftest.py`; the fixtures
here have the names and the meaning of those. Only the standard library, pytest and the client are
there.
"""

from __future__ import annotations

import http.client
import importlib
import json
import os
import re
import socket
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from huggingface_hub import HfApi, constants

if TYPE_CHECKING:
    from collections.abc import Iterator

RepoFactory = Callable[..., Any]
"""What `repo_factory` is: tests import this name from their `conftest`."""
_ENDPOINT = os.environ["HF_ENDPOINT"]
_ORDERS = json.loads(Path(os.environ["CONFORMANCE_ORDERS"]).read_text(encoding="utf-8"))
_CACHES = {
    "HF_HOME": "",
    "HF_HUB_CACHE": "hub",
    "HUGGINGFACE_HUB_CACHE": "hub",
    "HF_XET_CACHE": "xet",
    "HF_ASSETS_CACHE": "assets",
    "HF_TOKEN_PATH": "token",
    "HF_STORED_TOKENS_PATH": "stored_tokens",
}
_connect = socket.socket.connect


def pytest_configure(config: pytest.Config) -> None:
    """The suite's constants name this Hub, before its tests import them."""
    for marker in ("xet", "no_xet", "production", "inference", "api", "transfer", "git_lfs"):
        config.addinivalue_line("markers", f"{marker}: of the client's suite")
    config.addinivalue_line("markers", "deprecated(*names): of the client's suite")
    known = importlib.import_module("tests.testing_constants")
    known.ENDPOINT_STAGING = _ENDPOINT  # type: ignore[attr-defined]
    known.FULL_NAME = known.USER  # type: ignore[attr-defined]
    utils = importlib.import_module("tests.testing_utils")
    if hasattr(utils, "with_production_testing"):
        utils.with_production_testing = pytest.mark.production  # type: ignore[attr-defined]
    config.pluginmanager.register(_Recorder(Path(_ORDERS["record"])))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Excluded tests are expected to fail, strictly; what asks the public Hub is not run."""
    for item in items:
        kind = _kind(item)
        if kind is None:
            continue
        item.user_properties.append(("excluded", kind))
        if kind in _ORDERS["not_run"]:
            item.add_marker(pytest.mark.skip(reason=kind))
        else:
            item.add_marker(pytest.mark.xfail(reason=kind, strict=True))


def _kind(item: pytest.Item) -> str | None:
    if item.get_closest_marker("production") is not None:
        return "public-hub"
    name = _name(item)
    for kind, patterns in _ORDERS["excluded"].items():
        if any(re.fullmatch(pattern, name) for pattern in patterns):
            return str(kind)
    return None


def _name(item: pytest.Item) -> str:
    return item.nodeid.removeprefix("tests/")


class _Recorder:
    """Writes a line for each test: what became of it, and whether it asked the Hub."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reports: list[pytest.TestReport] = []

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._reports = []
        before = _requests()
        result = yield
        line = {
            "name": _name(item),
            "excluded": dict(item.user_properties).get("excluded"),
            "requests": _requests() - before,
            **_outcome(self._reports),
        }
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        return result

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._reports.append(report)


def _outcome(reports: list[pytest.TestReport]) -> dict[str, Any]:
    """`passed`, `failed`, `skipped`, or for an excluded test `xfailed` and `xpassed`."""
    seconds = round(sum(report.duration for report in reports), 2)
    failed = next((report for report in reports if report.failed), None)
    if failed is not None:
        unexpected = failed.when == "call" and "[XPASS(strict)]" in str(failed.longrepr)
        return {
            "outcome": "xpassed" if unexpected else "failed",
            "why": _last_line(failed),
            "seconds": seconds,
        }
    skipped = next((report for report in reports if report.skipped), None)
    if skipped is not None:
        outcome = "xfailed" if hasattr(skipped, "wasxfail") else "skipped"
        return {"outcome": outcome, "why": _last_line(skipped), "seconds": seconds}
    return {"outcome": "passed", "why": "", "seconds": seconds}


def _last_line(report: pytest.TestReport) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    text = crash.message if crash else str(report.longrepr)
    return " ".join(text.split())[:300]


def _requests() -> int:
    """How many requests the Hub has had; the tests' patches of the client do not matter here."""
    connection = http.client.HTTPConnection(urlsplit(_ENDPOINT).netloc, timeout=30)
    try:
        connection.request("GET", "/conformance/requests")
        return int(connection.getresponse().read())
    finally:
        connection.close()


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """The suite has the same result with and without a way to the public Hub."""

    def connect(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            raise ConnectionRefusedError(f"Only this Hub is there, not {address[0]}")
        _connect(self, address)

    def resolve(host: Any, *args: Any, **options: Any) -> Any:
        if host not in {"127.0.0.1", "::1", "localhost", None}:
            raise socket.gaierror(f"Only this Hub is there, not {host}")
        return lookup(host, *args, **options)

    lookup = socket.getaddrinfo
    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket, "getaddrinfo", resolve)


@pytest.fixture(autouse=True)
def patch_constants(tmp_path_factory: pytest.TempPathFactory, monkeypatch: Any) -> None:
    """Every test has caches and tokens of its own."""
    home = tmp_path_factory.mktemp("home")
    for name, folder in _CACHES.items():
        monkeypatch.setattr(constants, name, str(home / folder), raising=False)


@pytest.fixture(autouse=True)
def reset_oauth_refresh_state(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the client remembers of tokens that it refreshed is of one test."""
    auth = importlib.import_module("huggingface_hub.utils._auth")
    for name, value in {"_OAUTH_REFRESH_CACHE": None, "_OAUTH_REFRESH_WARNED": False}.items():
        monkeypatch.setattr(auth, name, value, raising=False)


@pytest.fixture(autouse=True)
def xet_mode(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """`xet` tests have Xet on; `no_xet` tests are for a client without it."""
    if request.node.get_closest_marker("xet"):
        monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", False)
        monkeypatch.delenv("HF_HUB_DISABLE_XET", raising=False)
    elif request.node.get_closest_marker("no_xet"):
        pytest.skip("for a client without hf_xet")


@pytest.fixture(autouse=True)
def _plain_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """No colours, a wide terminal, and nobody looks for agents."""
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_EXPERIMENTAL_WARNING", True)
    try:
        detect = importlib.import_module("huggingface_hub.utils._detect_agent")
        output = importlib.import_module("huggingface_hub.cli._output")
    except ImportError:
        return
    monkeypatch.setattr(detect, "_registry", detect._EMPTY_REGISTRY)  # noqa: SLF001
    output.out.set_mode()
    output.out.set_no_truncate(False)


@pytest.fixture(autouse=True)
def expect_deprecation_marker(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test marked `deprecated` must warn of these functions."""
    names = [name for marker in request.node.iter_markers("deprecated") for name in marker.args]
    with ExitStack() as stack:
        for name in names:
            stack.enter_context(pytest.warns(FutureWarning, match=rf".*'{name}'.*"))
        yield


@pytest.fixture(autouse=True)
def git_lfs_marker(request: pytest.FixtureRequest) -> None:
    """Tests of git-lfs need its program."""
    if request.node.get_closest_marker("git_lfs"):
        pytest.skip("needs git-lfs")


@pytest.fixture(scope="module")
def vcr_config() -> dict[str, Any]:
    """For recorded answers, of which the published sources have none."""
    return {"ignore_localhost": True}


@pytest.fixture
def fx_cache_dir(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """A folder as the test class' `cache_dir`."""
    request.cls.cache_dir = tmp_path / "fx_cache_dir"
    request.cls.cache_dir.mkdir()


@pytest.fixture(scope="session")
def api() -> HfApi:
    """A client of this Hub that may write."""
    return HfApi(endpoint=_ENDPOINT, token=_ORDERS["token"])


@pytest.fixture(scope="session")
def api_prod() -> HfApi:
    """A client of the public Hub, which is not there."""
    return HfApi(endpoint="https://huggingface.co")


@pytest.fixture
def new_repo_id(api: HfApi) -> Iterator[str]:
    """A name for a repository that the test makes, and that goes with it."""
    names = importlib.import_module("tests.testing_utils")
    known = importlib.import_module("tests.testing_constants")
    repo_id = f"{known.USER}/{names.repo_name()}"
    yield repo_id
    api.delete_repo(repo_id=repo_id, missing_ok=True)


@pytest.fixture
def repo_factory(api: HfApi) -> Iterator[RepoFactory]:
    """Makes repositories that go with the test."""
    names = importlib.import_module("tests.testing_utils")
    created: list[tuple[str, str]] = []

    def make(repo_type: str = "model", **options: Any) -> Any:
        if repo_type == "space":
            options.setdefault("space_sdk", "gradio")
        options.setdefault("repo_id", names.repo_name(prefix=repo_type))
        url = api.create_repo(repo_type=repo_type, **options)
        created.append((url.repo_id, repo_type))
        return url

    yield make
    for repo_id, repo_type in created:
        api.delete_repo(repo_id=repo_id, repo_type=repo_type, missing_ok=True)
