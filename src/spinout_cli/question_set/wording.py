"""The words of a question set's own field: its subject, its lenses, and what a stop stops."""

from pydantic import Field

from spinout_cli.fields import Id, Lens, Model, Text


class LensWords(Model):
    """What one lens is called."""

    id: Lens = Field(description="The lens.")
    title: Text = Field(min_length=1, description="Its heading, such as `Before it leaves`.")
    title_past: Text = Field(
        "", description="Its heading once the first lens is past; the same, if left out."
    )
    past: Text = Field("it is past", description="What is said of it once it is past.")
    target: Text = Field("", description="The heading of a plan for it to be clear.")


class Wording(Model):
    """The words of the field that the questions are about."""

    topic: Text = Field("", description="What it is about, for headings; the title, if left out.")
    subject: Text = Field(
        "organisation", min_length=1, description="What is assessed: service, school, system."
    )
    undertaking: Text = Field(
        "it", min_length=1, description="What a hard stop stops: it can stop `a merger`."
    )
    every_lens: Text = Field("", description="What is said of all lenses together.")
    every_lens_past: Text = Field("", description="The same once the first lens is past.")
    in_house: Text = Field(
        "What if it stays as it is?", description="The heading for the answer to `in_house`."
    )
    in_house_open: Text = Field(
        "This is not answered yet.", description="What stands there before it is answered."
    )
    in_house_past: Text = Field(
        "This is past, so it is not weighed here.",
        description="What stands there once the first lens is past.",
    )
    place_unknown: Text = Field("", description="What stands in place of notices that fit nobody.")
    groups: tuple[Id, ...] = Field(
        ("team", "managers", "users"),
        min_length=1,
        max_length=12,
        description="The groups that a workshop may count apart, the largest first.",
    )

    @property
    def subject_sentence(self) -> str:
        """The subject where no name was given."""
        return f"Your {self.subject}"


DEFAULT_LENSES: dict[Lens, LensWords] = {
    "launch": LensWords(
        id="launch",
        title="At the start",
        past="it has started",
        target="what has to be so at the start",
    ),
    "endure": LensWords(
        id="endure", title="In the long run", target="what has to be so in the long run"
    ),
}
"""What the lenses are called where a set does not say."""
