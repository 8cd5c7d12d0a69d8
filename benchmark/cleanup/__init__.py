"""Remove published files from git, and nothing else.

A file goes only if the branch's tip still holds the very blob that was published; a newer one, or a
new one, stays for the next publish. The commit is made with plumbing on the fetched tip (see
https://git-scm.com/docs/git-commit-tree) and pushed on condition that the tip has not moved, so it
needs neither history nor a work tree, and touches neither the user's index nor their files.

The commit message has no `[skip ci]`: required checks would wait for ever, and there is no loop to
break, for the next publish finds no files and changes nothing.
"""

from benchmark.cleanup.blobs import blob_id, blob_ids
from benchmark.cleanup.checkout import branch_of, committed_in, path_in, root_of
from benchmark.cleanup.failures import CleanupError
from benchmark.cleanup.git import run_git
from benchmark.cleanup.removal import ATTEMPTS, Cleanup, remove_published

__all__ = [
    "ATTEMPTS",
    "Cleanup",
    "CleanupError",
    "blob_id",
    "blob_ids",
    "branch_of",
    "committed_in",
    "path_in",
    "remove_published",
    "root_of",
    "run_git",
]
