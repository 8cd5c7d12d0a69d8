"""One model over several chips or nodes: ranks under torchrun, driven by the measuring process.

`engine` is the door. Node 0's measuring process starts torchrun's agent (`agent`, `torchrun`),
every rank (`rank`) calls back over a line of its own (`line`, `meeting`), and `ranks` asks all.
Between requests ranks wait on their line, not in a collective: that would spin on an accelerator
and run into the collective's timeout.
"""
