"""These tests need what `nox -s commonalities` brings: engines, Java, scipy and statsmodels.

Elsewhere those run whose packages happen to be there; in that session all run, or it fails.
"""

import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))

_NEEDED = {
    "test_arrow.py": "pyspark",
    "test_attack.py": "scipy",
    "test_command.py": "ibis",
    "test_methods.py": "statsmodels",
    "test_census.py": "ibis",
    "test_invented.py": "pyarrow",
    "test_planted.py": "ibis",
    "test_queries.py": "duckdb",
    "test_scores.py": "pyarrow",
    "test_spark.py": "pyspark",
}

collect_ignore_glob = [name for name, package in _NEEDED.items() if find_spec(package) is None]
if not shutil.which("java"):
    collect_ignore_glob += ["test_spark.py", "test_arrow.py"]
if os.environ.get("SPINOUT_ENGINES"):
    collect_ignore_glob = []
