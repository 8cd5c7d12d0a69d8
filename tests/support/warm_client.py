"""Stands for the process that a warm server runs: `warm_client.py SOCKET CODE`."""

import os
import pickle
import signal
import socket
import sys


def main(path: str, code: str) -> int:
    """Ends as the job ends: with its exit status, or by the signal that ended it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as server:
        server.connect(path)
        asked = {"folder": os.getcwd(), "environment": dict(os.environ), "code": code}  # noqa: PTH109 - imports little
        socket.send_fds(server, [pickle.dumps(asked)], [0, 1, 2])
        status = int(server.recv(16))
    if status < 0:
        # Python handles an interrupt; SIGKILL takes no handler.
        if -status != signal.SIGKILL:
            signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    return status


sys.exit(main(*sys.argv[1:]))
