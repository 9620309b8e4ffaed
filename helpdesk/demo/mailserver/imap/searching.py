"""SEARCH: criteria of the client as one question to a mail."""

from collections.abc import Callable
from datetime import date
from email.utils import parsedate_to_datetime

from helpdesk.demo.mailserver.imap.fetching import Reading
from helpdesk.demo.mailserver.imap.grammar import MONTHS, NotUnderstood, chosen, text

Test = Callable[[Reading], bool]
FLAGGED = {"ANSWERED": "R", "DELETED": "T", "DRAFT": "D", "FLAGGED": "F", "SEEN": "S"}
HEADERS = ("BCC", "CC", "FROM", "SUBJECT", "TO")
DATES = ("BEFORE", "ON", "SINCE", "SENTBEFORE", "SENTON", "SENTSINCE")


def matching(criteria: list[object], uids: list[int]) -> Test:
    """All of these criteria; ``uids`` are the folder's, in order, for sets of numbers."""
    rest = criteria[2:] if criteria and text_of(criteria[0]) == "CHARSET" else list(criteria)
    tests: list[Test] = []
    while rest:
        tests.append(_next(rest, uids))
    return lambda mail: all(test(mail) for test in tests)


def text_of(value: object) -> str:
    """A criterion's name; empty for a list."""
    return "" if isinstance(value, list) else text(value).upper()


def _next(rest: list[object], uids: list[int]) -> Test:
    if not rest:
        raise NotUnderstood("criterion expected")
    value = rest.pop(0)
    if isinstance(value, list):
        return matching(value, uids)
    name = text(value).upper()
    if name == "NOT":
        inner = _next(rest, uids)
        return lambda mail: not inner(mail)
    if name == "OR":
        one, other = _next(rest, uids), _next(rest, uids)
        return lambda mail: one(mail) or other(mail)
    return _simple(name) or _with_argument(name, rest, uids)


def _simple(name: str) -> Test | None:
    if name in ("ALL", "OLD"):
        return lambda mail: True
    if name in ("NEW", "RECENT"):
        return lambda mail: False
    is_set = name in FLAGGED
    letter = FLAGGED.get(name) or FLAGGED.get(name.removeprefix("UN"))
    return (lambda mail: (letter in mail.mail.flags) is is_set) if letter else None


def _with_argument(name: str, rest: list[object], uids: list[int]) -> Test:
    if name[:1].isdigit() or name.startswith("*"):
        found = {uids[number - 1] for number in chosen(name, range(1, len(uids) + 1))}
        return lambda mail: mail.mail.uid in found
    if not rest:
        raise NotUnderstood(f"unknown criterion {name}")
    argument = text(rest.pop(0))
    if name == "UID":
        named = set(chosen(argument, uids))
        return lambda mail: mail.mail.uid in named
    if name in ("KEYWORD", "UNKEYWORD"):
        return lambda mail: name == "UNKEYWORD"
    if name in ("LARGER", "SMALLER"):
        return lambda mail: (
            mail.mail.size != int(argument) and (mail.mail.size > int(argument)) is (name == "LARGER")
        )
    if name in DATES:
        return _dated(name, argument)
    return _worded(name, argument, rest)


def _worded(name: str, argument: str, rest: list[object]) -> Test:
    header, words = (argument, text(rest.pop(0))) if name == "HEADER" and rest else (name, argument)
    words = words.casefold()
    if name in HEADERS or name == "HEADER":
        return lambda mail: any(words in str(value).casefold() for value in mail.parsed.get_all(header, []))
    if name == "TEXT":
        return lambda mail: words.encode() in mail.raw.lower()
    if name == "BODY":
        return lambda mail: words.encode() in mail.raw.partition(b"\r\n\r\n")[2].lower()
    raise NotUnderstood(f"unknown criterion {name}")


def _dated(name: str, argument: str) -> Test:
    day, month, year = argument.split("-")
    wanted = date(int(year), MONTHS.index(month.capitalize()) + 1, int(day))

    def test(mail: Reading) -> bool:
        moment = _sent(mail) if name.startswith("SENT") else mail.mail.received_at.date()
        kind = name.removeprefix("SENT")
        return moment is not None and (
            moment < wanted if kind == "BEFORE" else moment == wanted if kind == "ON" else moment >= wanted
        )

    return test


def _sent(mail: Reading) -> date | None:
    try:
        return parsedate_to_datetime(str(mail.parsed["date"])).date()
    except (TypeError, ValueError):
        return None
