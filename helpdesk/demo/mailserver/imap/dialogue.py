"""The talk with one client: a command is read, meets its planned faults, is carried out and answered."""

import asyncio

from helpdesk.demo.mailserver.faults import ConnectionDropped, Refused
from helpdesk.demo.mailserver.imap.commands import find
from helpdesk.demo.mailserver.imap.connection import CAPABILITY, Connection, No
from helpdesk.demo.mailserver.imap.grammar import NotUnderstood, text, values


async def serve(connection: Connection) -> None:
    """Talk until the client says goodbye or is gone."""
    try:
        await connection.faults.meet("connect")
        await connection.send(f"* OK [{CAPABILITY}] demo mail")
        while not connection.is_over:
            await _command(connection, await connection.read_command())
    except (ConnectionDropped, ConnectionError, asyncio.IncompleteReadError, ValueError, Refused):
        connection.writer.transport.abort()
    finally:
        connection.writer.close()


async def _command(connection: Connection, raw: bytes) -> None:
    tag = raw.split(b" ", 1)[0].strip().decode("latin-1") or "*"
    try:
        _, name, *arguments = values(raw)
        command, arguments, by_uid = find(connection, text(name).upper(), arguments)
        await connection.faults.meet(command.__name__)
        await connection.tell_changes(gone=False)
        answer = await command(connection, arguments, by_uid)
        await connection.faults.meet(f"{command.__name__}-done")
        await connection.send(f"{tag} OK {answer or 'done'}")
    except (No, Refused) as refusal:
        await connection.send(f"{tag} NO {refusal}")
    except (NotUnderstood, ValueError, IndexError, LookupError) as error:
        await connection.send(f"{tag} BAD {error}")
