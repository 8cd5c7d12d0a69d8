"""What the Action works between: a repository with a remote, a Hub with a dataset, a runner.

The workflow is one that anybody would write; everything in it runs for real. Only actions/checkout,
actions/setup-python and actions/attest are stand-ins, of which the first clones for real, the
second finds this very Python, and the third signs nothing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tests.action.harness.attest import attest
from tests.action.harness.checkout import checkout
from tests.action.harness.runner import Runner
from tests.action.harness.setup_python import setup_python
from tests.support.publishers import REPO, WRITE_TOKEN, held
from tests.support.warm_scripts import warm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmark.entry import Entry
    from benchmark.localhub.testing import RunningHub
    from tests.action.harness.reports import Result
    from tests.action.harness.stub import Stub, View

ROOT = Path(__file__).parents[2]
WHEELS = ROOT / ".venvs" / "wheels"
MADE = ROOT / ".venvs" / "action" / "output"
REPOSITORY = "me/numbers"
Python = Literal["new", "cold", "warm"]
SINGLE, MULTI = "hf_data/leaderboard_single.json", "hf_data/leaderboard_multi.json"

PUBLISH = """
on: push
jobs:
  publish:
    runs-on: ubuntu-latest
    permissions: {contents: write, id-token: write}
    steps:
      - uses: actions/checkout@v7
      - id: publish
        uses: intellistream/sagellm-benchmark@v1
        with: {endpoint: "${{ vars.HUB }}", hf-repo: lab/results, hf-token: "${{ secrets.TOKEN }}"}
"""
VALIDATE = """
on: pull_request
jobs:
  validate:
    runs-on: ubuntu-latest
    permissions: {contents: read}
    steps:
      - uses: actions/checkout@v7
      - id: publish
        uses: intellistream/sagellm-benchmark@v1
        with: {mode: validate, hf-repo: lab/results, endpoint: "${{ vars.HUB }}"}
"""
FORK = {"pull_request": {"number": 7, "head": {"repo": {"fork": True}, "ref": "mine"}, "base": {}}}


class World:
    """One contributor's repository, and the machine that its workflows run on.

    Attributes:
        hub: with the dataset lab/results.
        remote: the bare repository, `main` with a README at first.
        url: where a runner clones it from.
        runner: the machine.
        last: what the last run left.
        attested: digest → name of what was attested.
    """

    last: Result

    def __init__(
        self,
        folder: Path,
        hub: RunningHub,
        *,
        repository: str = REPOSITORY,
        remote: Path | None = None,
        url: str | Path = "",
        python: Python = "warm",
    ) -> None:
        """Make the remote, unless one is given, and a runner.

        Unless the Action's Python is to be new, the step Install finds its work done, once and for
        all tests: by the same step, in .venvs/action. A warm one has imported the libraries, and
        does not see what they read from the environment when they are imported.
        """
        self.hub, self.folder = hub, folder
        self.attested: dict[str, str] = {}
        self.remote = remote or folder / "remote.git"
        if remote is None:
            git(folder, "init", "--quiet", "--bare", "--initial-branch=main", str(self.remote))
        self.push({"README.md": "hello\n"})
        stubs = {
            "actions/setup-python": this_python if python == "new" else made_python(folder, python),
            "actions/checkout": checkout({repository: url or self.remote}),
            "actions/attest": attest(self.attested),
            "intellistream/sagellm-benchmark": ROOT,
        }
        packages = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(WHEELS)}
        self.runner = Runner(folder, uses=stubs, repository=repository, environment=packages)

    def push(self, files: Mapping[str, str | bytes | None], ref: str = "refs/heads/main") -> str:
        """A contributor's commit on top of `ref`, or of main where `ref` is new; its id.

        Files are written without a work tree, for a name may be anything that git takes; None
        deletes one.
        """
        base = next((it for it in (ref, "refs/heads/main") if self._has(it)), "")
        head = f"commit {ref}\ncommitter Someone <someone@example.org> 1 +0000\ndata 4\nwork\n"
        start = f"from {base}^0\n" if base else ""
        changes = b"".join(change(name, data) for name, data in files.items())
        stream = (head + start).encode() + changes
        git(self.remote, "fast-import", "--quiet", "--force", stdin=stream)
        return git(self.remote, "rev-parse", ref)

    def submit(self, *entries: Entry, path: str = SINGLE) -> str:
        """A contributor's commit of results."""
        return self.push({path: json.dumps([dict(entry.data) for entry in entries], indent=2)})

    def run(self, workflow: str = PUBLISH, **given: Any) -> Result:
        """Run the one job of a workflow on a new machine."""
        self.runner.clear_workspace()
        named = {"variables": {"HUB": self.hub.endpoint}, "secrets": {"TOKEN": WRITE_TOKEN}}
        [job] = [name for name in ("publish", "validate", "results") if f"\n  {name}:" in workflow]
        self.last = self.runner.job(workflow, job, **{**named, "timeout": 120.0, **given})
        return self.last

    def validate_fork(self, files: Mapping[str, str | bytes | None]) -> Result:
        """Somebody opens a pull request from a fork, and its workflow runs."""
        ref = "refs/pull/7/merge"
        sha = self.push(files, ref)
        return self.run(VALIDATE, event_name="pull_request", event=FORK, ref=ref, sha=sha)

    def files(self) -> set[str]:
        """What the branch holds on the remote."""
        listed = git(self.remote, "ls-tree", "-r", "-z", "--name-only", "main")
        return set(listed.split("\0")) - {""}

    def history(self) -> list[str]:
        """The titles of the branch's commits, the newest first."""
        return git(self.remote, "log", "--format=%s", "main").splitlines()

    def speeds(self) -> list[float]:
        """Throughput of every run that the dataset holds, ranked or not."""
        runs = held(self.hub).runs.values()
        return sorted(run.number("metrics", "throughput_tps") for run in runs)

    def _has(self, ref: str) -> bool:
        return bool(git(self.remote, "for-each-ref", ref))


