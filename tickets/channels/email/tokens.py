"""Reply tokens: our own Message-IDs and plus-addresses name a sent mail, and can't be made up by others."""

import re
from collections.abc import Iterable
from uuid import UUID

from privacy.vault.blind import mac

DOMAIN = "tickets.mail.token"
MAC_BYTES = 10
TOKEN = re.compile(r"(?<![0-9a-z])h([0-9a-f]{32})([0-9a-f]{20})(?![0-9a-z])", re.IGNORECASE)


def make(outbound_id: UUID) -> str:
    """The token of a mail that we send: its id, and a MAC of it; letters and digits only."""
    return f"h{outbound_id.hex}{mac(DOMAIN, outbound_id.hex, MAC_BYTES).hex()}"


def find(texts: Iterable[str]) -> list[UUID]:
    """The mails of ours that these headers or addresses name, genuine tokens only, in order."""
    found: list[UUID] = []
    for text in texts:
        for outbound_hex, given in TOKEN.findall(text):
            outbound_id = UUID(outbound_hex)
            if mac(DOMAIN, outbound_id.hex, MAC_BYTES).hex() == given.lower() and outbound_id not in found:
                found.append(outbound_id)
    return found


def message_id(outbound_id: UUID, address: str) -> str:
    """The Message-ID (RFC 5322, 3.6.4) of a mail that we send from an address."""
    return f"<{make(outbound_id)}@{address.rpartition('@')[2] or 'localhost'}>"


def plus_address(outbound_id: UUID, address: str) -> str:
    """``support+TOKEN@example.org``: an address whose answers find their ticket by themselves (RFC 5233)."""
    local, _, domain = address.rpartition("@")
    return f"{local}+{make(outbound_id)}@{domain}"
