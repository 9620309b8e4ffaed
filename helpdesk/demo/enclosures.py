"""What customers and agents attach: pictures drawn here, small PDFs, log files."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from helpdesk.demo.drawing import drawn
from helpdesk.demo.printing import printed
from helpdesk.demo.wording import Telling
from tickets.attaching import NewAttachment

PHOTO_NAMES = ("IMG_{}.png", "Foto {}.png", "photo-{}.png", "20{}.png")
FILES = tomllib.loads((Path(__file__).parent / "texts" / "files.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A kind such as ``photo:leak`` and its parts."""

    kind: str
    what: str
    detail: str = ""


def enclosed(name: str, telling: Telling) -> NewAttachment:
    """The file that ``photo:leak``, ``pdf:invoice`` or ``log:app`` stands for in this telling."""
    found = Enclosure(*name.split(":"))
    if found.kind == "photo":
        number = telling.chance.randrange(1000, 9999)
        filename = telling.chance.choice(PHOTO_NAMES).format(number)
        return NewAttachment(filename, "image/png", _picture(found.what, found.detail))
    if found.kind == "log":
        log = FILES["log"][found.what]
        return NewAttachment(log["file"], "text/plain", telling.told(log["text"]).encode())
    document = FILES["document"][found.what][telling.language]
    content = printed(telling.told(document["title"]), [telling.told(line) for line in document["lines"]])
    return NewAttachment(f"{telling.told(document['file'])}.pdf", "application/pdf", content)


@cache
def _picture(what: str, detail: str) -> bytes:
    return drawn(what, detail)
