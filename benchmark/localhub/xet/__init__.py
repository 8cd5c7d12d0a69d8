"""The storage side of the Xet protocol: how clients send and fetch large files.

Xet is a way in and out; what is kept is the file itself, as an LFS object. A client sends chunks in
xorbs, then a shard that says of which chunks a file consists. The file is put together, checked and
stored under its sha-256, and from then on the xorbs are read out of it. So nothing that was
committed depends on what these modules store beside it: they only know where chunks lie.

A client that asks for a chunk which somebody sent is told of the file that has it last, and then
sends only what is not in that file.

The protocol: https://huggingface.co/docs/xet (specification 1.1.0).
"""
