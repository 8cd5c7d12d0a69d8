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
"""What action.yml runs, the inputs being in INPUT_*: `action.py install`, then `action.py run`."""

import argparse
import os
import sys
from pathlib import Path

# This checkout first and PYTHONPATH last: a caller's own benchmark/ or json.py cannot stand in.
sys.path.sort(
    key={*map(os.path.abspath, os.environ.get("PYTHONPATH", "").split(os.pathsep))}.__contains__
)
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

if __name__ == "__main__":
    parser = argparse.ArgumentParser(usage="%(prog)s {install,run}", description=__doc__)
    parser.add_argument("step", choices=["install", "run"], help="in an environment of its own")
    if parser.parse_args().step == "install":
        from benchmark.action.install import main as install

        sys.exit(install(os.environ, ROOT / "requirements" / "action.txt"))
    from benchmark.cli import main

    main([], prog_name="action.py", verb="action")
