"""Reading ahead: beside the thread that asked, in its transaction."""

import pytest
from django.db import DEFAULT_DB_ALIAS, ProgrammingError, connection, connections, transaction

from privacy.export.ahead import reading_ahead
from privacy.models import User

pytestmark = pytest.mark.django_db

NUMBER = "SELECT number FROM pg_temp.ahead WHERE number > %s"


@pytest.fixture
def unseen() -> None:
    """Something that no other connection could see."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE ahead ON COMMIT DROP AS SELECT generate_series(1, 3) AS number")


def test_it_reads_what_this_transaction_sees(unseen: None) -> None:
    with reading_ahead() as read:
        following = read(NUMBER, [1])
        assert User.objects.count() == 0  # whoever else needs the connection gets it, too
        assert following.result() == [(2,), (3,)]


def test_what_fails_there_is_told_here(unseen: None) -> None:
    with pytest.raises(ProgrammingError), transaction.atomic(), reading_ahead() as read:
        read("SELECT nothing", []).result()


def test_nobody_else_gets_the_connection_afterwards() -> None:
    before = connections[DEFAULT_DB_ALIAS].allow_thread_sharing
    with reading_ahead():
        assert connections[DEFAULT_DB_ALIAS].allow_thread_sharing
    assert connections[DEFAULT_DB_ALIAS].allow_thread_sharing == before
