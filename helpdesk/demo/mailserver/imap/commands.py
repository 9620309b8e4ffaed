"""The commands by name, and when each may be said."""

from collections.abc import Awaitable, Callable

from helpdesk.demo.mailserver.imap import account, selected
from helpdesk.demo.mailserver.imap.connection import Connection, No
from helpdesk.demo.mailserver.imap.grammar import NotUnderstood, text

Command = Callable[[Connection, list[object], bool], Awaitable[str]]

ALWAYS = {"CAPABILITY": account.capability, "NOOP": account.noop, "LOGOUT": account.logout}
BEFORE = {"LOGIN": account.login, "AUTHENTICATE": account.authenticate}
BY_NUMBER = {
    "SEARCH": selected.search,
    "FETCH": selected.fetch,
    "STORE": selected.store,
    "COPY": selected.copy,
    "MOVE": selected.move,
    "EXPUNGE": selected.expunge,
}
SIGNED_IN = BY_NUMBER | {
    "SELECT": account.select,
    "EXAMINE": account.examine,
    "STATUS": account.status,
    "LIST": account.list_folders,
    "LSUB": account.lsub,
    "CREATE": account.create,
    "DELETE": account.delete,
    "SUBSCRIBE": account.subscribe,
    "UNSUBSCRIBE": account.unsubscribe,
    "APPEND": account.append,
    "IDLE": account.idle,
    "CHECK": selected.check,
    "CLOSE": selected.close,
    "UNSELECT": selected.unselect,
}


def find(connection: Connection, name: str, arguments: list[object]) -> tuple[Command, list[object], bool]:
    """The command, its arguments, and whether its numbers are uids."""
    by_uid = name == "UID"
    if by_uid:
        name, arguments = text(arguments[0]).upper(), arguments[1:]
    known = ALWAYS | (SIGNED_IN if connection.user else BEFORE)
    command = (BY_NUMBER if by_uid else known).get(name)
    if by_uid and not connection.user:
        raise No("sign in first")
    if command is None:
        raise No("sign in first") if name in SIGNED_IN else NotUnderstood(f"unknown command {name}")
    return command, arguments, by_uid
