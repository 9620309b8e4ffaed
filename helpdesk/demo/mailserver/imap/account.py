"""Commands before a folder is open: sign in, folders, putting a mail into one."""

import asyncio
import contextlib
import re
from email.utils import parsedate_to_datetime

from helpdesk.demo.mailserver.imap.connection import CAPABILITY, Connection, No
from helpdesk.demo.mailserver.imap.fetching import FLAGS, letters
from helpdesk.demo.mailserver.imap.grammar import NotUnderstood, string, text
from helpdesk.demo.mailserver.maildir import Folder
from helpdesk.demo.mailserver.signin import ACCESS_TOKEN, PASSWORD, bearer, plain, unbase64
from helpdesk.demo.mailserver.store import with_crlf

FLAG_NAMES = " ".join(FLAGS.values())


async def capability(connection: Connection, _arguments: list[object], _by_uid: bool) -> str:
    """What this server can do."""
    await connection.send(f"* {CAPABILITY}")
    return ""


async def noop(connection: Connection, _arguments: list[object], _by_uid: bool) -> str:
    """Nothing but news."""
    await connection.tell_changes()
    return ""


async def logout(connection: Connection, _arguments: list[object], _by_uid: bool) -> str:
    """Goodbye."""
    await connection.send("* BYE see you")
    connection.is_over = True
    return ""


async def login(connection: Connection, arguments: list[object], _by_uid: bool) -> str:
    """With an address and the password."""
    user, password = text(arguments[0]), text(arguments[1])
    return _enter(connection, user, password == PASSWORD)


async def authenticate(connection: Connection, arguments: list[object], _by_uid: bool) -> str:
    """The same as PLAIN or with an OAuth 2 token, the answer at once or after a challenge."""
    mechanism = text(arguments[0]).upper()
    if mechanism not in ("PLAIN", "XOAUTH2"):
        raise No("unknown mechanism")
    if len(arguments) < 2:
        await connection.send("+ ")
        answer = unbase64((await connection.read_line()).strip())
    else:
        answer = unbase64(text(arguments[1]).encode())
    if mechanism == "PLAIN":
        user, password = plain(answer)
        return _enter(connection, user, password == PASSWORD)
    user, token = bearer(answer)
    return _enter(connection, user, token == ACCESS_TOKEN)


def _enter(connection: Connection, user: str, is_known: bool) -> str:
    if not is_known or "@" not in user:
        raise No("[AUTHENTICATIONFAILED] wrong user name or password")
    connection.user = user
    connection.store.claim_for_desk(user)
    return "signed in"


async def select(connection: Connection, arguments: list[object], _by_uid: bool) -> str:
    """Open a folder."""
    folder = _folder(connection, arguments[0])
    connection.folder, connection.known, connection.is_read_only = folder, folder.uids(), False
    unseen = next((at for at, mail in enumerate(folder.mails(), 1) if not mail.is_seen), None)
    await connection.send(f"* FLAGS ({FLAG_NAMES})")
    await connection.send(f"* OK [PERMANENTFLAGS ({FLAG_NAMES})] kept")
    await connection.send(f"* {len(connection.known)} EXISTS")
    await connection.send("* 0 RECENT")
    if unseen:
        await connection.send(f"* OK [UNSEEN {unseen}] first unread")
    await connection.send(f"* OK [UIDVALIDITY {folder.uidvalidity}] stable")
    await connection.send(f"* OK [UIDNEXT {folder.uidnext}] next")
    return "[READ-WRITE] open"


async def examine(connection: Connection, arguments: list[object], by_uid: bool) -> str:
    """Open a folder without changing anything in it."""
    await select(connection, arguments, by_uid)
    connection.is_read_only = True
    return "[READ-ONLY] open"


async def status(connection: Connection, arguments: list[object], _by_uid: bool) -> str:
    """Numbers of a folder that need not be open."""
    folder = _folder(connection, arguments[0])
    facts = {
        "MESSAGES": len(folder.uids()),
        "RECENT": 0,
        "UIDNEXT": folder.uidnext,
        "UIDVALIDITY": folder.uidvalidity,
        "UNSEEN": sum(not mail.is_seen for mail in folder.mails()),
    }
    names = [text(name).upper() for name in arguments[1]] if isinstance(arguments[1], list) else []
    told = " ".join(f"{name} {facts[name]}" for name in names)
    await connection.send(b"* STATUS " + string(text(arguments[0])) + f" ({told})".encode())
    return ""


async def list_folders(connection: Connection, arguments: list[object], _by_uid: bool) -> str:
    """The folders whose names fit a pattern."""
    return await _tell_folders(connection, "LIST", text(arguments[0]) + text(arguments[1]))


async def lsub(connection: Connection, arguments: list[object], _by_uid: bool) -> str:
    """The same: every folder is subscribed."""
    return await _tell_folders(connection, "LSUB", text(arguments[0]) + text(arguments[1]))


async def _tell_folders(connection: Connection, name: str, pattern: str) -> str:
    if not pattern:
        await connection.send(f'* {name} (\\Noselect) "/" ""')
        return ""
    fits = re.compile(re.escape(pattern).replace(r"\*", ".*").replace("%", "[^/]*"), re.IGNORECASE)
    for folder in connection.store.folders(connection.user):
        if fits.fullmatch(folder):
            await connection.send(f'* {name} (\\HasNoChildren) "/" '.encode() + string(folder))
    return ""


async def create(connection: Connection, arguments: list[object], _by_uid: bool) -> str:
    """A new folder."""
    name = text(arguments[0]).rstrip("/")
    if connection.store.folder(connection.user, name) is not None:
        raise No("[ALREADYEXISTS] there is one of that name")
    connection.store.folder(connection.user, name, create=True)
    return ""


async def delete(connection: Connection, arguments: list[object], _by_uid: bool) -> str:
    """Remove a folder with its mails."""
    if not connection.store.delete_folder(connection.user, text(arguments[0])):
        raise No("[NONEXISTENT] no such folder, or the inbox")
    return ""


async def subscribe(_connection: Connection, _arguments: list[object], _by_uid: bool) -> str:
    """Every folder always is."""
    return ""


async def unsubscribe(_connection: Connection, _arguments: list[object], _by_uid: bool) -> str:
    """Accepted, without effect."""
    return ""


async def append(connection: Connection, arguments: list[object], _by_uid: bool) -> str:
    """Put a mail into a folder."""
    folder = _folder(connection, arguments[0])
    raw = arguments[-1]
    if not isinstance(raw, bytes):
        raise NotUnderstood("mail expected")
    between = arguments[1:-1]
    flags = next((letters(value) for value in between if not isinstance(value, bytes)), frozenset())
    moments = [
        parsedate_to_datetime(text(value).replace("-", " ", 2))
        for value in between
        if isinstance(value, bytes)
    ]
    mail = folder.add(with_crlf(raw), flags=flags, at=moments[0] if moments else None)
    await connection.tell_changes()
    return f"[APPENDUID {folder.uidvalidity} {mail.uid}] stored"


async def idle(connection: Connection, _arguments: list[object], _by_uid: bool) -> str:
    """Tell news until the client says DONE."""
    await connection.send("+ waiting")
    end = asyncio.ensure_future(connection.read_line())
    while not end.done():
        await connection.tell_changes()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(end), timeout=0.2)
    end.result()
    return ""


def _folder(connection: Connection, name: object) -> Folder:
    folder = connection.store.folder(connection.user, text(name))
    if folder is None:
        raise No("[TRYCREATE] no such folder")
    return folder
