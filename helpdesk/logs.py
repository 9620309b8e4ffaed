"""Logs without people: events and ids stay, addresses and local variables go."""

import logging
import re
from typing import Any

from django.views.debug import ExceptionReporter

ADDRESS = re.compile(r"[^\s@<>\"'(),;:=]+(?:@|%40)[^\s@<>\"'(),;]+\.[^\s@<>\"'(),;]+")
DETAIL = re.compile(r"^DETAIL:.*$|^\s*CONTEXT:.*$", re.MULTILINE)
SECRET_PATH = re.compile(r"(/portal/link/|/password/reset/|/invitation/)[^\s\"?]+")
UNKNOWN_PATH = re.compile(r"(Not Found: /[\w-]*/?)\S*")
QUERY = re.compile(r"\?[^\s\"]+")


def redacted(text: str) -> str:
    """The text without e-mail addresses, values of rows, secret links, query strings, and paths that aren't ours."""
    text = UNKNOWN_PATH.sub(r"\1…", text)
    text = SECRET_PATH.sub(r"\1…", text)
    text = QUERY.sub("?…", text)
    return ADDRESS.sub("<address>", DETAIL.sub("DETAIL: (not logged)", text))


class RedactingFormatter(logging.Formatter):
    """One line an event; a traceback keeps its frames, and loses the values in its messages."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))

    def formatException(self, exc_info: Any) -> str:
        return redacted(super().formatException(exc_info))


class QuietReporter(ExceptionReporter):
    """Error reports without local variables: they hold what people wrote."""

    def get_traceback_frames(self) -> list[dict[str, Any]]:
        return [{**frame, "vars": []} for frame in super().get_traceback_frames()]
