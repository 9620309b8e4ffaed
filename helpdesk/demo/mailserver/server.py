"""SMTP, IMAP and the web view on loopback, in two threads of this process."""

import asyncio
import contextlib
import ssl
import threading
import time
from collections.abc import Coroutine
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from helpdesk.demo.mailserver.faults import Faults
from helpdesk.demo.mailserver.imap.connection import Connection
from helpdesk.demo.mailserver.imap.dialogue import serve
from helpdesk.demo.mailserver.maildir import Mail
from helpdesk.demo.mailserver.smtp import submission
from helpdesk.demo.mailserver.store import MailStore, parsed
from helpdesk.demo.mailserver.web.server import WebView

HOST = "127.0.0.1"
LONGEST_LINE = 1024 * 1024


class DemoMailServer:
    """
    A mail server for everybody and nobody: each address is a mailbox, the password is ``demo``.

    Ports of 0 are chosen by the system and kept over ``stop()`` and ``start()``; ``tls`` makes SMTP and IMAP
    speak TLS from the first byte.
    """

    def __init__(
        self,
        data: Path,
        *,
        smtp_port: int = 0,
        imap_port: int = 0,
        web_port: int | None = None,
        tls: ssl.SSLContext | None = None,
        needs_auth: bool = False,
    ) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self.host = HOST
        self.smtp_port, self.imap_port, self.web_port = smtp_port, imap_port, web_port
        self.store = MailStore(data)
        self.faults = Faults()
        self._tls = tls
        self._needs_auth = needs_auth
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._web: WebView | None = None
        self._listening: list[asyncio.Server] = []

    def start(self) -> Self:
        """Listen; raises OSError if a port is taken."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="demo mail", daemon=True)
        self._thread.start()
        try:
            self._wait(self._listen())
            if self.web_port is not None:
                self._web = WebView(self.store, HOST, self.web_port)
                self.web_port = self._web.port
                self._web.start()
        except OSError:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Hang up on everybody; mails and ports are kept for the next start."""
        if self._web:
            self._web.stop()
            self._web = None
        if self._loop and self._thread:
            self._wait(self._hang_up())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()
            self._loop = None

    def close(self) -> None:
        """Stop, and let another server have the data."""
        self.stop()
        self.store.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close()

    def deliver(self, raw: bytes | EmailMessage, to: str) -> Mail:
        """Put a mail into an inbox without SMTP."""
        return self.store.deliver(raw if isinstance(raw, bytes) else bytes(raw), to)

    def mails(self, address: str, folder: str = "INBOX") -> list[Mail]:
        """The mails of a folder as stored (uid, flags, raw), oldest first."""
        found = self.store.folder(address, folder)
        return found.mails() if found else []

    def messages(self, address: str, folder: str = "INBOX") -> list[EmailMessage]:
        """The mails of a folder, parsed, oldest first."""
        return [parsed(mail.raw) for mail in self.mails(address, folder)]

    def wait_for(
        self, address: str, count: int = 1, *, folder: str = "INBOX", seconds: float = 10
    ) -> list[EmailMessage]:
        """The messages, as soon as there are that many; what there is when the time is over."""
        end = time.monotonic() + seconds
        while len(self.mails(address, folder)) < count and time.monotonic() < end:
            time.sleep(0.02)
        return self.messages(address, folder)

    async def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        smtp = await loop.create_server(
            lambda: submission(self.store, self.faults, needs_auth=self._needs_auth),
            HOST,
            self.smtp_port,
            ssl=self._tls,
        )
        self._listening = [smtp]
        imap = await asyncio.start_server(self._imap, HOST, self.imap_port, limit=LONGEST_LINE, ssl=self._tls)
        self._listening.append(imap)
        self.smtp_port, self.imap_port = (server.sockets[0].getsockname()[1] for server in self._listening)

    async def _imap(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await serve(Connection(reader, writer, self.store, self.faults))

    async def _hang_up(self) -> None:
        for server in self._listening:
            server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _wait(self, work: Coroutine[Any, Any, None]) -> None:
        if self._loop is None:
            raise RuntimeError("The server isn't running.")
        asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=10)
