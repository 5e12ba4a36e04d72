"""What is derived from the models is up to date."""

import subprocess
import sys
from pathlib import Path

from tests.postgres import Database

REPOSITORY = Path(__file__).parents[3]


def test_the_published_diagram_is_the_models() -> None:
    # A process of its own: Django is set up once per process, and not by this suite.
    made = subprocess.run(
        [sys.executable, "-m", "central.er_diagram"],
        check=True,
        capture_output=True,
        text=True,
    )
    published = (REPOSITORY / "docs" / "er-diagram.md").read_text("utf-8")
    assert published == made.stdout, "run: python -m central.er_diagram > docs/er-diagram.md"


def test_the_migrations_are_the_models(database: Database) -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run"],
        check=False,
        capture_output=True,
        text=True,
        env=database.environment() | {"DJANGO_SETTINGS_MODULE": "central.settings"},
    )
    assert checked.returncode == 0, checked.stdout
