# /// script
# requires-python = ">=3.10"
# dependencies = [
#   "click>=8.1",
#   "filelock>=3.12",
#   "huggingface_hub>=0.36,<3",
#   "jsonschema>=4.20",
#   "jsonschema-rs>=0.30",
#   "msgspec>=0.20",
#   "orjson>=3.9",
#   "PyYAML>=6",
#   "rfc8785>=0.1.4",
#   "rich>=13",
# ]
# ///
"""Merge the data folder into the dataset; the Action runs it: `sagellm-benchmark publish`."""

import os
import sys
from pathlib import Path

# This checkout first and PYTHONPATH last: a caller's own benchmark/ or json.py cannot stand in.
sys.path.sort(
    key={*map(os.path.abspath, os.environ.get("PYTHONPATH", "").split(os.pathsep))}.__contains__
)
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmark.cli import main

if __name__ == "__main__":
    main(prog_name="merge_and_upload.py", verb="publish")
