"""One client's connection: its state, its lines."""

import asyncio
import re
from dataclasses import dataclass, field

from helpdesk.demo.mailserver.faults import ConnectionDropped, Faults
from helpdesk.demo.mailserver.maildir import Folder
from helpdesk.demo.mailserver.store import MailStore

CAPABILITY = "CAPABILITY IMAP4rev1 LITERAL+ SASL-IR AUTH=PLAIN AUTH=XOAUTH2 UIDPLUS MOVE IDLE UNSELECT"
LARGEST = 64 * 1024 * 1024
_LITERAL = re.compile(rb"\{(\d+)(\+?)\}\r?\n$")


class No(Exception):
    """Can't be done."""


@dataclass
class Connection:
    """The state of a connection: who signed in, which folder is open, which mails the client knows of."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    store: MailStore
    faults: Faults
    user: str = ""
    folder: Folder | None = None
    is_read_only: bool = False
    known: list[int] = field(default_factory=list)
    is_over: bool = False

    async def send(self, line: bytes | str) -> None:
        """One line of answer."""
        self.writer.write((line.encode() if isinstance(line, str) else line) + b"\r\n")
        await self.writer.drain()

    async def read_line(self) -> bytes:
        """One line of the client's; hangs up if there is none."""
        line = await self.reader.readline()
        if not line:
            raise ConnectionDropped
        return line

    async def read_command(self) -> bytes:
        """One command with the literals in it."""
        raw = await self.read_line()
        while literal := _LITERAL.search(raw):
            if int(literal[1]) > LARGEST:
                raise ConnectionDropped
            if not literal[2]:
                await self.send("+ go on")
            raw += await self.reader.readexactly(int(literal[1])) + await self.read_line()
        return raw

    async def tell_changes(self, *, gone: bool = True) -> None:
        """What happened in the open folder since the client last heard of it."""
        if self.folder is None:
            return
        existing = self.folder.uids()
        if gone:
            for uid in [uid for uid in self.known if self.folder.mail(uid) is None]:
                await self.send(f"* {self.known.index(uid) + 1} EXPUNGE")
                self.known.remove(uid)
        new = [uid for uid in existing if uid > max(self.known, default=0)]
        if new:
            self.known += new
            await self.send(f"* {len(self.known)} EXISTS")
