"""The Hugging Face Hub as a store of snapshots and conditional commits.

The only package that knows huggingface_hub; it works with 0.36, 1.x and 2.x.
"""

from benchmark.hub.space import Space
from benchmark.hub.store import HubStore
from benchmark.hub.token import resolve_token

__all__ = ["HubStore", "Space", "resolve_token"]
