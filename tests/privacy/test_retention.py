"""Files that no row points to go by themselves; all others stay."""

import os
import time
from pathlib import Path

import pytest

from privacy.retention import sweep_files
from tests import factories
from tests.privacy.vault.test_files import attached

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


def stored(media: Path) -> set[str]:
    return {str(path.relative_to(media)) for path in media.rglob("*") if path.is_file()}


def put(media: Path, name: str, age_in_hours: float) -> None:
    (media / name).parent.mkdir(parents=True, exist_ok=True)
    (media / name).write_bytes(b"left behind")
    moment = time.time() - age_in_hours * 3600
    os.utime(media / name, (moment, moment))


def test_only_old_orphans_go(media: Path) -> None:
    rows = [attached(factories.MessageFactory(), b"kept") for _ in range(3)]
    rows[2].bin(by=None)
    for row in rows:
        os.utime(media / row.content.name, (0, 0))
    put(media, "ab/old", age_in_hours=25)
    put(media, "ab/young", age_in_hours=23)
    assert sweep_files() == 1
    assert stored(media) == {row.content.name for row in rows} | {"ab/young"}
    assert sweep_files() == 0


def test_a_rolled_back_row_leaves_an_orphan_and_no_more(media: Path) -> None:
    row = attached(factories.MessageFactory(), b"rolled back")
    row.delete()
    os.utime(media / row.content.name, (0, 0))
    assert sweep_files() == 1
    assert stored(media) == set()


def test_nothing_stored_yet(media: Path) -> None:
    assert sweep_files() == 0
