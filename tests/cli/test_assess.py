"""`spinout assess` as a whole command, in process."""

from pathlib import Path

from typer.testing import CliRunner

from spinout_cli.cli.app import app
from spinout_cli.scoring.scorer import Scorer

EXAMPLE = Path(__file__).parents[2] / "examples/bryn-library-service.json"


def test_a_run_scores_its_answers_once(monkeypatch):
    scored = []
    score = Scorer.score

    def counting(self, *arguments):
        scored.append(arguments)
        return score(self, *arguments)

    monkeypatch.setattr(Scorer, "score", counting)
    words = ["assess", "--answers", str(EXAMPLE), "--no-input", "--fail-on", "stopped"]
    for more in ([], ["--json"]):
        scored.clear()
        came = CliRunner().invoke(app, [*words, *more])
        assert came.exit_code == 3, came.output
        assert len(scored) == 1
