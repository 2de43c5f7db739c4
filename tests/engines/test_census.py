"""What an engine counts, held against counting slowly and plainly; and what never gets into one."""

import json
from dataclasses import replace

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from helpers.count_by_hand import tally as plainly
from helpers.organisations import world
from helpers.table_files import LIKE, LOADED, alike, exported, stream
from spinout_cli.commonalities import counting, engines, pipeline
from spinout_cli.commonalities.counts import EARLIER, EVERYBODY, UNUSABLE
from spinout_cli.errors import SpinoutError, UsageError
from spinout_cli.question_set import loader
from spinout_cli.question_set.model import QuestionSet
from spinout_cli.tables import columns


@pytest.mark.parametrize(("seed", "size"), [(11, 1), (12, 61), (13, 62), (14, 63), (15, 250)])
def test_the_engine_counts_as_one_counts_by_hand(tmp_path, seed, size):
    sheets = world(seed, size)
    source = stream(tmp_path / "many.ndjson", sheets)
    like = sheets[0].model_copy(update={"circumstances": LIKE, "answers": {}})
    ours = pipeline.count_sources([source], LOADED, like=LIKE)
    theirs = plainly(sheets, LOADED.set, like)
    assert alike(replace(ours, like=None)) == alike(replace(theirs, like=None))
    assert ours.like.kinds == theirs.like.kinds
    assert ours.like.own == theirs.like.own


def test_an_organisation_can_be_of_a_kind_that_nobody_is(tmp_path):
    sheets = [
        sheet.model_copy(update={"circumstances": {"nation": ("england", "wales")[number % 2]}})
        for number, sheet in enumerate(world(16, 80))
    ]
    source = stream(tmp_path / "many.ndjson", sheets)
    found = pipeline.count_sources([source], LOADED, like={"nation": "scotland"}).like
    assert [peer_group.size for peer_group in found.kinds] == [40, 40]
    assert found.own is None


def test_tables_count_as_the_answers_they_were_made_from(tmp_path):
    sheets = world(3, 150)
    source = stream(tmp_path / "many.ndjson", sheets)
    folder = exported(tmp_path / "tables", sheets)
    assert pipeline.count_sources([str(folder)], LOADED) == pipeline.count_sources([source], LOADED)


def test_several_folders_and_streams_count_as_one(tmp_path):
    sheets = world(4, 200)
    parts = [
        str(exported(tmp_path / "one", sheets[:70])),
        stream(tmp_path / "x.ndjson", sheets[70:130]),
    ]
    parts += [str(exported(tmp_path / "two", sheets[130:])), str(tmp_path / "x.ndjson")][:1]
    whole = pipeline.count_sources([stream(tmp_path / "all.ndjson", sheets)], LOADED)
    assert alike(pipeline.count_sources(parts, LOADED)) == alike(whole)


def test_more_than_one_block_of_one_organisation_each(tmp_path):
    sheets = [  # a role makes each its own: copies without an id are counted once
        sheet.model_copy(update={"service": None, "role": f"role {number}"})
        for number, sheet in enumerate(world(5, 3 * 62 + 1))
    ]
    told = pipeline.count_sources([stream(tmp_path / "many.ndjson", sheets)], LOADED)
    assert told.counted == 3 * 62 + 1
    assert not told.left_out
    assert told.moved == 0


# ------------------------------------------------------------------------- who counts


def one(answers, service="s", updated="2026-01-01T00:00:00Z", **circumstances):
    return json.dumps(
        {
            "format": "spinout.answers/1",
            "service": {"id": service},
            "circumstances": circumstances,
            "answers": answers,
            "updated": updated,
        }
    )


def told_of(tmp_path, *lines, **options):
    path = tmp_path / "many.ndjson"
    path.write_text("\n".join(lines))
    return pipeline.count_sources([str(path)], LOADED, **options)


def test_an_organisation_counts_once_at_its_latest_answers_wherever_they_stand(tmp_path):
    late = one({"staff.vote": {"rung": "secured"}}, updated="2026-06-01T00:00:00+01:00")
    early = one({"staff.vote": {"rung": "nothing"}}, updated="2026-05-31T22:00:00Z")
    undated = json.loads(one({"staff.vote": {"rung": "nothing"}}))
    del undated["updated"]
    told = told_of(tmp_path, late, early, json.dumps(undated))
    assert told.counted == 1
    assert told.left_out == {EARLIER: 2}
    assert told.replies["staff.vote"][EVERYBODY].enabler == 1
    assert (told.moved, tuple(told.moves["staff.vote"])) == (1, (1, 0, 0))


