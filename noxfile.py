"""Everything that CI runs. `nox` runs the first two; `nox --list` names the rest."""

import os
import shutil
from pathlib import Path

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

REVIEWED = "1796126400"
"""The day for which every notice was last looked at: 1 December 2026."""


def _install(session: nox.Session, pinned: str = "dev") -> None:
    """Install what is pinned, by hash, and then this project as it stands."""
    # The pins are whole, so nothing is left to resolve: pip 23 would look past a pin at what is newest.
    _install_pins(session, pinned)
    session.install("--quiet", "--no-deps", "--no-build-isolation", "-e", ".")


def _install_pins(session: nox.Session, *names: str) -> None:
    """Install what stands in these files of `requirements/`, by hash."""
    for name in names:
        pins = ("--require-hashes", "--no-deps", "-r", f"requirements/{name}.txt")
        session.install("--quiet", *pins)


def _apt_install(session: nox.Session, packages: dict[str, str]) -> None:
    """Install the Debian packages, by command, of the commands that are missing, where root may."""
    wanted = [names for command, names in packages.items() if not shutil.which(command)]
    missing = " ".join(wanted).split()
    if missing and os.geteuid() == 0:
        session.run_install("apt-get", "update", "-qq", external=True)
        session.run_install("apt-get", "install", "-qq", "-y", *missing, external=True)


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
    session.run("pytest", "-q", "--update-golden", "tests/reports/test_golden.py")
    session.run("cog", "-r", *PAGES, env={"COLUMNS": "80", "NO_COLOR": "1"})


@nox.session
def browser(session: nox.Session) -> None:
    """Every page in Chromium, with axe-core: brings both, where root may. Not part of `tests`."""
    _install(session)
    _apt_install(session, {"chromium": "chromium fonts-dejavu-core", "npm": "npm"})
    folder = session.create_tmp()
    session.run_install(
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
    _apt_install(session, tools)
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
    _apt_install(session, {"java": "openjdk-17-jre-headless"})
    # Spark runs for moments here: not worth what Java's second compiler would gain.
    quick = {"SPINOUT_ENGINES": "1", "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1"}
    session.run(
        "pytest", "tests/engines", "tests/cli/test_score_many.py", *session.posargs, env=quick
    )
    session.run("cog", "--check", "docs/commonalities.md", env={"NO_COLOR": "1"})


@nox.session
def bench(session: nox.Session) -> None:
    """Every benchmark: each prints a ratio against a floor measured in the same run."""
    _install(session, "commonalities")  # what `dev` has is in it
    for name in ("startup", "saving", "scoring", "reporting", "commonalities", "phones"):
        session.run("python", f"benchmarks/{name}.py")


@nox.session
def audit(session: nox.Session) -> None:
    """Known faults in what `spinout` brings along, and a bill of it (CycloneDX). Needs the network."""
    _install_pins(session, "run", "audit")
    dist = Path(session.create_tmp(), "dist")
    session.run("python", "-m", "hatchling", "build", "--clean", "-t", "wheel", "-d", str(dist))
    (wheel,) = dist.glob("spinout_cli-*.whl")
    alone, bill = str(dist.with_name("alone")), Path("dist", "spinout_cli.cdx.json")
    bill.parent.mkdir(exist_ok=True)
    session.run("python", "-m", "venv", "--clear", "--without-pip", alone)
    into = ("python", "-m", "pip", "--python", alone, "install", "--quiet", "--no-deps")
    session.run(*into, "--require-hashes", "-r", "requirements/run.txt")
    session.run(*into, str(wheel))
    session.run(
        *("cyclonedx-py", "environment", "--output-reproducible", "--pyproject", "pyproject.toml"),
        *("--output-file", str(bill), alone),
    )
    # Strict: where it cannot look something up, that is a failure and not "nothing found".
    pins = ("--disable-pip", "--require-hashes", "-r", "requirements/run.txt")
    session.run("pip-audit", "--strict", *pins)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Every parser, driven by its coverage: `-- SECONDS` for each, 60 if left out. Linux only."""
    _install_pins(session, "run", "fuzz")
    seconds, *names = session.posargs or ["60"]
    every = ("yaml", "journal", "session", "answers", "counts", "ballots")
    for name in names or every:
        session.run("python", "fuzz/target.py", name, seconds, env={"PYTHONPATH": "src"})


@nox.session
def mutants(session: nox.Session) -> None:
    """Small faults put into modules, to see which of them their tests let pass: `-- MODULE...`."""
    _install(session)
    _install_pins(session, "mutants")
    session.run("python", "tests/mutants.py", *session.posargs)


@nox.session(venv_backend="none")
def pin(session: nox.Session) -> None:
    """Write the hashed pins anew from pyproject.toml (needs uv); `-- --upgrade` for newer ones."""
    command = ("uv", "pip", "compile", "--universal", "--generate-hashes")
    quiet = ("--no-emit-index-url", "--no-header", *session.posargs, "-o")
    everything = ("pyproject.toml", "--extra", "dev")
    session.run(*command, *everything, *quiet, "requirements/dev.txt", external=True)
    # What is in the first stays as it is in the others, so that they can be installed together.
    within = ("-c", "requirements/dev.txt")
    more = (*everything, "--extra", "spark", "requirements/commonalities.in")
    session.run(*command, *more, *within, *quiet, "requirements/commonalities.txt", external=True)
    for name in ("run", "audit", "fuzz", "mutants"):
        wanted = ("pyproject.toml",) if name == "run" else ("--group", name)
        session.run(*command, *wanted, *within, *quiet, f"requirements/{name}.txt", external=True)
