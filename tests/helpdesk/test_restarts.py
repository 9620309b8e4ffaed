"""What runs on outlives its servers, and loses no mail over it."""

import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg2
import pytest
from celery import Celery
from kombu.exceptions import OperationalError

from helpdesk import embedded
from helpdesk.demo.mailserver.server import DemoMailServer
from tests.processes import PATIENCE, Installation
from tests.tickets.channels.post import ADDRESS, letter

MAILS = 24
BLOWS = {
    4: ("postgres", signal.SIGKILL),
    9: ("valkey", signal.SIGKILL),
    14: ("postgres", signal.SIGINT),
    19: ("valkey", signal.SIGTERM),
}
SET_UP = """
from tickets.models import Department, Mailbox
Mailbox(
    department=Department.default(), name="Support", address={address!r}, password="demo",
    imap_host="127.0.0.1", imap_port={imap}, imap_security="plain", imap_username={address!r},
    smtp_host="127.0.0.1", smtp_port={smtp}, smtp_security="plain",
).save()
"""
UNFINISHED = "SELECT 1 FROM tickets_outboundmail WHERE state IN ('queued', 'sending', 'handing_over')"
LET_THE_LEASE_RUN_OUT = """
UPDATE tickets_outboundmail SET claimed_at = claimed_at - interval '1 hour', next_attempt_at = now()
WHERE state IN ('queued', 'sending', 'handing_over')
"""  # the only worker is at one task at a time: what a server cut off is nobody's


@pytest.fixture
def nudge(installation: Installation) -> Iterator[Callable[[str], None]]:
    """What the timetable does: sends a task, if there is a broker."""
    app = Celery(set_as_current=False, broker=embedded.celery_url(installation.environment["REDIS_URL"]))
    queue = installation.environment["CELERY_QUEUE"]

    def sent(task: str) -> None:
        with suppress(OperationalError):
            app.send_task(f"tickets.tasks.{task}", queue=queue, retry=False)

    yield sent
    app.close()


def asked(installation: Installation, statement: str) -> list[tuple[object, ...]]:
    """The rows that the database answers with."""
    with (
        psycopg2.connect(installation.environment["DATABASE_URL"]) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
        return list(cursor.fetchall()) if cursor.description else []


def test_no_mail_is_lost_or_doubled_while_servers_are_killed_and_restarted(
    installation: Installation, nudge: Callable[[str], None], tmp_path: Path
) -> None:
    """Every mail becomes one ticket; every confirmation goes out once, or says that it may have."""
    with DemoMailServer(tmp_path / "post") as post:
        installation.python(SET_UP.format(address=ADDRESS, imap=post.imap_port, smtp=post.smtp_port))
        worker = installation.worker()
        worker.start()
        try:
            for number in range(MAILS):
                post.deliver(letter(f"Question {number}", sender=f"c{number}@customer.example"), ADDRESS)
                nudge("poll_mailboxes")
                if number in BLOWS:
                    installation.restart(*BLOWS[number])
            deadline = time.monotonic() + 3 * PATIENCE
            while not _is_done(installation):
                assert time.monotonic() < deadline, worker.log.read_text(errors="replace")
                asked(installation, LET_THE_LEASE_RUN_OUT)
                nudge("poll_mailboxes")
                nudge("send_due")
                time.sleep(0.5)
        finally:
            worker.kill()

        assert asked(installation, "SELECT count(*), count(DISTINCT requester_id) FROM tickets_ticket") == [
            (MAILS, MAILS)
        ]
        states = Counter(state for (state,) in asked(installation, "SELECT state FROM tickets_outboundmail"))
        arrived = [len(post.messages(f"c{number}@customer.example")) for number in range(MAILS)]
        assert set(states) <= {"sent", "uncertain"}
        assert max(arrived) == 1
        assert states["sent"] <= sum(arrived) <= states.total() == MAILS


def _is_done(installation: Installation) -> bool:
    """Every mail was taken in, and nothing is on its way out."""
    taken_in = asked(installation, "SELECT count(*) FROM tickets_message") == [(MAILS,)]
    return taken_in and not asked(installation, UNFINISHED)
