"""A scripted OpenAI-compatible server over real HTTP: it says, stalls, breaks off and fails as it is told."""

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Reply:
    """What the server does with one request."""

    pieces: Iterable[str] = ()
    status: int = 200
    delay: float = 0.0
    """Seconds before each piece."""
    breaks: bool = False
    """The connection is closed behind the pieces, without an end."""
    ends: bool = True
    """Whether the server says that it is done."""
    raw: bytes | None = None
    """Sent as the whole body instead of events."""


Script = Callable[[dict[str, Any]], Reply]
"""From the request's body to the reply."""


def says(text: str, size: int = 3, **options: Any) -> Reply:
    """The text in pieces of so many characters."""
    return Reply([text[at : at + size] for at in range(0, len(text), size)], **options)


@dataclass
class Served:
    """The running server."""

    url: str
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


@contextmanager
def serving(script: Script) -> Iterator[Served]:
    """The server at a free local port, until the end of the block."""
    server = _Server(script)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.served
    finally:
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, script: Script) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = script
        self.served = Served(f"http://127.0.0.1:{self.server_port}/v1")

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        key = self.headers.get("Authorization", "")
        self.server.served.asked.append(body)
        self.server.served.keys.append(key)
        reply = self.server.script(body)
        if reply.status != 200:
            error = {"error": {"message": f"no, {key}", "type": "x"}}
            self._whole(reply.status, "application/json", json.dumps(error).encode())
        elif reply.raw is not None:
            self._whole(200, "text/event-stream", reply.raw)
        else:
            self._events(reply)

    def _whole(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _events(self, reply: Reply) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in reply.pieces:
            time.sleep(reply.delay)
            self._event({"delta": {"role": "assistant", "content": piece}, "finish_reason": None})
        if reply.breaks:
            self.close_connection = True
            return
        if reply.ends:
            self._event({"delta": {}, "finish_reason": "stop"})
            self._chunk(b"data: [DONE]\n\n")
        self._chunk(b"")

    def _event(self, choice: dict[str, Any]) -> None:
        event = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m",
                 "choices": [{"index": 0, **choice}]}  # fmt: skip
        self._chunk(b"data: " + json.dumps(event, ensure_ascii=False).encode() + b"\n\n")

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""
