"""Commands in an open folder: search, fetch, flag, copy, move, remove."""

from collections.abc import Iterable

from helpdesk.demo.mailserver.imap.connection import Connection, No
from helpdesk.demo.mailserver.imap.fetching import Reading, answer, flags, letters, marks_seen, wanted
from helpdesk.demo.mailserver.imap.grammar import chosen, group, ranges, text
from helpdesk.demo.mailserver.imap.searching import matching
from helpdesk.demo.mailserver.maildir import Folder, Mail


async def search(connection: Connection, arguments: list[object], by_uid: bool) -> str:
    """The numbers of the mails that fit."""
    folder = _open(connection)
    fits = matching(arguments, connection.known)
    mails = ((at, folder.mail(uid)) for at, uid in enumerate(connection.known, 1))
    found = [mail.uid if by_uid else at for at, mail in mails if mail and fits(Reading(mail))]
    await connection.send(" ".join(["* SEARCH", *map(str, found)]))
    return ""


async def fetch(connection: Connection, arguments: list[object], by_uid: bool) -> str:
    """Parts of mails."""
    items = wanted(arguments[1])
    if by_uid and "UID" not in [item.upper() for item in items]:
        items.insert(0, "UID")
    for at, mail in _chosen(connection, arguments[0], by_uid):
        shown = mail
        if marks_seen(items) and not mail.is_seen and not connection.is_read_only:
            shown = _open(connection).flag(mail, mail.flags | {"S"})
        told = items if shown is mail or "FLAGS" in items else [*items, "FLAGS"]
        reading = Reading(shown)
        await connection.send(f"* {at} FETCH ".encode() + group(answer(item, reading) for item in told))
    await connection.tell_changes(gone=by_uid)
    return ""


async def store(connection: Connection, arguments: list[object], by_uid: bool) -> str:
    """Set, add or take away flags."""
    folder, how = _writable(connection), text(arguments[1]).upper()
    named = letters(arguments[2])
    for at, mail in _chosen(connection, arguments[0], by_uid):
        changed = mail.flags | named if how[0] == "+" else mail.flags - named if how[0] == "-" else named
        marked = folder.flag(mail, changed) if changed != mail.flags else mail
        if not how.endswith(".SILENT"):
            uid = f"UID {mail.uid} " if by_uid else ""
            await connection.send(f"* {at} FETCH ({uid}FLAGS ".encode() + flags(marked.flags) + b")")
    return ""


async def copy(connection: Connection, arguments: list[object], by_uid: bool) -> str:
    """The same mails in another folder too."""
    source, target = _open(connection), _target(connection, arguments[1])
    mails = [mail for _, mail in _chosen(connection, arguments[0], by_uid)]
    copies = [source.copy(mail, target) for mail in mails]
    return _copied(target, mails, copies)


async def move(connection: Connection, arguments: list[object], by_uid: bool) -> str:
    """Mails from here to another folder."""
    source, target = _writable(connection), _target(connection, arguments[1])
    mails = [mail for _, mail in _chosen(connection, arguments[0], by_uid)]
    moved = [source.move(mail, target) for mail in mails]
    await connection.send(f"* OK {_copied(target, mails, moved)}")
    await connection.tell_changes()
    return ""


async def expunge(connection: Connection, arguments: list[object], by_uid: bool) -> str:
    """Remove what is flagged as deleted."""
    _remove_deleted(connection, chosen(text(arguments[0]), connection.known) if by_uid else connection.known)
    await connection.tell_changes()
    return ""


async def check(connection: Connection, _arguments: list[object], _by_uid: bool) -> str:
    """Nothing but news."""
    _open(connection)
    await connection.tell_changes()
    return ""


async def close(connection: Connection, _arguments: list[object], _by_uid: bool) -> str:
    """Leave the folder; what is flagged as deleted goes."""
    if not connection.is_read_only:
        _remove_deleted(connection, connection.known)
    connection.folder = None
    return ""


async def unselect(connection: Connection, _arguments: list[object], _by_uid: bool) -> str:
    """Leave the folder as it is."""
    _open(connection)
    connection.folder = None
    return ""


def _remove_deleted(connection: Connection, uids: Iterable[int]) -> None:
    folder = _writable(connection)
    for mail in [folder.mail(uid) for uid in uids]:
        if mail and "T" in mail.flags:
            folder.delete(mail)


def _chosen(connection: Connection, numbers: object, by_uid: bool) -> list[tuple[int, Mail]]:
    folder, known = _open(connection), connection.known
    named = set(chosen(text(numbers), known if by_uid else range(1, len(known) + 1)))
    pairs = [(at, folder.mail(uid)) for at, uid in enumerate(known, 1) if (uid if by_uid else at) in named]
    return [(at, mail) for at, mail in pairs if mail]


def _copied(target: Folder, mails: list[Mail], copies: list[Mail]) -> str:
    if not mails:
        return "nothing to do"
    return (
        f"[COPYUID {target.uidvalidity} {ranges(m.uid for m in mails)} {ranges(m.uid for m in copies)}] done"
    )


def _open(connection: Connection) -> Folder:
    if connection.folder is None:
        raise No("no folder is open")
    return connection.folder


def _writable(connection: Connection) -> Folder:
    if connection.is_read_only:
        raise No("this folder is open for reading only")
    return _open(connection)


def _target(connection: Connection, name: object) -> Folder:
    folder = connection.store.folder(connection.user, text(name))
    if folder is None:
        raise No("[TRYCREATE] no such folder")
    return folder
