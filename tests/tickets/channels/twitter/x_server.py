"""A server on loopback that speaks as much of Twitter/X's API v2 as we use: signed requests, pages, limits, faults."""

import json
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

US = {"id": "4711", "username": "moorbach", "name": "Moorbach"}


class XServer(ThreadingHTTPServer):
    """Posts are added with ``mention`` and ``direct``; what we sent stands in ``sent``."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.people: dict[str, dict[str, str]] = {US["id"]: US}
        self.mentions: list[dict[str, Any]] = []
        self.directs: list[dict[str, Any]] = []
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.asked: list[str] = []
        self.answers_with: tuple[int, dict[str, str]] | None = None
        self.hangs_up = False
        self.page = 100
        self._next = 1000
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def number(self) -> str:
        self._next += 1
        return str(self._next)

    def person(self, number: str, username: str, name: str = "") -> str:
        self.people[number] = {"id": number, "username": username, "name": name or username}
        return number

    def mention(self, author: str, text: str, *, answers: str = "", **more: Any) -> str:
        row = {
            "id": self.number(),
            "text": text,
            "author_id": author,
            "created_at": _now(),
            "lang": "en",
            **more,
        }
        row.setdefault("conversation_id", answers or row["id"])
        if answers:
            row["referenced_tweets"] = [{"type": "replied_to", "id": answers}]
        self.mentions.insert(0, row)
        return str(row["id"])

    def direct(self, author: str, text: str, *, to: str = US["id"], **more: Any) -> str:
        talk = "-".join(sorted({author, to} if author != to else {author}))
        row = {
            "id": self.number(),
            "text": text,
            "event_type": "MessageCreate",
            "sender_id": author,
            "dm_conversation_id": talk,
            "created_at": _now(),
            **more,
        }
        self.directs.insert(0, row)
        return str(row["id"])


class _Answer(BaseHTTPRequestHandler):
    server: XServer

    def do_GET(self) -> None:
        path, asked = self._asked()
        if self._refused():
            return
        if path == "/2/users/me":
            self._say(200, {"data": US})
        elif path == f"/2/users/{US['id']}/mentions":
            after, since = int(asked.get("since_id", 0)), asked.get("start_time", "")
            rows = [
                r for r in self.server.mentions if int(r["id"]) > after and r["created_at"][:19] >= since[:19]
            ]
            self._page(rows, asked)
        elif path == "/2/dm_events":
            self._page(self.server.directs, asked)
        else:
            self._say(404, {"title": "Not Found"})

    def do_POST(self) -> None:
        path, _asked = self._asked()
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self._refused():
            return
        self.server.sent.append((path, body))
        if self.server.hangs_up:
            self.close_connection = True
            self.connection.close()
            return
        number = self.server.number()
        if path == "/2/tweets":
            self._say(201, {"data": {"id": number, "text": body["text"]}})
        else:
            talk = path.split("/")[3]
            self._say(201, {"data": {"dm_event_id": number, "dm_conversation_id": talk}})

    def log_message(self, *_: object) -> None:
        pass

    def _asked(self) -> tuple[str, dict[str, str]]:
        parts = urlsplit(self.path)
        self.server.asked.append(self.path)
        return parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()}

    def _refused(self) -> bool:
        signed = self.headers.get("Authorization", "")
        if not (
            signed.startswith("OAuth ") and 'oauth_token="token"' in signed and "oauth_signature=" in signed
        ):
            self._say(401, {"title": "Unauthorized"})
            return True
        if self.server.answers_with is not None:
            status, headers = self.server.answers_with
            self._say(status, {"title": "No", "detail": "Not now."}, headers)
            return True
        return False

    def _page(self, rows: list[dict[str, Any]], asked: dict[str, str]) -> None:
        start = int(asked.get("pagination_token", 0))
        here = rows[start : start + self.server.page]
        authors = {row.get("author_id", row.get("sender_id")) for row in here}
        body: dict[str, Any] = {"meta": {"result_count": len(here)}}
        if here:
            body["data"] = here
            body["includes"] = {"users": [self.server.people[each] for each in sorted(authors)]}
        if start + self.server.page < len(rows):
            body["meta"]["next_token"] = str(start + self.server.page)
        self._say(200, body)

    def _say(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        said = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(said)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.999Z")
