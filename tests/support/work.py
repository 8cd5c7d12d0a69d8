"""How much work a command is, in what can be counted on any machine."""

from __future__ import annotations

from unittest import mock

from benchmark import canonical
from tests.support.publishers import call


def parsed(*words: str) -> int:
    """How often an entry is parsed again for a command."""
    with mock.patch.object(canonical, "reread", wraps=canonical.reread) as reread:
        assert call(*words).code == 0
    return int(reread.call_count)
