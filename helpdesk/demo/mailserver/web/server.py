"""Serves the web view on loopback, in a thread, apart from the project's own server."""

import threading
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from helpdesk.demo.mailserver.store import MailStore
from helpdesk.demo.mailserver.web.application import application


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the library's name)
        """Addresses stand in these URLs: no log."""


class WebView:
    """A running web view; port 0 is replaced by the one that the system chose."""

    def __init__(self, store: MailStore, host: str, port: int) -> None:
        self._server = make_server(host, port, application(store), server_class=_Server, handler_class=_Quiet)
        self.port: int = self._server.server_port
        self._thread = threading.Thread(target=self._serve, name="demo mail web view", daemon=True)

    def start(self) -> None:
        """Answer from now on."""
        self._thread.start()

    def _serve(self) -> None:
        self._server.serve_forever(poll_interval=0.05)

    def stop(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
