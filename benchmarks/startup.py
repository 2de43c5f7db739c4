"""How long it takes until something happens, against the least that the libraries themselves need."""

import sys
import tempfile
import time
from pathlib import Path

from measure import Package, Terminal, alternating, built, pairs_wanted, report, run

TWO_COMMANDS = """
import sys
import typer
app = typer.Typer()

@app.command()
def assess():
    pass

@app.command()
def score():
    pass

sys.argv[0] = "bare"
app()
"""

ONE_QUESTION = """
import pathlib
import typer
app = typer.Typer()

@app.command()
def assess(file: pathlib.Path | None = None):
    import questionary
    places = ["England", "Scotland", "Wales", "Ireland"]
    questionary.select("Where is the service?", choices=places).unsafe_ask()

@app.command()
def score():
    pass

app()
"""


def main() -> None:
    """Measure and report."""
    pairs = pairs_wanted()
    with built() as package:
        _commands(package, pairs)
        _completion(package, pairs)
        _first_question(package, pairs)


def _commands(package: Package, pairs: int) -> None:
    bare = [sys.executable, "-c", "import typer"]
    for option in ("--help", "--version"):
        measured = alternating(
            lambda option=option: run([*package.spinout, option], package.environment),  # type: ignore[misc]
            lambda: run(bare, package.environment),
            pairs,
        )
        report(f"spinout {option}", *measured, reach=1.3)


def _completion(package: Package, pairs: int) -> None:
    bare = package.script("bare", TWO_COMMANDS)

    def completed(command: list[str], name: str) -> float:
        wanted = {
            f"_{name}_COMPLETE": "complete_bash",
            "COMP_WORDS": f"{name.lower()} a",
            "COMP_CWORD": "1",
        }
        return run(command, {**package.environment, **wanted})

    measured = alternating(
        lambda: completed(package.spinout, "SPINOUT"), lambda: completed(bare, "BARE"), pairs
    )
    report("a shell completion", *measured, reach=1.15)


def _first_question(package: Package, pairs: int) -> None:
    bare = [*package.script("question", ONE_QUESTION), "assess"]

    def drawn(command: list[str], mark: str) -> float:
        with tempfile.TemporaryDirectory() as folder:
            begun = time.perf_counter()
            with Terminal(command, package.environment, Path(folder)) as terminal:
                terminal.wait_for(mark)
                return time.perf_counter() - begun

    for name, file in (("no file named", []), ("a new FILE named", ["new.spinout"])):
        measured = alternating(
            lambda file=file: drawn([*package.spinout, "assess", *file], "accept"),  # type: ignore[misc]
            lambda: drawn(bare, "Ireland"),
            pairs,
        )
        report(f"first question, {name}", *measured, reach=1.25)


if __name__ == "__main__":
    main()
