"""Measure an inference engine on this machine: everything that needs torch or transformers.

Reading order: workloads, engine (the seam), closed_loop, stats, worker and session (the engine's
own process), entry_builder, checks, results. Importing any of these is light; only the module of
the chosen engine imports torch, and only in the engine's process.
"""