def test_not_known_is_never_no(tmp_path):
    told = told_of(
        tmp_path,
        one({"staff.vote": {"rung": "nothing"}}, "a"),
        one({"staff.vote": {"state": "unknown"}}, "b"),
        one({"staff.vote": {"state": "skipped"}}, "c"),
        one({"staff.vote": {"state": "not-applicable"}}, "d"),
        one({}, "e"),
    )
    replies = told.replies["staff.vote"][EVERYBODY]
    assert (replies.answered, replies.roadblock, replies.unknown, replies.silent) == (1, 1, 1, 3)


# ------------------------------------------------------------------------- broken, hostile, mixed


def test_what_is_broken_is_named_and_the_rest_counts(tmp_path, capsys):
    (tmp_path / "bad").mkdir()
    for name in ("assessments.parquet", "answers.parquet"):
        (tmp_path / "bad" / name).write_bytes(b"PAR1 no such thing PAR1")
    good = stream(tmp_path / "many.ndjson", world(6, 40))
    with (tmp_path / "many.ndjson").open("a") as file:
        file.write("{\n")
    told = pipeline.count_sources([str(tmp_path / "bad"), good], LOADED)
    assert told.left_out[UNUSABLE] == 2
    said = capsys.readouterr().err
    assert "bad: its Parquet files cannot be read" in said
    assert "many.ndjson:" in said


def test_where_nothing_can_be_used_it_says_so(tmp_path):
    (tmp_path / "bad").mkdir()
    for name in ("assessments.parquet", "answers.parquet"):
        (tmp_path / "bad" / name).write_bytes(b"")
    with pytest.raises(SpinoutError, match="nothing to count"):
        pipeline.count_sources([str(tmp_path / "bad")], LOADED)


def test_no_answers_at_all_count_to_nought(tmp_path):
    told = told_of(tmp_path, "")
    assert told.counted == 0


def rewritten(folder, name, change):
    """Change a table of a folder as another program might."""
    path = folder / f"{name}.parquet"
    table = pq.read_table(path)
    pq.write_table(change(table), path)
    return folder


def column(name, values):
    def change(table):
        place = table.schema.get_field_index(name)
        return table.set_column(place, name, pa.array(values(table[name].to_pylist())))

    return change


TAMPERED = {
    "no such state": ("answers", column("state", lambda v: ["agreed", *v[1:]])),
    "a rung without an answer": ("answers", column("state", lambda v: ["skipped"] * len(v))),
    "an answer without a rung": ("answers", column("rung_id", lambda v: [None, *v[1:]])),
    "numbers as texts": ("answers", column("rung", lambda v: [str(x) for x in v])),
    "a column gone": ("answers", lambda table: table.drop_columns(["counts_as"])),
    "one number twice": ("assessments", column("assessment_id", lambda v: [1] * len(v))),
    "below nought": ("assessments", column("assessment_id", lambda v: [-1, *v[1:]])),
    "beyond counting": ("assessments", column("assessment_id", lambda v: [1 << 60, *v[1:]])),
    "an answer twice": ("answers", lambda table: pa.concat_tables([table, table])),
}


@pytest.mark.parametrize("how", TAMPERED)
def test_tables_that_exporting_does_not_write_are_refused(tmp_path, how, capsys):
    name, change = TAMPERED[how]
    sheets = [s for s in world(7, 20) if s.answers]
    folder = rewritten(exported(tmp_path / "tables", sheets), name, change)
    with pytest.raises(SpinoutError) as refused:
        pipeline.count_sources([str(folder)], LOADED)
    assert "spinout export" in capsys.readouterr().err + str(refused.value)


def test_tables_of_another_version_join_where_rungs_agree(tmp_path, capsys):
    plain = LOADED.set.model_dump(mode="json", by_alias=True, exclude_none=True)
    plain["questions"][0]["rungs"].reverse()
    changed = QuestionSet.model_validate(plain)
    assert changed.questions[0].id == "staff.vote"
    sheets = world(8, 60)
    other = exported(tmp_path / "other", sheets, loader.LoadedSet(changed, "1" * 64, "other.yaml"))
    ours = exported(tmp_path / "ours", sheets)
    told = pipeline.count_sources([str(other)], LOADED)
    same = pipeline.count_sources([str(ours)], LOADED)
    assert told.replies["staff.vote"][EVERYBODY].answered == 0
    assert told.replies["money.plan"] == same.replies["money.plan"]
    assert "staff.vote:" in capsys.readouterr().err


