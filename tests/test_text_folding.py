"""What looks the same to a reader is the same: when names are hidden, roles counted, files found."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.pseudo_terminal import answers_document, begun, run
from spinout_cli.documents.answers import AnswerSheet
from spinout_cli.documents.redaction import NAMELESS, redacted
from spinout_cli.question_set import loader
from spinout_cli.text_folding import fold, fold_with_places

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
NFC, NFD = (unicodedata.normalize(form, "ll\u0177n.spinout") for form in ("NFC", "NFD"))
NAME = "Llŷn O’Brien-Café"  # noqa: RUF001  (an apostrophe)
SPELT = [
    unicodedata.normalize("NFD", NAME),
    NAME.replace(" ", "\u00a0"),
    NAME.replace(" ", "\u3000 "),
    NAME.replace("-", "\u2011"),
    NAME.replace("\u2019", "'"),
    NAME.replace("\u2019", "\u02bc"),
    NAME.upper(),
    "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in NAME),
    NAME.replace("i", "i\u00ad"),
]


@given(TEXT)
def test_every_way_to_compose_a_text_is_folded_alike(text):
    forms = {fold(unicodedata.normalize(form, text)) for form in ("NFC", "NFD")}
    assert len(forms) == 1


@given(TEXT)
def test_every_folded_character_is_told_its_place(text):
    folded, starts, ends = fold_with_places(text)
    assert len(folded) == len(starts) == len(ends)
    assert all(0 <= start < end <= len(text) for start, end in zip(starts, ends, strict=True))
    assert starts == sorted(starts)
    assert " ".join(folded.split()) == fold(text)


@pytest.mark.parametrize("spelt", SPELT)
def test_a_name_is_hidden_however_it_is_spelt(spelt):
    sheet = AnswerSheet.model_validate(
        {
            "format": "spinout.answers/1",
            "service": {"id": "s", "name": NAME},
            "answers": {"q": {"state": "skipped", "note": f"Cafe\u0301 and {spelt}, {spelt}s"}},
        }
    )
    told = redacted(sheet, ("name",), loader.load(None).set).answers["q"].note
    assert told == f"Cafe\u0301 and {NAMELESS}, {spelt}s"


@given(TEXT, TEXT)
def test_all_that_is_no_name_stays_as_it_was(before, after):
    sheet = AnswerSheet.model_validate(
        {
            "format": "spinout.answers/1",
            "service": {"id": "s", "name": NAME},
            "answers": {"q": {"state": "skipped", "note": f"{before} | {after}"[:3000]}},
        }
    )
    assert redacted(sheet, ("name",), loader.load(None).set).answers == sheet.answers


def test_roles_that_look_alike_are_one_role(tmp_path):
    spelt = [unicodedata.normalize(form, "Tîm Gofal") for form in ("NFC", "NFD")] * 3
    for n, role in enumerate([*spelt, "t\u00eem\u00a0gofal"]):
        path = answers_document(tmp_path, {"purpose.why": {"rung": "few"}}, role=role)
        path.rename(tmp_path / f"{n}.json")
    came = run("workshop", "merge", *(f"{n}.json" for n in range(7)), "--json", folder=tmp_path)
    assert came.returncode == 0
    assert json.loads(came.stdout)["rooms"][0]["participants"] == {"tîm gofal": 7}


@pytest.mark.parametrize(("there", "typed"), [(NFD, NFC), (NFC, NFD)])
@pytest.mark.parametrize(
    "words",
    [
        "report FILE",
        "explain FILE",
        "score FILE",
        "compare FILE FILE",
        "assess FILE --no-input",
        "assess new.spinout --no-input --from=FILE",
        "report bryn.spinout -o FILE --force --format json",
    ],
)
def test_a_file_of_the_same_name_is_used_and_told(tmp_path, there, typed, words):
    begun(tmp_path, purpose_why={"rung": "few"})
    (tmp_path / there).write_bytes((tmp_path / "bryn.spinout").read_bytes())
    came = run(*words.replace("FILE", typed).split(), folder=tmp_path)
    told = came.stderr.decode()
    if "-o" in words:  # a session is never written over, whatever its name is spelt like
        assert came.returncode == 1
    else:
        assert came.returncode == 0, told
    assert "A file of the same name in another spelling is there" in told
    assert [p.name for p in tmp_path.glob("ll*")] == [there]


def test_a_folder_of_the_same_name_is_found_too(tmp_path):
    begun(tmp_path, purpose_why={"rung": "few"})
    folder = tmp_path / unicodedata.normalize("NFD", "Ynys Môn")
    folder.mkdir()
    (tmp_path / "bryn.spinout").rename(folder / NFD)
    typed = unicodedata.normalize("NFC", f"Ynys Môn/{NFC}")
    came = run("report", typed, folder=tmp_path)
    assert came.returncode == 0, came.stderr
