# /// script
# requires-python = ">=3.10"
# dependencies = [
#   "accelerate>=1.0",
#   "click>=8.1",
#   "filelock>=3.12",
#   "httptools>=0.6",
#   "huggingface_hub>=0.36,<3",
#   "jsonschema>=4.20",
#   "matplotlib>=3.9",
#   "jsonschema-rs>=0.30",
#   "msgspec>=0.20",
#   "orjson>=3.9",
#   "packaging>=23",
#   "psutil>=5.9",
#   "pyarrow>=17",
#   "PyYAML>=6",
#   "rfc8785>=0.1.4",
#   "rich>=13",
#   "torch>=2.4",
#   "transformers>=4.57,<6",
#   "uvloop>=0.19; sys_platform != 'win32'",
# ]
# ///
"""Measure a model on this machine, from a checkout: `python scripts/run.py --model gpt2`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

# This checkout first and PYTHONPATH last: a caller's own benchmark/ or json.py cannot stand in.
sys.path.sort(
    key={*map(os.path.abspath, os.environ.get("PYTHONPATH", "").split(os.pathsep))}.__contains__
)
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

if __name__ == "__main__":
    from benchmark.cli import main

    main(prog_name="run.py", verb="run")
