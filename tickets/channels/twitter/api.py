"""The interface of Twitter/X (API v2) as far as we speak it, signed with OAuth 1.0a on behalf of the account."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.dateparse import parse_datetime
from requests import Response
from requests.exceptions import JSONDecodeError
from requests_oauthlib import OAuth1Session

from privacy import actor
from tickets.channels.email import hosts
from tickets.channels.email.problems import MailProblem
from tickets.channels.twitter import problems
from tickets.channels.twitter.problems import Problem, TwitterProblem
from tickets.channels.twitter.references import DIRECT, TWEET, Reference
from tickets.models import TwitterAccount

TIMEOUT = 20
PAGE = 100
A_WHILE = timedelta(minutes=15)  # the window of most limits, where the server doesn't say


@dataclass(frozen=True, slots=True)
class Post:
    """What somebody wrote to the account: who by number and name, what, when, and in which conversation."""

    reference: Reference
    author_id: str
    author_name: str
    author_handle: str
    text: str
    written_at: datetime
    conversation_id: str
    answers: str = ""
    language: str = ""


class Api:
    """The account's line to Twitter/X. Every failure is a TwitterProblem, or an OSError of the network."""

    def __init__(self, account: TwitterAccount) -> None:
        self._root = settings.TWITTER_API_URL.rstrip("/")
        _check(self._root)
        self._session = OAuth1Session(
            account.api_key, account.api_secret, account.access_token, account.access_token_secret
        )

    def me(self) -> tuple[str, str]:
        """Number and name of the account whose keys these are."""
        found = self._ask("GET", "users/me")["data"]
        return str(found["id"]), str(found["username"])

    def mentions(self, user_id: str, *, after: str, not_before: datetime) -> list[Post]:
        """Posts that name the account, oldest first: those after one, or (without one) since a moment."""
        since = {"since_id": after} if after else {"start_time": _stamp(not_before)}
        asked = {
            **since,
            "max_results": PAGE,
            "tweet.fields": "author_id,conversation_id,created_at,lang,referenced_tweets",
            "expansions": "author_id",
            "user.fields": "name,username",
        }
        pages = self._pages(f"users/{user_id}/mentions", asked)
        return [_mention(row, people) for row, people in pages][::-1]

    def direct_messages(self, *, after: str, not_before: datetime) -> list[Post]:
        """Direct messages of the account (its own, too), oldest first. The server tells newest first, without end."""
        asked = {
            "max_results": PAGE,
            "event_types": "MessageCreate",
            "dm_event.fields": "id,text,event_type,created_at,sender_id,dm_conversation_id",
            "expansions": "sender_id",
            "user.fields": "name,username",
        }
        found = []
        for row, people in self._pages("dm_events", asked):
            post = _direct(row, people)
            if (after and int(post.reference.number) <= int(after)) or (
                not after and post.written_at < not_before
            ):
                break
            found.append(post)
        return found[::-1]

    def answer(self, post_id: str, text: str) -> Reference:
        """Answer a post, for everybody to read."""
        body = {"text": text, "reply": {"in_reply_to_tweet_id": post_id}}
        return Reference(TWEET, str(self._ask("POST", "tweets", json=body)["data"]["id"]))

    def write(self, conversation_id: str, text: str) -> Reference:
        """Write into a conversation of direct messages."""
        made = self._ask("POST", f"dm_conversations/{conversation_id}/messages", json={"text": text})
        return Reference(DIRECT, str(made["data"]["dm_event_id"]))

    def _pages(self, path: str, asked: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        """Rows of all pages, each with the people that its page tells of."""
        token = ""
        while True:
            page = self._ask("GET", path, params={**asked, **({"pagination_token": token} if token else {})})
            people = {user["id"]: user for user in page.get("includes", {}).get("users", [])}
            yield from ((row, people) for row in page.get("data", []))
            token = page.get("meta", {}).get("next_token", "")
            if not token:
                return

    def _ask(self, method: str, path: str, **given: Any) -> dict[str, Any]:
        answer = self._session.request(
            method, f"{self._root}/2/{path}", timeout=TIMEOUT, allow_redirects=False, **given
        )
        if answer.status_code >= 500 and method == "POST":
            answer.raise_for_status()  # nobody knows what became of it
        if not 200 <= answer.status_code < 300:
            raise problems.of_status(answer.status_code, _said(answer), _retry_at(answer))
        try:
            found: dict[str, Any] = answer.json()
        except JSONDecodeError:
            raise TwitterProblem(Problem.PROTOCOL) from None
        return found


def _check(root: str) -> None:
    """Only a public server, over TLS; or one on this machine. Raises TwitterProblem."""
    parts = urlsplit(root)
    host = parts.hostname or ""
    if hosts.is_local(host):
        return
    try:
        hosts.check(host)
    except MailProblem:
        raise TwitterProblem(Problem.ADDRESS) from None
    if parts.scheme != "https":
        raise TwitterProblem(Problem.ADDRESS)


def _mention(row: dict[str, Any], people: dict[str, Any]) -> Post:
    referred = {each["type"]: each["id"] for each in row.get("referenced_tweets", [])}
    return Post(
        reference=Reference(TWEET, row["id"]),
        conversation_id=str(row.get("conversation_id", row["id"])),
        answers=str(referred.get("replied_to", "")),
        language=str(row.get("lang", "")),
        **_said_by(row, row["author_id"], people),
    )


def _direct(row: dict[str, Any], people: dict[str, Any]) -> Post:
    return Post(
        reference=Reference(DIRECT, row["id"]),
        conversation_id=str(row["dm_conversation_id"]),
        **_said_by(row, row["sender_id"], people),
    )


def _said_by(row: dict[str, Any], author_id: str, people: dict[str, Any]) -> dict[str, Any]:
    author = people.get(author_id, {})
    return {
        "author_id": author_id,
        "author_name": str(author.get("name", "")),
        "author_handle": str(author.get("username", "")),
        "text": unescape(str(row.get("text", ""))),
        "written_at": parse_datetime(row["created_at"]) or actor.now(),
    }


def _said(answer: Response) -> str:
    """What the server gives as the reason."""
    try:
        body = answer.json()
    except JSONDecodeError:
        return ""
    return str(body.get("detail") or body.get("title") or "") if isinstance(body, dict) else ""


def _retry_at(answer: Response) -> datetime | None:
    """When the limit ends, if it is one."""
    if answer.status_code != 429:
        return None
    reset = answer.headers.get("x-rate-limit-reset", "")
    return datetime.fromtimestamp(int(reset), UTC) if reset.isdecimal() else actor.now() + A_WHILE


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
