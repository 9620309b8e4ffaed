"""Fetching: mails are taken in by the handful, and marked on the server only after their tickets are committed."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.utils import timezone
from imap_tools import BaseMailBox, MailMessageFlags

from privacy import actor
from privacy.enums import Via
from tickets.channels.email import connection, inbound, portions, problems
from tickets.channels.email.own import OwnAddresses
from tickets.channels.email.problems import MailProblem
from tickets.channels.polling import alone
from tickets.enums import AfterImport
from tickets.models import Mailbox, MailboxState


def active_ids() -> list[UUID]:
    """The mailboxes that are fetched."""
    return list(Mailbox.objects.filter(is_active=True).exclude(imap_host="").values_list("pk", flat=True))


def poll(mailbox_id: UUID) -> int:
    """Take in what waits in a mailbox; returns how many mails. Two workers never fetch the same one at once."""
    with alone(mailbox_id) as is_alone:
        mailbox = Mailbox.objects.select_related("department").filter(pk=mailbox_id, is_active=True).first()
        if not is_alone or mailbox is None:
            return 0
        state, _made = MailboxState.objects.get_or_create(mailbox=mailbox)
        try:
            taken = _fetch(mailbox)
        except MailProblem as problem:
            _note_problem(state, problem)
            return 0
        state.last_polled_at = state.last_success_at = timezone.now()
        state.last_error_code = ""
        state.save()
    return taken


def _fetch(mailbox: Mailbox) -> int:
    taken, ours = 0, OwnAddresses()
    with connection.imap(mailbox) as server, actor.acting(None, via=Via.MAIL):
        for handful in portions.of(_waiting(server, mailbox), size=lambda mail: len(mail[1])):
            inbound.receive_all([raw for _uid, raw in handful], mailbox=mailbox, ours=ours)
            with _told_as_problem():
                _settle(server, mailbox, [uid for uid, _raw in handful])
            taken += len(handful)
    return taken


def _waiting(server: BaseMailBox, mailbox: Mailbox) -> Iterator[tuple[str, bytes]]:
    """Unread mails, oldest first, each fetched when it is asked for; fetching them doesn't mark them."""
    criteria = "UNSEEN" if mailbox.after_import == AfterImport.MARK_SEEN else "ALL"
    with _told_as_problem():
        uids = server.uids(criteria)
    for uid in uids:
        with _told_as_problem():
            raw = _raw(server, uid)
        if raw is not None:
            yield uid, raw


def _raw(server: BaseMailBox, uid: str) -> bytes | None:
    """The mail as it lies there; None if somebody else removed it meanwhile."""
    status, answer = server.client.uid("FETCH", uid, "(BODY.PEEK[])")
    parts = [part for part in answer if isinstance(part, tuple)] if status == "OK" else []
    return parts[0][1] if parts else None


def _settle(server: BaseMailBox, mailbox: Mailbox, uids: list[str]) -> None:
    """Mark, move or delete: the tickets are safe by now. If this fails, the fingerprint recognises the mails."""
    if mailbox.after_import == AfterImport.DELETE:
        server.delete(uids)
    elif mailbox.after_import == AfterImport.MOVE and mailbox.move_to:
        server.move(uids, mailbox.move_to)
    else:
        server.flag(uids, [MailMessageFlags.SEEN], True)


def _note_problem(state: MailboxState, problem: MailProblem) -> None:
    state.last_polled_at = state.last_error_at = timezone.now()
    state.last_error_code = problem.problem
    state.save()


@contextmanager
def _told_as_problem() -> Iterator[None]:
    """Whatever the server or the network does wrong inside is a MailProblem outside."""
    try:
        yield
    except Exception as error:
        raise problems.of(error) from None
