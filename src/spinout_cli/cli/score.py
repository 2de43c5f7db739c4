"""`spinout score`."""

from enum import StrEnum
from typing import Annotated

import typer

from spinout_cli.cli.options import FailOnOption, ForceSet, Plain, Questions, is_plain


class Format(StrEnum):
    """What scored answers are written as."""

    ndjson = "ndjson"
    parquet = "parquet"


def score(  # noqa: PLR0913  (each is an option that was promised)
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="ANSWERS...",
            help="Files, folders or patterns, packed or not; - reads NDJSON from stdin.",
        ),
    ],
    *,
    format_: Annotated[
        Format | None,
        typer.Option(
            "--format",
            help="ndjson: a line for each, even of one file. parquet: one table, a row for each.",
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            min=1, metavar="N", help="How many processes; as many as cores where there is much."
        ),
    ] = None,
    plain: Plain = False,
    fail_on: FailOnOption = None,
    questions: Questions = None,
    force: ForceSet = False,
) -> None:
    """Score answers already given.

    One file gives one document. More files, a folder or a stream give NDJSON, in their order.

    \b
      spinout score answers.json | jq .roadblocks
      spinout score 'returns/**/*.json' > scored.ndjson
      spinout score - < many.ndjson.gz > scored.ndjson
      spinout score 'returns/2026-*' --format parquet > 2026.parquet
    """  # noqa: D301  (the mark that keeps lines apart)
    if format_ is Format.parquet:
        from spinout_cli.commands import score_parquet

        failing = fail_on and fail_on.value
        raise typer.Exit(score_parquet.scores(sources, questions, failing, workers, force=force))
    from spinout_cli.commands import score as scored

    request = scored.Request(
        sources,
        questions=questions,
        fail_on=fail_on and fail_on.value,
        lines=format_ is not None,
        workers=workers,
        plain=is_plain(plain),
        force=force,
    )
    raise typer.Exit(scored.score(request))
