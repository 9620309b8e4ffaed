"""The cast: the people of the tests, and what every test with a database starts from.

Loaded by ``pytest_plugins = ["tests.cast"]`` in tests/conftest.py. Staff sign in with ``factories.PASSWORD``.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contacts.models import Contact
from privacy import profiles
from privacy.enums import ProfileKind
from privacy.models import User
from privacy.vault import keys
from tests import factories
from tickets.models import Department


@pytest.fixture(autouse=True)
def _fresh_keyring() -> Iterator[None]:
    """No data key outlives its test: the rows behind it are rolled back."""
    keys.forget()
    yield
    keys.forget()


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    """Stored files go into a folder of the test's own."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.AUDIT_ANCHOR_FILE = str(tmp_path / "audit-anchor")
    return tmp_path / "media"


@pytest.fixture
def agent(db: None) -> User:
    """Works on tickets."""
    made: User = factories.UserFactory(email="alma.agent@helpdesk.example", full_name="Alma Agent")
    return made


@pytest.fixture
def colleague(db: None) -> User:
    """Another agent."""
    made: User = factories.UserFactory(email="ben.colleague@helpdesk.example", full_name="Ben Colleague")
    return made


@pytest.fixture
def admin(db: None) -> User:
    """Sets the helpdesk up."""
    made: User = factories.UserFactory(
        email="ada.admin@helpdesk.example",
        full_name="Ada Admin",
        profile=profiles.of_kind(ProfileKind.ADMINISTRATOR),
    )
    return made


@pytest.fixture
def customer(db: None) -> Contact:
    """Writes to us."""
    made: Contact = factories.ContactFactory(full_name="Carla Customer", email="carla@customer.example")
    return made


@pytest.fixture
def stranger(db: None) -> Contact:
    """A customer too, with nothing to do with the other one's tickets."""
    made: Contact = factories.ContactFactory(full_name="Stan Stranger", email="stan@stranger.example")
    return made


@pytest.fixture
def department(db: None) -> Department:
    """Where tickets land."""
    made: Department = factories.DepartmentFactory(name="Support", slug="support", is_default=True)
    return made
