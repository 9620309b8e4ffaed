"""Connections to mail servers: encrypted, checked, signed in. Every failure is a MailProblem."""

import base64
import imaplib
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import MailboxFolderSelectError, MailboxLoginError

from tickets.channels.email import hosts, oauth, problems
from tickets.channels.email.problems import MailProblem, Problem
from tickets.enums import MailAuth, Security
from tickets.models import Mailbox

TIMEOUT = 30


@contextmanager
def imap(mailbox: Mailbox) -> Iterator[BaseMailBox]:
    """Signed in, with the mailbox's folder chosen. Raises MailProblem."""
    connection = None
    try:
        _check(mailbox.imap_host, mailbox.imap_security)
        connection = _connect_imap(mailbox)
        _sign_in_imap(connection, mailbox)
        _choose_folder(connection, mailbox.folder)
    except Exception as error:
        _hang_up(connection)
        raise problems.of(error) from None
    try:
        yield connection
    finally:
        _hang_up(connection)


@contextmanager
def smtp(mailbox: Mailbox) -> Iterator[smtplib.SMTP]:
    """Connected and signed in; after an error the line is cut, for it may have come in the middle of a mail.

    Raises MailProblem.
    """
    connection = None
    try:
        _check(mailbox.smtp_host, mailbox.smtp_security)
        connection = _connect_smtp(mailbox)
        _sign_in_smtp(connection, mailbox)
    except Exception as error:
        if connection is not None:
            connection.close()
        raise problems.of(error) from None
    try:
        yield connection
    except BaseException:
        connection.close()
        raise
    with suppress(smtplib.SMTPException, OSError):
        connection.quit()


def check_imap(mailbox: Mailbox) -> int:
    """Sign in and count the mails that wait. Raises MailProblem."""
    with imap(mailbox) as connection:
        try:
            return len(connection.uids("UNSEEN"))
        except Exception as error:
            raise problems.of(error) from None


def check_smtp(mailbox: Mailbox) -> None:
    """Sign in and ask whether we may send from the mailbox's address; nothing is sent. Raises MailProblem."""
    with smtp(mailbox) as connection:
        code, said = connection.mail(mailbox.address)
        if code != 250:
            raise MailProblem(Problem.SENDER, f"{code} {said.decode(errors='replace')}"[:500])
        connection.rset()


def _check(host: str, security: str) -> None:
    hosts.check(host)
    if security == Security.PLAIN and not hosts.is_local(host):
        raise MailProblem(Problem.PLAIN_REFUSED)


def _connect_imap(mailbox: Mailbox) -> BaseMailBox:
    host, port = mailbox.imap_host, mailbox.imap_port
    if mailbox.imap_security == Security.PLAIN:
        return MailBoxUnencrypted(host, port, timeout=TIMEOUT)
    context = ssl.create_default_context()
    if mailbox.imap_security == Security.STARTTLS:
        return MailBoxStartTls(host, port, timeout=TIMEOUT, ssl_context=context)
    return MailBox(host, port, timeout=TIMEOUT, ssl_context=context)


def _sign_in_imap(connection: BaseMailBox, mailbox: Mailbox) -> None:
    username = mailbox.imap_username or mailbox.address
    try:
        if mailbox.auth == MailAuth.OAUTH2:
            connection.xoauth2(username, oauth.access_token(mailbox), initial_folder=None)
        elif f"{username}{mailbox.password}".isascii():
            connection.login(username, mailbox.password, initial_folder=None)
        else:
            connection.login_utf8(username, mailbox.password, initial_folder=None)
    except (MailboxLoginError, imaplib.IMAP4.error) as error:
        raise MailProblem(Problem.SIGN_IN, str(error)[:500]) from None


def _choose_folder(connection: BaseMailBox, folder: str) -> None:
    try:
        connection.folder.set(folder)
    except MailboxFolderSelectError as error:
        raise MailProblem(Problem.NO_FOLDER, str(error)[:500]) from None


def _hang_up(connection: BaseMailBox | None) -> None:
    if connection is not None:
        with suppress(Exception):
            connection.logout()


def _connect_smtp(mailbox: Mailbox) -> smtplib.SMTP:
    host, port = mailbox.smtp_host, mailbox.smtp_port
    context = ssl.create_default_context()
    if mailbox.smtp_security == Security.TLS:
        return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=context)
    connection = smtplib.SMTP(host, port, timeout=TIMEOUT)
    if mailbox.smtp_security == Security.STARTTLS:
        connection.starttls(context=context)
    return connection


def _sign_in_smtp(connection: smtplib.SMTP, mailbox: Mailbox) -> None:
    username = mailbox.smtp_username or mailbox.imap_username
    password = mailbox.smtp_password or mailbox.password
    connection.ehlo_or_helo_if_needed()
    if mailbox.auth == MailAuth.OAUTH2:
        answer = oauth.xoauth2(username or mailbox.address, oauth.access_token(mailbox))
        code, said = connection.docmd("AUTH", f"XOAUTH2 {base64.b64encode(answer.encode()).decode()}")
        if code != 235:
            raise smtplib.SMTPAuthenticationError(code, said)
    elif username and password:
        connection.login(username, password)