def test_a_question_that_is_not_in_the_set_counts_for_no_other(tmp_path, capsys):
    sheets = world(8, 60)
    ours, other = (exported(tmp_path / name, sheets) for name in ("ours", "other"))
    renamed = {"staff.vote": "staff.gone"}
    rewritten(other, "answers", column("question_id", lambda v: [renamed.get(n, n) for n in v]))
    same, told = (pipeline.count_sources([str(folder)], LOADED) for folder in (ours, other))
    assert told.replies["staff.vote"][EVERYBODY].answered == 0
    for name in told.replies.keys() - renamed:
        assert told.replies[name] == same.replies[name]
    assert "staff.gone:" in capsys.readouterr().err


def test_a_hostile_choice_is_no_group(tmp_path):
    sheets = world(9, 30)
    attack = "'); DROP TABLE x; --"
    folder = exported(tmp_path / "tables", sheets)
    rewritten(folder, "assessments", column("nation", lambda v: [attack] * len(v)))
    told = pipeline.count_sources([str(folder)], LOADED)
    assert {g.choice for g, size in told.sizes.items() if g.circumstance == "nation" and size} == {
        ""
    }


def test_a_folder_with_a_hostile_name_is_a_folder(tmp_path):
    folder = exported(tmp_path / "it's; a\"name [x]", world(10, 30))
    assert pipeline.count_sources([str(folder)], LOADED).counted > 0


# ------------------------------------------------------------------------- the engine


def test_duckdb_reaches_nothing_but_what_it_was_given(tmp_path):
    inside, outside = tmp_path / "in", tmp_path / "out.csv"
    inside.mkdir()
    outside.write_text("a\n1\n")
    (tmp_path / "scratch").mkdir()
    with engines.opened(None, [inside], tmp_path / "scratch") as engine:
        for attempt in (
            f"FROM read_csv('{outside}')",
            f"COPY (SELECT 1) TO '{outside}'",
            "FROM read_csv('/etc/passwd')",
            "SET enable_external_access = true",
            "SET allowed_directories = ['/']",
            "INSTALL httpfs",
            f"ATTACH '{tmp_path / 'x.db'}'",
        ):
            with pytest.raises(duckdb.Error):
                engine.connection.raw_sql(attempt)
    assert outside.read_text() == "a\n1\n"


def test_there_is_no_other_engine(tmp_path):
    with pytest.raises(UsageError, match="There is no engine"):
        pipeline.count_sources([stream(tmp_path / "x", world(1, 3))], LOADED, engine="postgres://x")


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temp"))
    (tmp_path / "temp").mkdir()
    told_of(tmp_path, one({"staff.vote": {"rung": "nothing"}}))
    assert not list((tmp_path / "temp").iterdir())


def test_the_columns_written_are_the_columns_told(tmp_path):
    folder = exported(tmp_path / "tables", world(2, 20))
    for table in columns.tables(LOADED.set):
        schema = pq.read_schema(folder / f"{table.name}.parquet")
        assert schema.names == [c.name for c in table.columns]
        assert schema.metadata[b"spinout.caution"].decode() == columns.CAUTION
        assert "not for publication" in columns.CAUTION


def test_the_same_answers_make_the_same_parquet(tmp_path):
    one_, two = (exported(tmp_path / name, world(2, 50)) for name in ("one", "two"))
    for path in one_.iterdir():
        assert path.read_bytes() == (two / path.name).read_bytes()


def test_the_expressions_are_no_one_engines_own():
    answers = ibis.table(
        {
            "assessment_id": "int64",
            "question_id": "string",
            "state": "string",
            "counts_as": "string",
        },
        name="answers",
    )
    everybody = ibis.table({"assessment_id": "int64", "block": "int64", "bit": "int64"}, name="all")
    planes = counting.bitmaps(answers, everybody, ["a.b"])
    for dialect in ("duckdb", "pyspark"):
        assert "bit_or" in ibis.to_sql(planes, dialect=dialect).lower()
