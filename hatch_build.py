"""Makes the compiled forms of the question set and of the templates when the package is built."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileQuestions(BuildHookInterface[Any]):
    """Writes `questions.json` into the package; a set with a fault in it stops the build.

    A wheel also gets its templates as Python. An editable install does not: there they change.
    """

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile the set that is in `data`, for wheels and for editable installs alike."""
        root = Path(self.root)
        compiled = root / "src" / "spinout_cli" / "data" / "questions.json"
        compiled.parent.mkdir(exist_ok=True)
        fresh = compiled.with_suffix(f".{os.getpid()}")
        fresh.write_bytes(_compiled(root))
        fresh.replace(compiled)  # at once: another build may be reading it
        build_data["artifacts"].append("/src/spinout_cli/data/questions.json")
        if version == "standard":
            folder = Path(tempfile.mkdtemp())
            _compile_templates(root, folder)
            build_data["force_include"][str(folder)] = "spinout_cli/reports/compiled"


def _compiled(root: Path) -> bytes:
    """Let the code of this very checkout read the set; it is not installed yet."""
    with _on_the_path(root / "src"):
        from spinout_cli.question_set.loader import compile_set  # noqa: PLC0415  (it lies on the path only now)

        return compile_set(root / "data" / "questions.yaml")


def _compile_templates(root: Path, folder: Path) -> None:
    with _on_the_path(root / "src"):
        from spinout_cli.reports.html_page import compile_templates  # noqa: PLC0415  (likewise)

        compile_templates(folder)


@contextmanager
def _on_the_path(folder: Path) -> Iterator[None]:
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
