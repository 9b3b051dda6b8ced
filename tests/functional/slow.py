"""Slow clients of several kinds, on real sockets to a real server."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from urllib.parse import urlsplit

FEW_BYTES = 4096  # of what a client that reads nothing lets the server send


@dataclass
class Place:
    """Where the site is, and what can be downloaded there."""

    url: str
    cookie: str
    recording: str
    public_recording: str

    @property
    def address(self) -> tuple[str, int]:
        parts = urlsplit(self.url)
        return parts.hostname or "", parts.port or 80

    def head(self, line: str, *headers: str) -> bytes:
        return "\r\n".join([f"{line} HTTP/1.1", f"Host: {urlsplit(self.url).netloc}", *headers, "", ""]).encode()


def slow_headers(place: Place) -> bytes:
    return place.head("GET /sign-in/", "X-Slow: a")[:-4]


def slow_multipart(place: Place) -> bytes:
    head = place.head("POST /sign-in/", "Content-Type: multipart/form-data; boundary=B", "Content-Length: 100000")
    return head + b'--B\r\nContent-Disposition: form-data; name="username"\r\n\r\n'


def slow_form(place: Place) -> bytes:
    kind = "Content-Type: application/x-www-form-urlencoded"
    return place.head("POST /sign-in/", kind, "Content-Length: 100000") + b"username="


def slow_chunks(place: Place) -> bytes:
    kind = "Content-Type: application/x-www-form-urlencoded"
    return place.head("POST /sign-in/", kind, "Transfer-Encoding: chunked") + b"fff\r\nusername="


def unread_download(place: Place) -> bytes:
    return place.head(f"GET {place.recording}", f"Cookie: {place.cookie}")


def unread_public_download(place: Place) -> bytes:
    return place.head(f"GET {place.public_recording}")


def idle_after_an_answer(place: Place) -> bytes:
    return place.head("GET /sign-in/")


def nothing_said(place: Place) -> bytes:
    return b""


def send_until_answered(client: socket.socket, head: bytes, size: int, *, chunked: bool) -> tuple[int, int]:
    """Status of the answer, or 0 if the connection was cut without one; and how many bytes of the body went before it."""
    piece = bytes(65536)
    framed = b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece
    sent, answer = 0, b""
    with contextlib.suppress(OSError):
        client.sendall(head)
        while sent < size and not answer:
            client.sendall(framed)
            sent += len(piece)
            client.settimeout(0)
            with contextlib.suppress(BlockingIOError, ssl.SSLWantReadError):
                answer = client.recv(65536)
            client.settimeout(20)
        if chunked and not answer:
            client.sendall(b"0\r\n\r\n")
    with contextlib.suppress(OSError):
        answer = answer or client.recv(65536)
    return int(answer[9:12] or 0), sent


@dataclass
class Sort:
    begin: Callable[[Place], bytes]
    drip: bytes = b""
    count: int = 8


SORTS = {
    "slow headers": Sort(slow_headers, b"a"),
    "slow multipart body": Sort(slow_multipart, b"a"),
    "slow urlencoded body": Sort(slow_form, b"a"),
    "slow chunked body": Sort(slow_chunks, b"a"),
    "unread download": Sort(unread_download),
    "unread public download": Sort(unread_public_download),
    "idle connection": Sort(idle_after_an_answer, count=200),
    "nothing said": Sort(nothing_said, count=200),
}


@dataclass
class Crowd:
    """So many clients of the sorts, as long as the context lasts; each sends another byte a second."""

    place: Place
    sorts: list[Sort]
    sockets: list[socket.socket] = field(default_factory=list)

    def __enter__(self) -> "Crowd":
        self.over = threading.Event()
        for sort in self.sorts:
            for _ in range(sort.count):
                client = socket.socket()
                client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, FEW_BYTES)
                client.connect(self.place.address)
                client.sendall(sort.begin(self.place))
                self.sockets.append(client)
        drips = [sort.drip for sort in self.sorts for _ in range(sort.count)]
        self.dripping = threading.Thread(target=self.drip, args=(drips,), daemon=True)
        self.dripping.start()
        return self

    def drip(self, drips: list[bytes]) -> None:
        while not self.over.wait(1.0):
            for client, byte in zip(self.sockets, drips, strict=True):
                if byte:
                    try:
                        client.sendall(byte)
                    except OSError:
                        continue

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over.set()
        self.dripping.join()
        for client in self.sockets:
            client.close()
