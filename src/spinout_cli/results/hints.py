"""The commands that a result prints as hints, each with what it needs to run as printed."""

from dataclasses import dataclass

from spinout_cli.text import shell_quote


@dataclass(frozen=True, slots=True)
class CommandHints:
    """What printed commands must name.

    Args:
        file: where the answers are; None where commands cannot name it.
        options: what a command must be given to use the same question set, such as `--questions`.
        own_set: whether the file keeps a question set of its own, which is not the built-in one.
    """

    file: str | None = None
    options: str = ""
    own_set: bool = False

    def on_file(self, command: str, *rest: str) -> str:
        """Return a command on the file; nothing where it cannot be named."""
        if self.file is None:
            return ""
        options = "" if self.own_set else self.options
        return " ".join(filter(None, ("spinout", command, shell_quote(self.file), *rest, options)))

    def explain(self, name: str) -> str:
        """Return the command that explains a question or a rule; nothing where none can."""
        if self.own_set and self.file is not None:
            return self.on_file("explain", name)
        if self.own_set and not self.options:
            return ""
        return " ".join(filter(None, ("spinout", "explain", name, self.options)))
