"""One dataset, one contributor and one maintainer, step by step; what they do is recorded."""

from __future__ import annotations

import json
from hashlib import sha256
from itertools import count
from typing import TYPE_CHECKING, Any
from unittest import mock

import rfc8785

from benchmark.commands import attest
from tests.jepsen import checker, fold
from tests.jepsen.checker import Asked
from tests.jepsen.commits import Repository
from tests.jepsen.history import Recorder
from tests.jepsen.workload import entry, run_id
from tests.support.publishers import call

if TYPE_CHECKING:
    from pathlib import Path

    from benchmark.localhub.testing import RunningHub
    from tests.jepsen.history import State

_NUMBERS = count(1)


def item(
    tps: float, *, model: str = "gpt2", at: str = "2026-01-01", kind: str = "sound"
) -> dict[str, Any]:
    """An entry of one machine; each is another run."""
    when = at if "T" in at else f"{at}T00:00:00Z"
    about = {"at": when, "number": next(_NUMBERS)}
    return entry(kind, model=model, nodes=1, tps=tps, ttft=80.0, **about)


class Stage:
    """A dataset on a Hub in this process; the verbs are called in this process, too.

    Attributes:
        hub: with faults to be set.
        folder: the contributor's working directory.
        data: the data folder in it.
        waiting: ids of runs that wait elsewhere, in git.
    """

    def __init__(self, hub: RunningHub, repo: str, folder: Path) -> None:
        self.hub, self.repo = hub, repo
        self.data = folder / "hf_data"
        self.waiting: set[str] = set()
        self._recorder = Recorder(folder / "history.jsonl")
        self._outside: list[Asked] = []
        self.folder = folder
        hub.create(repo)

    def submit(self, *entries: dict[str, Any]) -> tuple[str, ...]:
        """These, and nothing else, are in the data folder."""
        self.data.mkdir(exist_ok=True)
        (self.data / fold.SINGLE).write_text(json.dumps(entries), encoding="utf-8")
        return self.know(*entries)

    def know(self, *entries: dict[str, Any]) -> tuple[str, ...]:
        """These were submitted; their run ids."""
        self.runs = tuple(map(run_id, entries))
        self._recorder.add("p", self._recorder.begin(), "submit", "submitted", runs=self.runs)
        return self.runs

    def publish(self, *entries: dict[str, Any], page: bool = False) -> tuple[str, ...]:
        """Submit these, and publish, perhaps with the page; their run ids."""
        if entries:
            self.submit(*entries)
        self.do("publish", *(["--page"] if page else []), runs=self.runs)
        return self.runs

    def decide(self, verb: str, run: str) -> None:
        """Retract, confirm or take down a run."""
        self.do(verb, run, "--reason", "a test", "--by", "maintainer", runs=(run,))

    def attest(self, run: str) -> None:
        """Record that a job signed a run; `gh` says so."""
        certificate = dict.fromkeys(
            ("sourceRepositoryURI", "buildSignerURI", "runInvocationURI", "runnerEnvironment"), "x"
        )
        statement = {"subject": [{"digest": {"sha256": run}}]}
        result = {"statement": statement, "signature": {"certificate": certificate}}
        answer = [{"verificationResult": result}]
        with mock.patch.object(attest, "verified", return_value=answer):
            self.do("attest", run, "--repository", "lab/ci", "--by", "maintainer", runs=(run,))

    def do(self, *words: str, runs: tuple[str, ...] = ()) -> None:
        """Run a verb and note what it says."""
        number = self._recorder.begin()
        done = call(*words, "--json")
        landed = {} if done.code else {"revision": done.json["revision"]}
        state: State = "unknown" if done.code else "acknowledged"
        about = {"runs": runs, "code": done.code, "said": done.err, **landed}
        self._recorder.add("p", number, words[0], state, **about)

    def outside(self, *entries: dict[str, Any], end: bytes = b"\n") -> None:
        """Another program publishes these: correctly, but it knows of no manifest.

        Args:
            entries: what it publishes.
            end: what its file ends with.
        """
        self.know(*entries)
        parent = self.hub.head(self.repo)
        files = self.hub.files(self.repo)
        fragment = b"".join(sorted(map(_line, entries))).removesuffix(b"\n") + end
        path = f"runs/2026-01/{sha256(fragment).hexdigest()}.jsonl"
        fragments = [data for name, data in files.items() if name.endswith(".jsonl")]
        known = [run for data in (*fragments, fragment) for run in fold.runs_in(data)]
        boards = {name: fold.board(known, name) for name in (fold.SINGLE, fold.MULTI)}
        head = self.hub.write(self.repo, {path: fragment, **boards})
        self._outside.append(Asked(parent, head))

    def spoil(self) -> None:
        """Somebody writes another card, by hand."""
        parent = self.hub.head(self.repo)
        head = self.hub.write(self.repo, {"README.md": b"# Mine\n"})
        self._outside.append(Asked(parent, head))

    def board(self) -> list[dict[str, Any]]:
        """The entries that are ranked on one machine, as a contributor reads them."""
        entries: list[dict[str, Any]] = json.loads(self.hub.files(self.repo)[fold.SINGLE])
        return entries

    def problems(self) -> list[str]:
        """What the checker says."""
        self._recorder.close()
        asked = [
            Asked(record.parent_commit, record.sha)
            for record in self.hub.requests
            if record.repo == self.repo and record.sha
        ]
        git = self.hub.root / "datasets" / f"{self.repo}.git"
        with Repository(git) as repository:
            everything = [*asked, *self._outside]
            return checker.problems(self._recorder.events, repository, everything, self.waiting)


def _line(value: dict[str, Any]) -> bytes:
    return rfc8785.dumps(value) + b"\n"
