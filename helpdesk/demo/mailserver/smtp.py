"""The SMTP side: takes mail for any address and puts it into that address's inbox."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from aiosmtpd.smtp import MISSING, SMTP, AuthResult, Envelope, LoginPassword, Session

from helpdesk.demo.mailserver.faults import ConnectionDropped, Faults, Refused
from helpdesk.demo.mailserver.signin import ACCESS_TOKEN, PASSWORD, bearer, unbase64
from helpdesk.demo.mailserver.store import MailStore

logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd would log addresses
LARGEST = 50 * 1024 * 1024  # bytes, as many providers have it


class Submission(SMTP):
    """aiosmtpd's server, patient with the long lines that real programs send."""

    line_length_limit = 1024 * 1024


def submission(store: MailStore, faults: Faults, *, needs_auth: bool) -> SMTP:
    """The protocol of one SMTP connection."""
    door = Door(store, faults)
    return Submission(
        door,
        data_size_limit=LARGEST,
        enable_SMTPUTF8=True,
        hostname="localhost",
        ident="demo mail",
        auth_required=needs_auth,
        auth_require_tls=False,
        authenticator=door.authenticate,
        loop=asyncio.get_running_loop(),
    )


class Door:
    """What happens at each step of a delivery (a handler of aiosmtpd, which gives the names)."""

    def __init__(self, store: MailStore, faults: Faults) -> None:
        self.store = store
        self.faults = faults

    def authenticate(
        self, _server: SMTP, _s: Session, _e: Envelope, _mechanism: str, login: LoginPassword
    ) -> AuthResult:
        """Any address signs in with the one password."""
        return self._signed_in(
            login.login.decode(errors="replace"), login.password.decode(errors="replace") == PASSWORD
        )

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        """``user=… auth=Bearer …``, as large providers want it."""
        answer = unbase64(args[1].encode()) if len(args) > 1 else await server.challenge_auth("")
        user, token = bearer(answer if isinstance(answer, bytes) else b"")
        return self._signed_in(user, token == ACCESS_TOKEN)

    async def handle_AUTH(self, server: SMTP, _s: Session, _e: Envelope, _args: list[str]) -> Any:
        """A point for faults; then aiosmtpd goes on."""
        return await self._at("auth", server, lambda: MISSING)

    async def handle_EHLO(
        self, server: SMTP, session: Session, _e: Envelope, host: str, answers: list[str]
    ) -> Any:
        """The greeting and what the server can do."""
        session.host_name = host
        answer = await self._at("ehlo", server, lambda: "")
        return [answer] if answer else answers

    async def handle_MAIL(
        self, server: SMTP, _s: Session, envelope: Envelope, address: str, options: list[str]
    ) -> Any:
        """Whom the mail is from."""

        def take() -> str:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
            return "250 2.1.0 OK"

        return await self._at("mail", server, take)

    async def handle_RCPT(
        self, server: SMTP, _s: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> Any:
        """Whom the mail is for: anybody."""

        def take() -> str:
            envelope.rcpt_tos.append(address)
            return "250 2.1.5 OK"

        return await self._at("rcpt", server, take)

    async def handle_DATA(self, server: SMTP, _s: Session, envelope: Envelope) -> Any:
        """Store the mail for each recipient, then say so."""

        def take() -> str:
            sender = (envelope.mail_from or "").strip("<>")
            for address in envelope.rcpt_tos:
                self.store.deliver(bytes(envelope.original_content or b""), address, sender=sender)
            return "250 2.0.0 Stored"

        return await self._at("data", server, take)

    def _signed_in(self, user: str, is_known: bool) -> AuthResult:
        if is_known:
            self.store.claim_for_desk(user)
        return AuthResult(success=is_known, handled=False, auth_data=LoginPassword(user.encode(), b""))

    async def _at(self, point: str, server: SMTP, act: Callable[[], Any]) -> Any:
        try:
            await self.faults.meet(point)
            answer = act()
            await self.faults.meet(f"{point}-done")
        except Refused as refusal:
            return str(refusal)
        except ConnectionDropped:
            server.transport.abort()  # type: ignore[union-attr]
            raise asyncio.CancelledError from None
        return answer
