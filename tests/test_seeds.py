"""The seeded faults of tests/faults, checked in the ordinary run: that each can still be applied."""

import pytest

from faults.test_seeded import HERE, ROOT, SEEDS


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.name)
def test_a_seed_names_text_that_is_there_once_and_a_test_that_is_there(seed):
    text = (ROOT / "src" / "spinout_cli" / seed.file).read_text(encoding="utf-8")
    assert text.count(seed.before) == 1
    file, _, test = seed.caught_by.partition("::")
    name = test.partition("[")[0]
    assert f"def {name}(" in (ROOT / HERE / file).read_text(encoding="utf-8")
