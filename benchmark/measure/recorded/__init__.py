"""What may be written of a command and of addresses: only what is known to be harmless.

An entry is public for ever, and a list of what secrets look like always misses one. So it is turned
round: numbers, switches and the words of `vocabulary` are written, names where names belong, and
everything else is `HIDDEN`.
"""
