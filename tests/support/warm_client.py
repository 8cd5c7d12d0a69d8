"""Has a script or code run by `warm_server.py` in its place: streams, folder, signals, end.

A copy of this beside the server's socket is the program that is started, in Python's place.
"""

from __future__ import annotations

import os
import signal
import socket
import sys

HANDED_ON = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(path: str, words: list[str]) -> int:
    """Ask the server at `path`; ends as what it runs ends, by an exit status or by a signal."""
    with socket.socket(socket.AF_UNIX) as server:
        server.connect(path)
        socket.send_fds(server, [b"-"], [0, 1, 2])
        asked = (words, os.getcwd(), dict(os.environ))  # noqa: PTH109 - pathlib takes long to import
        server.sendall(ascii(asked).encode() + b"\n")
        for number in HANDED_ON:
            signal.signal(number, lambda got, _: server.sendall(bytes([got])))
        status = int(server.makefile().readline())
    if status < 0:
        # SIGKILL takes no handler.
        if -status != signal.SIGKILL:
            signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    return status


if __name__ == "__main__":
    # Options of the interpreter are the server's.
    asked_for = [word for word in sys.argv[1:] if word != "-I"]
    sys.exit(main(sys.argv[0].removesuffix("python") + "socket", asked_for))
