"""The verbs as people and the Action start them: processes elsewhere, or calls in this process."""

from __future__ import annotations

import io
import json
import os
import subprocess
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from benchmark.cli import main
from benchmark.dataset import CONFIRMATIONS, RETRACTIONS, parse
from benchmark.leaderboard import Revision, Snapshot
from benchmark.localhub.faults import Fault
from benchmark.localhub.settings import HubSettings, Token
from benchmark.localhub.testing import running_hub
from tests.support import entries
from tests.support.warm_scripts import AS_IN_TESTS, warm

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from starlette.responses import Response

    from benchmark.dataset import Dataset
    from benchmark.entry import Entry
    from benchmark.localhub.call import Call
    from benchmark.localhub.faults import Proceed
    from benchmark.localhub.testing import RunningHub

REPO = "lab/results"
WRITE_TOKEN = "hf_write_0123456789abcdef"
READ_TOKEN = "hf_read_0123456789abcdef"
WRONG_TOKEN = "hf_wrong_0123456789abcdef"
SETTINGS = HubSettings(
    tokens=(Token(WRITE_TOKEN, "write", "alice"), Token(READ_TOKEN, "read", "bob"))
)

PUBLISH = "merge_and_upload.py"
UPLOAD = "upload_to_hf.py"
AGGREGATE = "aggregate_for_hf.py"
SINGLE, MULTI = "leaderboard_single.json", "leaderboard_multi.json"

_SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
_TIMEOUT = 120.0


@contextmanager
def dataset_hub(folder: Path, settings: HubSettings = SETTINGS) -> Iterator[RunningHub]:
    """A hub whose dataset `lab/results` is empty, and by default only a write token changes."""
    with running_hub(folder, settings=settings) as hub:
        hub.create(REPO)
        yield hub


class Finished(NamedTuple):
    """How a verb ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """What is on stdout, which must be one JSON object and nothing else."""
        value = json.loads(self.out)
        assert isinstance(value, dict)
        return value

    @property
    def said(self) -> str:
        """Everything that was printed."""
        return self.out + self.err


def start(
    script: str,
    *options: str,
    cwd: Path,
    python: Sequence[str] = (),
    **environment: str,
) -> subprocess.Popen[str]:
    """Start a script by its path in the folder `cwd`, unless `python` is given with a warm one."""
    return subprocess.Popen(
        [*(python or (warm(**AS_IN_TESTS),)), str(_SCRIPTS / script), *options],
        cwd=cwd,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> Finished:
    """Wait for a script to end."""
    out, err = process.communicate(timeout=_TIMEOUT)
    return Finished(process.returncode, out, err)


def at(hub: RunningHub, token: str = WRITE_TOKEN) -> dict[str, str]:
    """The environment that names the dataset on this hub."""
    return {"HF_ENDPOINT": hub.endpoint, "HF_REPO": REPO, "HF_TOKEN": token}


def call(*words: str) -> Finished:
    """A verb in this process: `call("publish", "--json")`."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as left:
        main(words)
    return Finished(int(left.value.code or 0), out.getvalue(), err.getvalue())


def submission(folder: Path, *submitted: Entry) -> Path:
    """The working directory `folder`, with these entries in its data folder."""
    entries.write(folder / "hf_data", SINGLE, *submitted)
    return folder


def fails_helpfully(done: Finished, code: int) -> None:
    """Ended with `code`, saying what happened and what to do next; no traceback, no token."""
    assert done.code == code, done.said
    assert "❌ " in done.err
    assert "   → " in done.err
    assert "Traceback" not in done.said
    for token in (WRITE_TOKEN, READ_TOKEN, WRONG_TOKEN):
        assert token not in done.said


def held(hub: RunningHub, revision: str = "main") -> Dataset:
    """What the dataset on the hub means."""
    return parse(Snapshot(Revision(hub.head(REPO, revision)), _data_files(hub, revision)))


def boards(hub: RunningHub) -> tuple[bytes, bytes]:
    """The bytes of both leaderboard files."""
    files = hub.files(REPO)
    return files[SINGLE], files[MULTI]


def commits(hub: RunningHub) -> int:
    """How many commits were made over HTTP."""
    return sum(commit.over_http for commit in hub.log(REPO))


def every_commit_is_conditional(hub: RunningHub) -> bool:
    """Whether each commit over HTTP named the commit it stands on, and none is empty."""
    made = [commit for commit in hub.log(REPO) if commit.over_http]
    return all((commit.parent_commit,) == commit.parents and not commit.is_empty for commit in made)


def fingerprint(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file below a folder: its bytes and when it was written."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def authorizations(hub: RunningHub) -> list[tuple[str, str]]:
    """A list that grows by (operation, Authorization header) with every request."""
    seen: list[tuple[str, str]] = []

    async def act(call: Call, proceed: Proceed) -> Response:
        seen.append((call.record.operation, call.request.headers.get("authorization", "")))
        return await proceed()

    hub.faults.always(Fault("*", "looked at", act))
    return seen


def _data_files(hub: RunningHub, revision: str) -> dict[str, bytes]:
    names = {SINGLE, MULTI, RETRACTIONS, CONFIRMATIONS}
    files = hub.files(REPO, revision)
    return {path: data for path, data in files.items() if path in names or path.startswith("runs/")}
