"""Makes the compiled form of the question set when the package is built."""

import os
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileQuestions(BuildHookInterface[Any]):
    """Writes `questions.json` into the package; a set with a fault in it stops the build."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  (hatchling's)
        """Compile the set that is in `data`, for wheels and for editable installs alike."""
        root = Path(self.root)
        compiled = root / "src" / "spinout_cli" / "data" / "questions.json"
        compiled.parent.mkdir(exist_ok=True)
        fresh = compiled.with_suffix(f".{os.getpid()}")
        fresh.write_bytes(_compiled(root))
        fresh.replace(compiled)  # at once: another build may be reading it
        build_data["artifacts"].append("/src/spinout_cli/data/questions.json")


def _compiled(root: Path) -> bytes:
    """Let the code of this very checkout read the set; it is not installed yet."""
    sys.path.insert(0, str(root / "src"))
    try:
        from spinout_cli.bank import compile_set  # noqa: PLC0415  (it lies on the path only now)

        return compile_set(root / "data" / "questions.yaml")
    finally:
        sys.path.remove(str(root / "src"))
