"""Has a script run by `warm_script_server.py` in its place: streams, folder, signals, end.

A copy of this beside the server's socket is the program that is started.
"""

from __future__ import annotations

import os
import signal
import socket
import sys


def main(path: str, argv: list[str]) -> int:
    """Ask the server at `path`; the exit code of the script."""
    with socket.socket(socket.AF_UNIX) as server:
        server.connect(path)
        socket.send_fds(server, [b"-"], [0, 1, 2])
        asked = (argv, os.getcwd(), dict(os.environ))  # noqa: PTH109 - pathlib takes long to import
        server.sendall(ascii(asked).encode() + b"\n")
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda got, _: server.sendall(bytes([got])))
        code = int(server.makefile().readline())
    if code < 0:
        signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    return code


if __name__ == "__main__":
    # Options of the interpreter are the server's.
    words = [word for word in sys.argv[1:] if word != "-I"]
    sys.exit(main(sys.argv[0].removesuffix("python") + "socket", words))
