"""The whole way of a result on one machine: `make demo`, or `python -m benchmark.demo`.

Everything in it is the real thing, started as a user or a runner would start it: the embedded Hub,
the commands, git with bare remotes, three publishes at the same moment. Only the leaderboard that
is there before, and what the two other contributors bring, is generated, and says so.
"""
