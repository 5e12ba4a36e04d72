"""The plugins of this suite: what a test needs of the real world, as fixtures."""

pytest_plugins = ["tests.postgres", "tests.chain", "tests.service"]
