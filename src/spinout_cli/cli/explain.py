"""`spinout explain`."""

from typing import Annotated

import typer

from spinout_cli.cli.options import AsJson, ForceSet, Plain, Questions, is_plain


def explain(
    words: Annotated[
        list[str],
        typer.Argument(metavar="[FILE] [ID]...", help="A session or answers; what to explain."),
    ],
    *,
    as_json: AsJson = False,
    plain: Plain = False,
    questions: Questions = None,
    force: ForceSet = False,
) -> None:
    """Tell how a result arose, or why a question is asked.

    It also tells what would change the result.
    A word that is a file is FILE, any other an ID: a theme, a question, a rule, a notice, or a
    lens (launch, endure). FILE alone tells the reasons for both lenses; an ID alone what the
    question set says of it.
    """
    from spinout_cli.commands import explain as retold

    retold.explain(words, questions, as_json=as_json, plain=is_plain(plain), force=force)
