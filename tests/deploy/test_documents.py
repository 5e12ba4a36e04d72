"""Documents that point somewhere point at something."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_within_the_repository_leads_somewhere(document: Path) -> None:
    text = re.sub(r"```.*?```", "", document.read_text(), flags=re.DOTALL)
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text) + re.findall(r'src="([^":]+)"', text)

    assert [link for link in links if not (document.parent / link).exists()] == []


def test_the_map_of_the_architecture_names_only_what_is_there() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text()

    named = set(re.findall(r"`((?:kiosk|wire|central|demo|bench|deploy|systemd)/[\w./-]*)`", text))

    assert len(named) > 15
    assert sorted(place for place in named if not (ROOT / place).exists()) == []


@pytest.mark.parametrize("picture", sorted((ROOT / "docs" / "pictures").glob("*.png")), ids=str)
def test_pictures_are_small(picture: Path) -> None:
    assert picture.stat().st_size < 150_000
