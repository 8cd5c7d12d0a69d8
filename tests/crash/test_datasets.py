"""What changes a dataset, killed at every system call: it is as it was, or as it was to be."""

from __future__ import annotations

import re
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

import pytest
from huggingface_hub.utils import close_session

from benchmark.cli import main
from benchmark.derived import files as derived
from benchmark.localhub.testing import running_hub
from tests.crash.scenes import Scene, old_or_new_at_every_call
from tests.support import entries
from tests.support.publishers import SINGLE, call

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from benchmark.entry import Entry
    from benchmark.localhub.testing import RunningHub

FAST, SLOW = entries.run(100), entries.run(90)
MINE = entries.run(110)
# When it was, and what follows from that: digests of and in the manifest.
_TIME = re.compile(rb'"(?:at|retractions|tombstones|sha256)":"[^"]*"')

VERBS = {
    "publish": (),
    "upload": (),
    "retract": (FAST.run_id, "--reason", "a test", "--by", "maintainer"),
    "takedown": (FAST.run_id, "--reason", "a test", "--by", "maintainer"),
    "compact": (),
    "rebuild": (),
}
"""Whatever commits to a dataset, with the options it needs."""

_NAMES = count(1)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """One for all scenes, in this process: it is not what is killed."""
    with running_hub(tmp_path_factory.mktemp("root")) as running:
        yield running


def publish(hub: RunningHub, repo: str, folder: Path, *runs: Entry) -> None:
    """In this process, for its connections must be closed before there are forks."""
    entries.write(folder, SINGLE, *runs)
    options = ("--hf-repo", repo, "--endpoint", hub.endpoint, "--data-dir", str(folder))
    assert call("publish", "--json", *options).code == 0
    close_session()


def scene_of(
    verb: str, hub: RunningHub, before: Mapping[str, bytes], workdir: Path, _name: str
) -> Scene:
    """A dataset of two runs; its leaderboards are wrong where they are to be rebuilt."""
    repo = f"lab/results-{next(_NAMES)}"
    hub.create(repo, before)
    if verb == "rebuild":
        hub.write(repo, {SINGLE: b"[]\n"})
    words = (verb, *VERBS[verb], "--hf-repo", repo, "--endpoint", hub.endpoint, "--json")
    if verb in {"publish", "upload"}:
        entries.write(workdir / "mine", SINGLE, MINE)
        words = (*words, "--data-dir", str(workdir / "mine"))
    return Scene(partial(main, words), partial(without_times, hub, repo))


def without_times(hub: RunningHub, repo: str) -> dict[str, bytes]:
    """The dataset's files, without its name, which the card says."""
    files = hub.files(repo).items()
    return {path: _TIME.sub(b"", data).replace(repo.encode(), b"") for path, data in files}


@pytest.mark.parametrize(
    ("verb", "few"),
    [
        *(("publish", 256), ("publish", 0), ("upload", 256), ("retract", 0)),
        *(("takedown", 256), ("compact", 0), ("rebuild", 256)),
    ],
)
def test_a_killed_verb_has_changed_all_or_nothing(
    verb: str, few: int, hub: RunningHub, workdir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Done once more it has changed all; with and without a manifest and an index."""
    monkeypatch.setattr(derived, "FEW", few)
    before = f"lab/before-{next(_NAMES)}"
    hub.create(before)
    for run in (FAST, SLOW):
        publish(hub, before, workdir / "before", run)
    prepare = partial(scene_of, verb, hub, hub.files(before), workdir)
    assert old_or_new_at_every_call(prepare, every=2 if verb == "publish" else 8) > 1
