"""Calendar invitations (RFC 5545) in a few readable lines."""

import re
from datetime import datetime

FOLD = re.compile(r"\n[ \t]")
WANTED = ("SUMMARY", "DTSTART", "DTEND", "LOCATION", "DESCRIPTION")


def summary(calendar: str) -> str:
    """Title, time and place of the first event; empty if there is none."""
    lines = FOLD.sub("", calendar.replace("\r\n", "\n")).split("\n")
    found: dict[str, str] = {}
    inside = False
    for line in lines:
        name, _colon, value = line.partition(":")
        key = name.partition(";")[0].upper()
        if key == "BEGIN" and value.strip().upper() == "VEVENT":
            inside = True
        elif key == "END" and inside and value.strip().upper() == "VEVENT":
            break
        elif inside and key in WANTED:
            found.setdefault(key, _unescaped(value.strip()))
    times = " – ".join(filter(None, [_moment(found.get("DTSTART", "")), _moment(found.get("DTEND", ""))]))
    return "\n".join(
        filter(None, [found.get("SUMMARY"), times, found.get("LOCATION"), found.get("DESCRIPTION")])
    )


def _moment(value: str) -> str:
    for form, shown in (("%Y%m%dT%H%M%S", "%Y-%m-%d %H:%M"), ("%Y%m%d", "%Y-%m-%d")):
        try:
            read = datetime.strptime(value.rstrip("Z"), form)  # noqa: DTZ007  (shown as written)
            return read.strftime(shown) + (" UTC" if value.endswith("Z") else "")
        except ValueError:
            continue
    return value


def _unescaped(value: str) -> str:
    return re.sub(r"\\([,;\\])", r"\1", re.sub(r"\\[nN]", "\n", value))
