"""The plugins of this suite: what a test needs of the real world, as fixtures."""

import pytest

# The walk and its model assert, too: so that they say what was not equal.
pytest.register_assert_rewrite("tests.central.ledger")

pytest_plugins = ["tests.postgres", "tests.chain", "tests.service"]
