"""What goes wrong with Twitter/X: a code that is stored, and a sentence that one can act on."""

from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from tickets.channels.base import ChannelProblem


class Problem(TextChoices):
    """Each says what is wrong and what to do."""

    NO_ACCOUNT = (
        "x_no_account",
        _("No account on Twitter/X is in use for this. Connect one, or take it into use."),
    )
    SIGN_IN = (
        "x_sign_in",
        _("Twitter/X refused the keys. Make new ones in its developer portal, and enter them."),
    )
    NOT_ALLOWED = (
        "x_not_allowed",
        _(
            "Twitter/X doesn’t allow this. Perhaps the person takes no messages, or the plan doesn’t cover it."
        ),
    )
    GONE = "x_gone", _("What would be answered isn’t there any more.")
    CUT_OFF = "cut_off", _("The connection broke while the server was taking the message.")
    BUSY = "x_busy", _("Twitter/X asks to wait.")
    TOO_LONG = "x_too_long", _("It is too long for Twitter/X. Shorten it and send it anew.")
    FILES = "x_files", _("Files can’t be sent over Twitter/X. Send it anew without them.")
    REFUSED = "x_refused", _("Twitter/X refused the message.")
    NO_CONNECTION = "x_no_connection", _("Twitter/X doesn’t answer. It is tried again.")
    PROTOCOL = "x_protocol", _("Twitter/X answered in a way that we don’t understand.")
    ADDRESS = "x_address", _("The address of the interface has to be a public one, with https://.")


class TwitterProblem(ChannelProblem):
    """Something with Twitter/X went wrong."""

    problem: Problem


def of_status(status: int, said: str, retry_at: datetime | None) -> TwitterProblem:
    """The problem behind an answer that isn't a yes."""
    known = {401: Problem.SIGN_IN, 403: Problem.NOT_ALLOWED, 404: Problem.GONE, 429: Problem.BUSY}
    found = known.get(status, Problem.REFUSED if 400 <= status < 500 else Problem.BUSY)
    is_final = found in (Problem.NOT_ALLOWED, Problem.GONE, Problem.REFUSED)
    return TwitterProblem(found, f"{status} {said}"[:500], is_final=is_final, retry_at=retry_at)


def of(error: Exception) -> TwitterProblem:
    """The problem behind an error of the network."""
    if isinstance(error, TwitterProblem):
        return error
    return TwitterProblem(
        Problem.NO_CONNECTION if isinstance(error, OSError) else Problem.PROTOCOL, type(error).__name__
    )
