import os

import pytest
from hypothesis import settings

# In CI the same cases are tried each time, so that a change is judged by what it changed; at a desk
# they are new every time, and what they find becomes a test. How long a case takes is never judged: a
# busy machine takes long.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("desk", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "desk")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write tests/golden anew instead of comparing with it",
    )


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))
