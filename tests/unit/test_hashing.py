"""The sha-256 of large contents, found while something else is done."""

from __future__ import annotations

import hashlib
import threading

import pytest

from benchmark import canonical, hashing
from benchmark.hashing import Hashing

CONTENTS = [b"one" * 50, b"other" * 50, b"", b"few"]


def test_the_digest_is_that_of_the_content_begun_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """In any order, several at once, and as often as it is asked for."""
    monkeypatch.setattr(hashing, "_LARGE", 100)
    begun = Hashing()
    for data in CONTENTS[:3]:
        begun.begin(data)
    for data in [*reversed(CONTENTS), *CONTENTS]:
        assert begun.digest(data) == hashlib.sha256(data).hexdigest()


def test_no_thread_is_left_once_it_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process with other threads is not forked."""
    monkeypatch.setattr(hashing, "_LARGE", 100)
    before = threading.active_count()
    begun = Hashing()
    begun.begin(CONTENTS[0])
    begun.digest(CONTENTS[0])
    assert threading.active_count() == before


def test_a_small_content_is_worth_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is hashed when it is asked for."""
    monkeypatch.setattr(threading.Thread, "start", pytest.fail)
    begun = Hashing()
    begun.begin(b"few")
    assert begun.digest(b"few") == canonical.digest(b"few")


def test_where_a_thread_fails_it_is_hashed_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where none can be started."""
    monkeypatch.setattr(hashing, "_LARGE", 100)
    for broken in ("run", "start"):
        with monkeypatch.context() as patch:
            patch.setattr(hashing._Hash, broken, cannot)  # noqa: SLF001
            patch.setattr(threading, "excepthook", lambda _: None)
            begun = Hashing()
            begun.begin(CONTENTS[0])
        assert begun.digest(CONTENTS[0]) == canonical.digest(CONTENTS[0])


def cannot(_: threading.Thread) -> None:
    """As a system says it that has no more threads."""
    raise RuntimeError("can't start new thread")
