"""A made-up company to try the helpdesk with: its people, its conversations, its mail server."""

from helpdesk.demo.company import LOGINS, LogIn

__all__ = ["LOGINS", "LogIn"]
