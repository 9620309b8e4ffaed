"""manage.py demo_mail: the demo's mail server, until it is told to stop."""

import signal
import threading
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from helpdesk.demo import first_mails
from helpdesk.demo.mailserver import DemoMailServer
from helpdesk.demo.mailserver.store import StoreInUse


class Command(BaseCommand):
    """Serves SMTP, IMAP and the web view on loopback."""

    help = "A mail server on this machine for the demo: every address is a mailbox, the password is 'demo'."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ports (0 takes a free one) and the folder that keeps the mail."""
        parser.add_argument("--smtp-port", type=int, default=settings.DEMO_SMTP_PORT)
        parser.add_argument("--imap-port", type=int, default=settings.DEMO_IMAP_PORT)
        parser.add_argument("--web-port", type=int, default=settings.DEMO_WEB_PORT)
        parser.add_argument("--empty", action="store_true", help="start without the demo's first three mails")
        parser.add_argument("--data", type=Path, required=True, metavar="DIR")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run until SIGINT or SIGTERM."""
        ports = {name: options[name] for name in ("smtp_port", "imap_port", "web_port")}
        over = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: over.set())
        try:
            server = DemoMailServer(options["data"], **ports).start()
        except StoreInUse as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"The demo mail server can't listen: {error.strerror or error}.") from error
        if not options["empty"]:
            first_mails.deliver(server)
        self.stdout.write(
            f"SMTP 127.0.0.1:{server.smtp_port}, IMAP 127.0.0.1:{server.imap_port}, "
            f"mailboxes http://127.0.0.1:{server.web_port}/"
        )
        self.stdout.flush()
        over.wait()
        server.close()
