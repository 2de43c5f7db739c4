"""Everything that CI runs. `nox` runs the first two; `nox --list` names the rest."""

import os
import shutil

import nox

nox.options.default_venv_backend = "venv"
nox.options.sessions = ["check", "tests"]
nox.options.reuse_existing_virtualenvs = True

PAGES = [
    "README.md",
    "docs/authors.md",
    "docs/commands.md",
    "docs/evidence.md",
    "docs/questions.md",
    "docs/scoring.md",
    "docs/tables.md",
]
"""Pages of which parts are generated."""

REVIEWED = "1795341600"
"""The day on which every notice was last looked at: 22 November 2026."""


def _install(session: nox.Session, pinned: str = "dev") -> None:
    """Install what is pinned, by hash, and then this project as it stands."""
    # The pins are whole, so nothing is left to resolve: pip 23 would look past a pin at what is newest.
    pins = ("--require-hashes", "--no-deps", "-r", f"requirements/{pinned}.txt")
    session.install("--quiet", *pins)
    session.install("--quiet", "--no-deps", "--no-build-isolation", "-e", ".")


@nox.session
def check(session: nox.Session) -> None:
    """Style, types, the import contract, the question set, and pages that must not drift."""
    _install(session)
    session.run("ruff", "format", "--check", ".")
    session.run("ruff", "check", ".")
    session.run("mypy")
    session.run("lint-imports", "--no-cache")
    # A notice that falls due must not fail a build by the date alone: it is told, and not strict.
    session.run("spinout", "questions", "check")
    session.run("spinout", "questions", "check", "--strict", env={"SOURCE_DATE_EPOCH": REVIEWED})
    session.run("spinout", "questions", "test")
    session.run("cog", "--check", *PAGES, env={"COLUMNS": "80", "NO_COLOR": "1"})


@nox.session
def tests(session: nox.Session) -> None:
    """Every test, slow ones included, several at a time. Words after `--` go to pytest."""
    _install(session)
    # Most of them wait for a terminal, so that two workers a core keep both busy.
    workers = str(2 * (os.cpu_count() or 1))
    session.run("pytest", "-n", workers, "--dist", "worksteal", *session.posargs)


@nox.session
def fix(session: nox.Session) -> None:
    """Format, mend what can be mended by itself, and write the generated pages anew."""
    _install(session)
    session.run("ruff", "format", ".")
    session.run("ruff", "check", "--fix", ".")
    session.run("pytest", "-q", "--update-golden", "tests/test_golden.py")
    session.run("cog", "-r", *PAGES, env={"COLUMNS": "80", "NO_COLOR": "1"})


@nox.session
def browser(session: nox.Session) -> None:
    """Every page in Chromium, with axe-core: brings both, where root may. Not part of `tests`."""
    _install(session)
    missing = [name for name in ("chromium", "npm") if not shutil.which(name)]
    if missing and os.geteuid() == 0:
        session.run("apt-get", "update", "-qq", external=True)
        session.run("apt-get", "install", "-qq", "-y", *missing, "fonts-dejavu-core", external=True)
    folder = session.create_tmp()
    session.run(
        *("npm", "install", "--silent", "--no-audit", "--no-fund", "--no-package-lock"),
        *("--prefix", folder, "axe-core@4"),
        external=True,
    )
    axe = f"{folder}/node_modules/axe-core/axe.min.js"
    session.run("pytest", "tests/browser", *session.posargs, env={"SPINOUT_AXE": axe})


@nox.session
def faults(session: nox.Session) -> None:
    """Break the disk, the terminal and the plug under the real command. Not part of `tests`."""
    _install(session)
    tools = {"strace": "strace", "faketime": "faketime", "mkfs.ext4": "e2fsprogs", "mount": "mount"}
    missing = sorted({package for tool, package in tools.items() if not shutil.which(tool)})
    if missing and os.geteuid() == 0:
        session.run("apt-get", "update", "-qq", external=True)
        session.run("apt-get", "install", "-qq", "-y", *missing, external=True)
    workers = str(2 * (os.cpu_count() or 1))
    session.run(
        *("pytest", "tests/faults", "-n", workers, "--dist", "worksteal", *session.posargs),
        env={"SPINOUT_FAULTS": "1"},
    )


@nox.session
def commonalities(session: nox.Session) -> None:
    """What counts many: DuckDB, Spark in local mode (brings Java, where root may), the methods.

    Not part of `tests`: it needs some 600 MB of packages that nobody needs to assess a service.
    """
    _install(session, "commonalities")
    if not shutil.which("java") and os.geteuid() == 0:
        session.run("apt-get", "update", "-qq", external=True)
        session.run("apt-get", "install", "-qq", "-y", "openjdk-17-jre-headless", external=True)
    # Spark runs for moments here: not worth what Java's second compiler would gain.
    quick = {"SPINOUT_ENGINES": "1", "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1"}
    session.run("pytest", "tests/commonalities", *session.posargs, env=quick)
    session.run("cog", "--check", "docs/commonalities.md", env={"NO_COLOR": "1"})


@nox.session
def bench(session: nox.Session) -> None:
    """Every benchmark: each prints a ratio against a floor measured in the same run."""
    _install(session, "commonalities")
    for name in ("startup", "saving", "scoring"):
        session.run("python", f"benchmarks/{name}.py")


@nox.session(venv_backend="none")
def pin(session: nox.Session) -> None:
    """Write the hashed pins anew from pyproject.toml (needs uv): for most work, and for counting."""
    command = ("uv", "pip", "compile", "pyproject.toml", "--extra", "dev", "--universal")
    quiet = ("--generate-hashes", "--no-emit-index-url", "--no-header", "--upgrade", "-o")
    session.run(*command, *quiet, "requirements/dev.txt", external=True)
    more = ("requirements/commonalities.in", "--extra", "spark", "-c", "requirements/dev.txt")
    session.run(*command, *more, *quiet, "requirements/commonalities.txt", external=True)
