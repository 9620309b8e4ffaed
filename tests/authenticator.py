"""A passkey in software, and an app that shows codes: what people hold in their hands, for tests without a browser."""

import base64
import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django_otp.oath import totp

from privacy.factors import app
from privacy.models import Authenticator, User

PRESENT_AND_VERIFIED, WITH_KEY = 0x05, 0x40


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class SoftKey:
    """One key pair; ``origin`` is where its browser believes to be."""

    origin: str = "http://testserver"
    host: str = "testserver"
    flags: int = PRESENT_AND_VERIFIED
    counter: int = 0
    id: bytes = field(default_factory=lambda: os.urandom(32))
    private: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: dict[str, Any]) -> str:
        """The answer to ``navigator.credentials.create``."""
        numbers = self.private.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(public)
        data = self._data(self.flags | WITH_KEY) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options)
        return self._answer({"clientDataJSON": b64(client), "attestationObject": b64(attestation)})

    def prove(self, options: dict[str, Any]) -> str:
        """The answer to ``navigator.credentials.get``."""
        self.counter += 1
        client, data = self._client("webauthn.get", options), self._data(self.flags)
        signed = self.private.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        parts = {"clientDataJSON": client, "authenticatorData": data, "signature": signed}
        return self._answer({name: b64(part) for name, part in parts.items()})

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4, "big")

    def _client(self, kind: str, options: dict[str, Any]) -> bytes:
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": self.origin}).encode()

    def _answer(self, response: dict[str, str]) -> str:
        named = b64(self.id)
        return json.dumps({"id": named, "rawId": named, "type": "public-key", "response": response})


def code_of(device: Authenticator) -> str:
    """What the app shows now."""
    return f"{totp(base64.b32decode(device.secret)):06}"


def with_app(user: User) -> Authenticator:
    """Give somebody an app that is set up; the code used for that is from long ago."""
    device = app.begin(user)
    assert app.confirm(user, code_of(device))
    device.refresh_from_db()
    device.last_step = 0
    device.save()
    return device
