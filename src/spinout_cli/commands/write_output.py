"""Where a command writes its result: stdout or a file, and in which format."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from spinout_cli import streams
from spinout_cli.errors import UsageError
from spinout_cli.sanitize import sanitize
from spinout_cli.storage import save

Format = Literal["terminal", "html", "markdown", "csv", "json", "docx", "answers"]

_FORMAT_OF: dict[str, Format] = {
    "": "terminal",
    ".txt": "terminal",
    ".html": "html",
    ".htm": "html",
    ".md": "markdown",
    ".csv": "csv",
    ".json": "json",
    ".docx": "docx",
}
"""The format that a file's ending names."""

_Format = TypeVar("_Format", bound=str)


@dataclass(frozen=True, slots=True)
class OutputTarget:
    """What `-o`, `--format` and `--force` say."""

    to: str | None = None
    format: str | None = None
    force: bool = False

    @property
    def path(self) -> Path | None:
        """The file to write; None for stdout."""
        return None if self.to in (None, "-") else Path(str(self.to))

    def format_among(self, formats: Sequence[_Format], what: str) -> _Format:
        """Return the format that was named, or that the file's ending names; the first without either.

        Args:
            formats: the formats that the command writes.
            what: what is written, for the message: "A comparison".

        Raises:
            UsageError: it is none of these formats.
        """
        wanted = self.format or self._format_of_ending(formats[0])
        for form in formats:
            if form == wanted:
                return form
        *names, last = formats
        known = f"{', '.join(names)} or {last}" if names else last
        instead = sanitize(wanted.removeprefix("."))[:32]
        todo = "Name one of them." if names else f"Give the file the ending .{last}."
        raise UsageError(f"{what} is written as {known}, not as {instead}. {todo}")

    def _format_of_ending(self, default: str) -> str:
        ending = self.path.suffix.lower() if self.path else ""
        # A date or a version is no ending: report.2026-12 has none that names a format.
        if self.path is None or not ending[1:2].isalpha():
            return default
        return _FORMAT_OF.get(ending, ending)

    def write(self, content: bytes, sources: Sequence[Path] = ()) -> None:
        """Write a result that was made from some files: to another file, or to stdout.

        Raises:
            UsageError: it would take the place of what it is made from.
            SpinoutError: it could not be written.
        """
        if self.path is None:
            streams.write_bytes(content)
            return
        self.refuse_to_replace(sources)
        save.save(self.path, content, force=self.force)
        streams.write_stderr(f"Saved in {sanitize(str(self.path))}. Only you can read it.")

    def refuse_to_replace(self, sources: Sequence[Path]) -> None:
        """Refuse to write to a file that the result is made from, by whatever name.

        Raises:
            UsageError: it is one of them.
        """
        path = self.path
        if path is not None and any(_is_same(path, source) for source in sources):
            raise UsageError(
                f"{sanitize(str(path))} is what the report is made from. Name another."
            )


def _is_same(path: Path, other: Path) -> bool:
    with suppress(OSError, ValueError):
        return path.samefile(other)
    return False
