"""Who may sign in to the demo mail server: every address, with one password or one access token."""

import base64
import binascii

PASSWORD = "demo"  # noqa: S105  # nosec B105 - made-up mail, on loopback only
ACCESS_TOKEN = "demo-access-token"  # noqa: S105  # nosec B105
REFRESH_TOKEN = "demo-refresh-token"  # noqa: S105  # nosec B105


def unbase64(text: bytes) -> bytes:
    """What was encoded; nothing if it wasn't base64."""
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""


def plain(answer: bytes) -> tuple[str, str]:
    """User and password of a PLAIN answer."""
    _, user, password = (*answer.split(b"\0"), b"", b"", b"")[:3]
    return user.decode(errors="replace"), password.decode(errors="replace")


def bearer(answer: bytes) -> tuple[str, str]:
    """User and token of an XOAUTH2 answer (``user=… auth=Bearer …`` between control characters)."""
    parts = (part.partition("=") for part in answer.decode(errors="replace").split("\x01"))
    fields = {name: value for name, _, value in parts}
    return fields.get("user", ""), fields.get("auth", "").removeprefix("Bearer ")
