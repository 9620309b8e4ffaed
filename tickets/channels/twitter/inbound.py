"""What comes in over Twitter/X: fetched once a minute, each post one message, in one transaction with its mark."""

from uuid import UUID

from django.db import transaction

from contacts import accounts
from contacts.models import Contact
from privacy import actor
from privacy.enums import Via
from tickets import lifecycle
from tickets.channels import once
from tickets.channels.polling import alone
from tickets.channels.twitter import problems
from tickets.channels.twitter.api import Api, Post
from tickets.channels.twitter.problems import TwitterProblem
from tickets.channels.twitter.references import TWEET, Reference
from tickets.enums import Channel, Status
from tickets.lifecycle import MailFacts
from tickets.models import Message, Ticket, TwitterAccount, TwitterState

TITLE = 80


def active_ids() -> list[UUID]:
    """The accounts that are fetched."""
    return list(TwitterAccount.objects.filter(is_active=True).values_list("pk", flat=True))


def receive(account_id: UUID) -> int:
    """Take in what was written to an account; returns how much. While Twitter/X asks to wait, nothing is asked."""
    with alone(account_id) as is_alone:
        found = TwitterAccount.objects.select_related("department").filter(pk=account_id, is_active=True)
        account = found.first()
        if not is_alone or account is None:
            return 0
        state, _made = TwitterState.objects.get_or_create(account=account)
        if state.waits_until is not None and state.waits_until > actor.now():
            return 0
        try:
            taken = _fetch(account, state)
        except (TwitterProblem, OSError) as error:
            state.note(problems.of(error))
            return 0
        state.note(None)
    return taken


def _fetch(account: TwitterAccount, state: TwitterState) -> int:
    api, taken = Api(account), 0
    with actor.acting(None, via=Via.TASK):
        if not account.user_id:
            account.user_id, account.handle = api.me()
            account.save(update_fields=["user_id", "handle"])
        begin = account.created_at
        for post in api.mentions(account.user_id, after=state.last_mention, not_before=begin):
            taken += _take_in(post, account, state)
        for post in api.direct_messages(after=state.last_direct, not_before=begin):
            taken += _take_in(post, account, state)
    return taken


@transaction.atomic
def _take_in(post: Post, account: TwitterAccount, state: TwitterState) -> bool:
    """One post: a message of a ticket, unless it is known or our own. How far we are is written with it."""
    is_new = post.author_id != account.user_id and once.before(str(post.reference)) is None
    if is_new:
        author = accounts.find_or_make(post.author_id, post.author_handle, full_name=post.author_name)
        ticket = _ticket_of(post, author)
        if ticket is None:
            _open(post, author, account)
        else:
            _reply(post, author, ticket)
    state.reached(post.reference)
    return is_new


def _ticket_of(post: Post, author: Contact) -> Ticket | None:
    """What it goes on with: the ticket of the post that it answers, or the running talk of direct messages.

    Only one that is the author's own: what others write below our answer is theirs, and opens a ticket of theirs.
    """
    own = Ticket.objects.filter(requester=author, channel=Channel.TWITTER)
    if post.reference.kind == TWEET:
        said = Message.objects.filter(message_id=str(Reference(TWEET, post.answers)), ticket__in=own)
        answered = said.select_related("ticket").first() if post.answers else None
        return answered.ticket if answered else None
    running: Ticket | None = None
    for ticket in own.exclude(status=Status.CLOSED).newest_first()[:20]:
        first = Message.objects.filter(ticket=ticket).order_by("created_at", "id").first()
        if first is not None and first.in_reply_to == post.conversation_id:
            running = ticket
            break
    return running


def _open(post: Post, author: Contact, account: TwitterAccount) -> None:
    text = _without_us(post.text, account)
    title = " ".join(text.split())
    lifecycle.open(
        requester=author,
        subject=title if len(title) <= TITLE else f"{title[:TITLE].rsplit(' ', 1)[0]} …",
        body_text=text,
        channel=Channel.TWITTER,
        by=author,
        department=account.department,
        mail=_facts(post),
        confirm=False,
    )


def _reply(post: Post, author: Contact, ticket: Ticket) -> None:
    lifecycle.reply(ticket, by=author, body_text=post.text, channel=Channel.TWITTER, mail=_facts(post))


def _facts(post: Post) -> MailFacts:
    return MailFacts(message_id=str(post.reference), in_reply_to=post.conversation_id)


def _without_us(text: str, account: TwitterAccount) -> str:
    """Without our own name in front: they all begin with it."""
    name = f"@{account.handle}"
    return text[len(name) :].lstrip(" ,:") if text.lower().startswith(f"{name.lower()} ") else text
