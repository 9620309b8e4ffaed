"""Background jobs of the helpdesk: load by id, call a verb, let errors show."""

from uuid import UUID

from celery import shared_task

from tickets import bystanders
from tickets.channels import sending
from tickets.channels.email import mailbox
from tickets.channels.twitter import inbound


@shared_task
def poll_mailboxes() -> None:
    """Start fetching each mailbox that is in use."""
    for mailbox_id in mailbox.active_ids():
        poll_mailbox.delay(str(mailbox_id))


@shared_task
def poll_mailbox(mailbox_id: str) -> None:
    """Fetch one mailbox."""
    mailbox.poll(UUID(mailbox_id))


@shared_task
def poll_accounts() -> None:
    """Start fetching each account on Twitter/X that is in use."""
    for account_id in inbound.active_ids():
        poll_account.delay(str(account_id))


@shared_task
def poll_account(account_id: str) -> None:
    """Fetch one account on Twitter/X."""
    inbound.receive(UUID(account_id))


@shared_task
def send_mail(*mail_ids: str) -> None:
    """Send these mails or answers, as far as they are still due."""
    for mail_id in mail_ids:
        sending.send(UUID(mail_id))


@shared_task
def send_due() -> None:
    """Send what the broker forgot, what failed for a while, and what a killed worker left."""
    sending.send_due()


@shared_task
def look_for_bystanders(scan_id: str) -> None:
    """Look for one person in the tickets of others."""
    bystanders.carry_on(UUID(scan_id))


@shared_task
def carry_on_bystanders() -> None:
    """Go on with every such look that the broker lost, or that a killed worker left; forget old ones."""
    for scan_id in bystanders.unfinished():
        look_for_bystanders.delay(str(scan_id))
    bystanders.forget()
