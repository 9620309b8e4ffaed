"""OAuth2 for mail servers: a fresh access token from the refresh token (RFC 6749, 6), used as XOAUTH2."""

import json
import urllib.error
import urllib.parse
import urllib.request

from tickets.channels.email import hosts
from tickets.channels.email.problems import MailProblem, Problem
from tickets.models import Mailbox

TIMEOUT = 15


def access_token(mailbox: Mailbox) -> str:
    """A token that lives for an hour or so. Raises MailProblem."""
    url = urllib.parse.urlsplit(mailbox.oauth_token_url)
    if url.scheme != "https" and not hosts.is_local(url.hostname or ""):
        raise MailProblem(Problem.OAUTH, "The token address has to begin with https://.")
    hosts.check(url.hostname or "")
    body = urllib.parse.urlencode(
        {
            "grant_type": "refresh_token",
            "refresh_token": mailbox.oauth_refresh_token,
            "client_id": mailbox.oauth_client_id,
            "client_secret": mailbox.oauth_client_secret,
        }
    ).encode()
    request = urllib.request.Request(mailbox.oauth_token_url, data=body)  # noqa: S310  (scheme checked above)
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
            return str(json.load(answer)["access_token"])
    except urllib.error.HTTPError as error:
        raise MailProblem(Problem.OAUTH, f"HTTP {error.code}") from None
    except (OSError, ValueError, KeyError) as error:
        raise MailProblem(Problem.OAUTH, type(error).__name__) from None


def xoauth2(username: str, token: str) -> str:
    """The SASL answer of XOAUTH2."""
    return f"user={username}\x01auth=Bearer {token}\x01\x01"
