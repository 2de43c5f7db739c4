"""One parser under the coverage-guided fuzzer: `python fuzz/target.py NAME [SECONDS]`.

What each promises is in `tests/helpers/parser_targets.py`. An input that breaks a promise stops the run and is kept in `fuzz/found/`:
move it to `fuzz/corpus/`, where the ordinary tests try it, and mend the parser.
"""

import sys
import tempfile
from pathlib import Path

import atheris

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))

with atheris.instrument_imports(include=["spinout_cli", "helpers", "yaml", "json", "csv"]):
    from helpers.parser_targets import TARGETS


def main(name: str, seconds: str = "60") -> None:
    """Run one target for so long, from the saved corpus, with nothing written into it."""
    found = HERE / "found"
    found.mkdir(exist_ok=True)
    options = (
        *(f"-max_total_time={seconds}", "-timeout=5", "-rss_limit_mb=1024", "-max_len=8192"),
        *(f"-artifact_prefix={found}/{name}-", tempfile.mkdtemp(), str(HERE / "corpus" / name)),
    )
    atheris.Setup([sys.argv[0], *options], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
