"""The document `spinout.progress/1`: theme by theme, who has it, what is open, what is not agreed."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from spinout_cli.documents.answers import Note, Service, SetRef
from spinout_cli.documents.assessment import Ids
from spinout_cli.fields import Id, Model, Text


class HandedOut(Model):
    """Somebody who was asked to answer a theme."""

    to: Note = Field(description="The role.")
    since: datetime = Field(description="When the theme was given to them.")
    back: datetime | None = Field(description="When their answers were taken in; null: not yet.")


class ThemeProgress(Model):
    """How far a theme is."""

    id: Id = Field(description="The theme.")
    title: Text = Field(description="Its title.")
    asked: int = Field(description="How many of its questions are asked.")
    open: Ids = Field(description="Questions that have no answer yet, or were skipped for now.")
    disputed: Ids = Field(description="Questions on which two people do not agree yet.")
    handed_out: tuple[HandedOut, ...] = Field(description="Who was asked to answer it.")


class Progress(Model):
    """How far a session is."""

    format: Literal["spinout.progress/1"] = Field(description="The form of this document.")
    question_set: SetRef = Field(description="The question set that is answered.")
    service: Service | None = Field(description="The service.")
    themes: tuple[ThemeProgress, ...] = Field(description="Every theme that is asked.")
