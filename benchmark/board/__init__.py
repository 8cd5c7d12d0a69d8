"""A leaderboard file as sorted lines of bytes: compared, searched and changed without parsing it.

Measured with 100,000 lines (168 MB) on one core: comparing two such files by blocks takes 0.07 s,
where parsing one takes 2 s with orjson alone and its values 1 GB.
"""
