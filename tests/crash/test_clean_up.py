"""The clean-up, killed at its system calls and at git's: the branch is as it was, or clean."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tests.cleanup.place import SINGLE, Place, git
from tests.crash.scenes import Scene, old_or_new_at_every_call

if TYPE_CHECKING:
    from pathlib import Path


def clean_up_in(folder: Path, name: str) -> Scene:
    """A remote with two published files, and the checkout of a job."""
    (folder / name).mkdir()
    place = Place(folder / name)

    def work() -> None:
        done = place.clean()
        raise SystemExit(1 if done.warning else 0)

    def again() -> None:
        """A git that is killed may leave locks in its checkout; the next job has another one.

        Here the git that receives a push is killed too. Of its lock the host takes care: as long as
        it is there, nobody can push, and a clean-up that has something to do says so.
        """
        if locks := [*place.remote.rglob("*.lock")]:
            before = tip(place)
            place.check_out(place.remote.as_uri(), "--depth=1", name="locked-job")
            assert bool(place.clean().warning) == (SINGLE in before[0])
            assert tip(place) == before
            for lock in locks:
                lock.unlink()
        place.check_out(place.remote.as_uri(), "--depth=1", name="next-job")
        work()

    check = partial(git, place.remote, "fsck", "--strict")
    return Scene(work, partial(tip, place), check, again)


def tip(place: Place) -> tuple[frozenset[str], str]:
    """The files of the branch, and who is behind it: no commit is lost, and one is made at most."""
    count = git(place.remote, "rev-list", "--count", "main").strip()
    return frozenset(place.files()), count


def test_a_killed_clean_up_leaves_the_branch_as_it_was_or_clean(tmp_path: Path) -> None:
    """The next one does what is left to do, and no more."""
    assert old_or_new_at_every_call(partial(clean_up_in, tmp_path), every=20) > 3
