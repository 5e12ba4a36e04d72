"""What is kept on disk for a kiosk without a service, and how the rewards are followed."""

import hashlib
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from kiosk.sync.catalogue import PAGES_MAX, Catalogue, follow
from kiosk.sync.errors import ServiceBroken, ServiceRefused
from kiosk.sync.snapshot import Snapshot
from wire.api.catalogue import Category, Image, Item, Page, RewardKind
from wire.api.text import Text
from wire.errors import ErrorCode, problem
from wire.ids import new_id

PICTURE = b"a picture"
SHA = hashlib.sha256(PICTURE).hexdigest()
TEXT = Text("茶", "茶", "Tea")


def item(id_: UUID, rev: int = 1) -> Item:
    return Item(
        id=id_,
        rev=rev,
        kind=RewardKind.GOODS,
        category=Category("drinks", TEXT),
        name=TEXT,
        description=TEXT,
        value_fen=1000,
        image=Image(SHA, f"/v1/images/{SHA}"),
        price_points=300,
    )


class Pages:
    """A catalogue of prepared pages by cursor; an Exception is raised."""

    def __init__(self, pages: dict[str | None, Page | Exception]) -> None:
        self.pages = pages
        self.asked: list[str | None] = []

    async def catalogue(self, since: str | None = None) -> Page:
        self.asked.append(since)
        page = self.pages[since]
        if isinstance(page, Exception):
            raise page
        return page


EXPIRED = ServiceRefused(problem(ErrorCode.CURSOR_EXPIRED, "Start over."))


async def test_pages_are_followed_to_the_end() -> None:
    a, b, c = new_id(), new_id(), new_id()
    source = Pages(
        {
            None: Page([item(a), item(b)], [], "1", has_more=True),
            "1": Page([item(c)], [], "2", has_more=False),
        }
    )
    catalogue = await follow(source, Catalogue())
    assert [i.id for i in catalogue.items] == [a, b, c]
    assert catalogue.cursor == "2"


async def test_a_delta_changes_in_place_and_deletes() -> None:
    a, b, c = new_id(), new_id(), new_id()
    known = Catalogue((item(a), item(b)), "2")
    source = Pages({"2": Page([item(a, 2), item(c)], [b], "3", has_more=False)})
    catalogue = await follow(source, known)
    assert [(i.id, i.rev) for i in catalogue.items] == [(a, 2), (c, 1)]


async def test_nothing_new_is_the_same_catalogue() -> None:
    known = Catalogue((item(new_id()),), "2")
    assert await follow(Pages({"2": Page([], [], "2", has_more=False)}), known) is known


async def test_an_expired_cursor_means_a_fresh_start() -> None:
    a = new_id()
    known = Catalogue((item(new_id()), item(new_id())), "old")
    source = Pages({"old": EXPIRED, None: Page([item(a)], [], "9", has_more=False)})
    catalogue = await follow(source, known)
    assert [i.id for i in catalogue.items] == [a]
    assert source.asked == ["old", None]


async def test_a_fresh_start_that_is_expired_as_well_is_given_up() -> None:
    with pytest.raises(ServiceRefused):
        await follow(Pages({None: EXPIRED}), Catalogue())


async def test_a_catalogue_without_end_is_broken() -> None:
    source = Pages({None: Page([], [], "x", has_more=True), "x": Page([], [], "x", has_more=True)})
    with pytest.raises(ServiceBroken):
        await follow(source, Catalogue())
    assert len(source.asked) == PAGES_MAX


def test_a_catalogue_survives_a_restart(tmp_path: Path) -> None:
    catalogue = Catalogue((item(new_id()), item(new_id())), "7")
    Snapshot(tmp_path).save_catalogue(catalogue)
    assert Snapshot(tmp_path).catalogue() == catalogue


def test_a_first_start_knows_nothing(tmp_path: Path) -> None:
    snapshot = Snapshot(tmp_path / "none")
    assert snapshot.catalogue() == Catalogue()
    assert snapshot.config() is None
    assert not snapshot.has_image(SHA)
    assert snapshot.keep_images([]) == 0


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[]", b'{"items": 7}'])
def test_a_damaged_snapshot_is_fetched_again(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "catalogue.json").write_bytes(content)
    (tmp_path / "config.json").write_bytes(content)
    assert Snapshot(tmp_path).catalogue() == Catalogue()
    assert Snapshot(tmp_path).config() is None


def test_a_picture_is_kept_and_one_that_rotted_is_not_shown(tmp_path: Path) -> None:
    snapshot = Snapshot(tmp_path)
    path = snapshot.save_image(SHA, PICTURE)
    assert snapshot.has_image(SHA)
    path.write_bytes(b"a pictura")
    assert not snapshot.has_image(SHA)
    assert not path.exists()


def test_pictures_that_nothing_shows_are_removed(tmp_path: Path) -> None:
    snapshot = Snapshot(tmp_path)
    snapshot.save_image(SHA, PICTURE)
    other = hashlib.sha256(b"x").hexdigest()
    snapshot.save_image(other, b"x")
    assert snapshot.keep_images([SHA]) == 1
    assert snapshot.has_image(SHA)
    assert not snapshot.has_image(other)


@pytest.mark.parametrize("name", ["../key.pem", "", "x" * 64, "A" * 64])
def test_a_name_that_is_no_hash_names_no_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        Snapshot(tmp_path).image_path(name)


def test_a_save_that_fails_leaves_the_old_file_and_no_litter(tmp_path: Path) -> None:
    snapshot = Snapshot(tmp_path)
    old = Catalogue((item(new_id()),), "7")
    snapshot.save_catalogue(old)
    with pytest.raises(TypeError):
        snapshot.save_catalogue(msgspec.structs.replace(old, cursor=object()))
    assert snapshot.catalogue() == old
    assert [path.name for path in tmp_path.iterdir()] == ["catalogue.json"]
