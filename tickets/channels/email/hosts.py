"""Which servers we may connect to: public ones, and private ones only if the installation allows them."""

import ipaddress
import socket

from django.conf import settings

from tickets.channels.email.problems import MailProblem, Problem


def check(host: str) -> None:
    """Raises MailProblem for a host that doesn't exist, or leads into a private network without leave."""
    if not host:
        raise MailProblem(Problem.NO_SERVER)
    found = _addresses(host)
    if not settings.MAIL_ALLOW_PRIVATE_HOSTS and not all(address.is_global for address in found):
        raise MailProblem(Problem.PRIVATE_HOST)


def is_local(host: str) -> bool:
    """Whether the host is this machine."""
    try:
        return bool(host) and all(address.is_loopback for address in _addresses(host))
    except MailProblem:
        return False


def _addresses(host: str) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise MailProblem(Problem.UNKNOWN_HOST) from None
    return [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
