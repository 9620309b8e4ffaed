"""Asks this container's web server whether it is well: ``python -m helpdesk.probe`` (exit code 0 or 1)."""

import os
import sys
import urllib.request


def main() -> None:
    """Ask as a browser would that came in through the front door."""
    host = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".")
    port = os.environ.get("BIND", ":8000").rpartition(":")[2]
    ask = urllib.request.Request(
        f"http://127.0.0.1:{port}/health/web/",
        headers={"Host": host if host not in {"", "*"} else "localhost"},
    )
    try:
        urllib.request.urlopen(ask, timeout=8).close()  # noqa: S310  (our own http address)
    except OSError as error:
        sys.exit(f"The web server is not well: {error}")


if __name__ == "__main__":
    main()
