"""A mail server for demonstrations and tests: SMTP, IMAP and a small web view, on loopback only."""

from helpdesk.demo.mailserver.faults import Faults
from helpdesk.demo.mailserver.maildir import Mail
from helpdesk.demo.mailserver.server import DemoMailServer
from helpdesk.demo.mailserver.signin import ACCESS_TOKEN, PASSWORD
from helpdesk.demo.mailserver.store import MailStore

__all__ = ["ACCESS_TOKEN", "PASSWORD", "DemoMailServer", "Faults", "Mail", "MailStore"]
