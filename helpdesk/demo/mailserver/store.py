"""Mailboxes on disk: one folder of maildirs per address, each mail a file that is moved into place whole."""

import fcntl
import os
import re
import threading
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr
from pathlib import Path
from typing import IO
from urllib.parse import quote, unquote

from helpdesk.demo.mailserver.maildir import Folder, Mail

INBOX, SENT = "INBOX", "Sent"


class StoreInUse(Exception):
    """Another demo mail server works on this folder."""


def mailbox_of(address: str) -> str:
    """Where mail for an address lands: ``support+token@x.example`` is mail for ``support@x.example``."""
    local, _, domain = (parseaddr(address)[1] or address).strip().casefold().rpartition("@")
    return f"{local.split('+', 1)[0]}@{domain}" if local else domain


def parsed(raw: bytes) -> EmailMessage:
    """The mail with Python's modern interface."""
    return BytesParser(policy=policy.default).parsebytes(raw)


def with_crlf(raw: bytes) -> bytes:
    """The same lines, ended as the protocols want it."""
    return re.sub(rb"(?<!\r)\n", b"\r\n", raw)


class MailStore:
    """Every mailbox below one data folder. One process at a time; any number of its threads."""

    def __init__(self, data: Path) -> None:
        self.root = data / "mailboxes"
        self.root.mkdir(parents=True, exist_ok=True)
        self._folders: dict[tuple[str, str], Folder] = {}
        self._lock = threading.RLock()
        self._claim: IO[str] | None = (data / "lock").open("w")
        try:
            fcntl.flock(self._claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._claim.close()
            raise StoreInUse(f"Another demo mail server uses {data}.") from error

    def close(self) -> None:
        """Let another server have the folder."""
        if self._claim:
            self._claim.close()
            self._claim = None

    def addresses(self) -> list[str]:
        """Every address that has a mailbox."""
        return sorted(unquote(entry.name) for entry in self.root.iterdir() if entry.is_dir())

    def folders(self, address: str) -> list[str]:
        """The names of a mailbox's folders, the inbox first."""
        home = self._home(address)
        names = (
            {unquote(entry.name) for entry in home.iterdir() if entry.is_dir()} if home.is_dir() else set()
        )
        return [INBOX, *sorted(names - {INBOX})]

    def folder(self, address: str, name: str = INBOX, *, create: bool = False) -> Folder | None:
        """One folder of a mailbox; the inbox always exists, others when they were created."""
        name = INBOX if name.upper() == INBOX else name
        key = (mailbox_of(address), name)
        with self._lock:
            if key not in self._folders:
                path = self._home(address) / quote(name, safe=" .-_&")
                if name != INBOX and not create and not path.is_dir():
                    return None
                self._folders[key] = Folder(path)
            return self._folders[key]

    def inbox(self, address: str) -> Folder:
        """The inbox of an address, made when first asked for."""
        folder = self.folder(address)
        if folder is None:
            raise LookupError(address)
        return folder

    def delete_folder(self, address: str, name: str) -> bool:
        """Remove a folder and its mails; the inbox stays."""
        folder = self.folder(address, name)
        if folder is None or name.upper() == INBOX:
            return False
        with self._lock:
            folder.remove()
            del self._folders[mailbox_of(address), name]
        return True

    def deliver(self, raw: bytes, to: str, *, sender: str | None = None) -> Mail:
        """Put a mail into the inbox of ``to`` as a mail server does, with the envelope noted on top.

        ``sender`` is empty for what machines report (RFC 5321, 4.5.5), None if there was no envelope.
        """
        noted = "" if sender is None else f"Return-Path: <{sender}>\r\n"
        envelope = f"{noted}Delivered-To: {to}\r\n".encode()
        return self.inbox(to).add(envelope + with_crlf(raw))

    def claim_for_desk(self, address: str) -> None:
        """Remember that a program collects this mailbox: the web view then lists it as the helpdesk's."""
        home = self._home(address)
        home.mkdir(exist_ok=True)
        (home / "collected").touch()

    def is_desk(self, address: str) -> bool:
        """Whether a program has ever signed in to this mailbox."""
        return (self._home(address) / "collected").exists()

    def mails(self, address: str) -> Iterator[Mail]:
        """The inbox, oldest first."""
        yield from self.inbox(address).mails()

    def _home(self, address: str) -> Path:
        name = quote(mailbox_of(address), safe="@.-_")
        if name.startswith(".") or len(os.fsencode(name)) > 200:
            raise ValueError("This address can't have a mailbox.")
        return self.root / name
