"""Converts a request of granian's RSGI to a WSGI environment (PEP 3333) for Django."""

import sys
from typing import IO, Any

SEPARATORS = {"cookie": "; "}


def environ_of(scope: Any, body: IO[bytes], length: int | None) -> dict[str, Any]:
    """Headers with an underscore are dropped: in WSGI they could pose as those with a hyphen, which proxies set."""
    client = scope.client.rpartition(":")[0].strip("[]")
    server = scope.server.rpartition(":")
    wsgi = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope.query_string.encode("utf-8", "surrogateescape").decode("latin-1"),
        "REMOTE_ADDR": client,
        "SERVER_NAME": server[0].strip("[]"),
        "SERVER_PORT": server[2],
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        if "_" in name:
            continue
        key = name.upper().replace("-", "_")
        key = key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"
        wsgi[key] = f"{wsgi[key]}{SEPARATORS.get(name, ',')}{value}" if key in wsgi else value
    if scope.authority and "HTTP_HOST" not in wsgi:
        wsgi["HTTP_HOST"] = scope.authority
    if length is not None:
        wsgi["CONTENT_LENGTH"] = str(length)
    # The body is complete and has a length now, however it arrived.
    wsgi.pop("HTTP_TRANSFER_ENCODING", None)
    return wsgi
