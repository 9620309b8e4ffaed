"""What goes wrong with mail servers: a code that is stored, and a sentence that one can act on."""

import smtplib
import socket
import ssl

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from tickets.channels.base import ChannelProblem


class Problem(TextChoices):
    """Each says what is wrong and what to do."""

    NO_SERVER = "no_server", _("No server is set. Enter its name.")
    UNKNOWN_HOST = "unknown_host", _("There is no server of this name. Check the spelling.")
    PRIVATE_HOST = (
        "private_host",
        _("This server is in a private network, which is not allowed (MAIL_ALLOW_PRIVATE_HOSTS)."),
    )
    NO_CONNECTION = (
        "no_connection",
        _(
            "The server doesn't answer on this port. Check port and encryption, and whether a firewall is between."
        ),
    )
    CERTIFICATE = (
        "certificate",
        _(
            "The server's certificate is not valid for this name. Use the name that the certificate was made for."
        ),
    )
    NOT_TLS = (
        "not_tls",
        _(
            "The server doesn't speak TLS on this port. Choose the other kind of encryption, or the other port."
        ),
    )
    PLAIN_REFUSED = "plain_refused", _("Without encryption only servers on this machine are allowed.")
    SIGN_IN = (
        "sign_in",
        _("The server refused user name or password. Some providers want an app password or OAuth2."),
    )
    OAUTH = (
        "oauth",
        _(
            "No OAuth2 token could be fetched. Check token address, client and refresh token, or authorise again."
        ),
    )
    NO_FOLDER = "no_folder", _("The folder doesn't exist on the server. Check its name.")
    SENDER = "sender", _("The server doesn't let this account send from the mailbox's address.")
    RECIPIENT = "recipient", _("The server refused the recipient's address.")
    CONTENT = "content", _("The server refused the mail itself, for its content or size.")
    NO_ADDRESS = "no_address", _("The customer has no e-mail address.")
    NO_MAILBOX = "no_mailbox", _("The department has no mailbox that can send.")
    BUSY = "busy", _("The server asks to try again later.")
    CUT_OFF = "cut_off", _("The connection broke while the server was taking the mail.")
    PROTOCOL = "protocol", _("The server answered in a way that we don't understand.")


class MailProblem(ChannelProblem):
    """Something with a mail server went wrong."""

    problem: Problem


# In this order: the first class that an error belongs to names the problem.
PROBLEMS: tuple[tuple[type[Exception], Problem], ...] = (
    (ssl.SSLCertVerificationError, Problem.CERTIFICATE),
    (ssl.SSLError, Problem.NOT_TLS),
    (socket.gaierror, Problem.UNKNOWN_HOST),
    (smtplib.SMTPNotSupportedError, Problem.NOT_TLS),
    (smtplib.SMTPServerDisconnected, Problem.NO_CONNECTION),
    (smtplib.SMTPException, Problem.PROTOCOL),
    (OSError, Problem.NO_CONNECTION),
    (Exception, Problem.PROTOCOL),
)


def of(error: Exception) -> MailProblem:
    """The problem behind an exception of the network or of a mail library."""
    if isinstance(error, MailProblem):
        return error
    if isinstance(error, smtplib.SMTPResponseException):
        return _of_smtp(error)
    found = next(problem for kind, problem in PROBLEMS if isinstance(error, kind))
    return MailProblem(found, str(error)[:500])


def _of_smtp(error: smtplib.SMTPResponseException) -> MailProblem:
    said = (
        error.smtp_error.decode(errors="replace")
        if isinstance(error.smtp_error, bytes)
        else str(error.smtp_error)
    )
    detail = f"{error.smtp_code} {said}"[:500]
    is_final = 500 <= error.smtp_code < 600
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return MailProblem(Problem.SIGN_IN, detail)
    if not is_final:
        return MailProblem(Problem.BUSY, detail)
    if isinstance(error, smtplib.SMTPSenderRefused):
        return MailProblem(Problem.SENDER, detail, is_final=True)
    return MailProblem(Problem.CONTENT, detail, is_final=True)