def this_python(view: View, inputs: Mapping[str, str]) -> Mapping[str, str]:
    """What actions/setup-python does, where every version asked for is the one of this process."""
    ours = ".".join(map(str, sys.version_info[:2]))
    return setup_python(Path(sys.executable))(view, {**inputs, "python-version": ours})


def made_python(folder: Path, kind: Python) -> Stub:
    """The same, but whoever installs with it is given the environment that is there already."""
    made = MADE.read_text(encoding="utf-8").split("\n")[1]
    output = f"python={warm(made) if kind == 'warm' else made}"
    python = folder / "python"
    python.write_text(
        "#!/bin/sh\n"
        f'case "$*" in *"action.py install") exec echo "{output}" >> "$GITHUB_OUTPUT" ;; esac\n'
        f'exec {sys.executable} "$@"\n',
        encoding="utf-8",
    )
    python.chmod(0o755)

    def stub(view: View, inputs: Mapping[str, str]) -> Mapping[str, str]:
        return {**this_python(view, inputs), "python-path": str(python)}

    return stub


def git(folder: Path, *arguments: str, stdin: bytes = b"") -> str:
    """Run git."""
    argv = ["git", "-C", str(folder), *arguments]
    done = subprocess.run(argv, check=True, capture_output=True, input=stdin)
    return os.fsdecode(done.stdout).removesuffix("\n")


def change(name: str, data: str | bytes | None, mode: str = "100644") -> bytes:
    """One line of https://git-scm.com/docs/git-fast-import; a name's bytes in octal."""
    path = b'"%b"' % b"".join(b"\\%03o" % byte for byte in os.fsencode(name))
    if data is None:
        return b"D %b\n" % path
    content = data.encode() if isinstance(data, str) else data
    return b"M %b inline %b\ndata %d\n%b\n" % (mode.encode(), path, len(content), content)


def commits(hub: RunningHub) -> int:
    """How many commits the dataset got over HTTP."""
    return sum(commit.over_http for commit in hub.log(REPO))


def outputs(result: Result) -> dict[str, str]:
    """The outputs of the Action in a workflow of one."""
    return result.step("publish").outputs
