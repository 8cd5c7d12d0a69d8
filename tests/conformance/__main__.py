"""`python -m tests.conformance`: the client's own tests against the embedded Hub.

Each major version of huggingface_hub has an environment `.venvs/conformance-MAJOR` with the client
as it is installed and, in `suite/`, the tests from its published sources. Ends with 0 if every test
passes, apart from those in `excluded/`, which must fail.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.conformance import report
from tests.conformance.exclusions import MAJORS
from tests.conformance.suite import run


def main() -> int:
    """Run and tell."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance")
    parser.add_argument("--out", type=Path, default=Path("benchmark-results"))
    parser.add_argument("--majors", nargs="+", choices=MAJORS, default=MAJORS)
    parser.add_argument("tests", nargs="*", help="arguments for pytest, to run some tests only")
    options = parser.parse_args()
    results = []
    for major in options.majors:
        with tempfile.TemporaryDirectory() as folder:
            results.append(run(major, Path(folder), options.tests))
    if not options.tests:
        report.write(options.out, results)
    sys.stdout.write(report.table(results))
    wrong = [line for result in results for line in report.wrong(result)]
    sys.stdout.writelines(f"{line}\n" for line in wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
