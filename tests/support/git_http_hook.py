"""A bare repository's `proc-receive` hook: refuses a ref in words of its own, as GitHub does.

Hooks that only exit with 1 are told as "hook declined"; this one gives the reason itself:
https://git-scm.com/docs/githooks#proc-receive
"""

from __future__ import annotations

import os
import sys


def read() -> list[bytes]:
    """The lines up to the next flush packet."""
    lines = []
    while size := int(sys.stdin.buffer.read(4), 16):
        lines.append(sys.stdin.buffer.read(size - 4))
    return lines


def write(*lines: bytes) -> None:
    """Send lines, and a flush packet."""
    for line in lines:
        sys.stdout.buffer.write(b"%04x%b" % (len(line) + 4, line))
    sys.stdout.buffer.write(b"0000")
    sys.stdout.buffer.flush()


def answer() -> None:
    """Let those who may bypass the protection push, and refuse the others."""
    told, reason = sys.argv[1:]
    read()
    write(b"version=1")
    refs = [line.split()[2] for line in read()]
    if os.environ.get("REMOTE_USER") == "bypass":
        write(*(part for ref in refs for part in (b"ok " + ref, b"option fall-through")))
    else:
        sys.stderr.write(told)
        write(*(b"ng " + ref + b" " + reason.encode() for ref in refs))


answer()
