"""These tests need what `nox -s commonalities` brings: engines, scipy and statsmodels."""

from importlib.util import find_spec

_NEEDED = {
    "test_attack.py": "scipy",
    "test_command.py": "ibis",
    "test_methods.py": "statsmodels",
}

collect_ignore_glob = [name for name, package in _NEEDED.items() if find_spec(package) is None]
