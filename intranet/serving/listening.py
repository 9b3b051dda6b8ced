"""The socket that the server listens on: one owner a port, said in one line; handed over only where that is meant."""

import contextlib
import ctypes
import os
import socket
import struct

TCP_USER_TIMEOUT = getattr(socket, "TCP_USER_TIMEOUT", None)
ATTACH_REUSEPORT_CBPF = 51  # SO_…, socket(7)
FIRST_PASSED = 3  # sd_listen_fds(3)


class Taken(Exception):
    """Why it cannot listen there, in one line."""


def bind(host: str, port: int, *, share: bool = False) -> socket.socket:
    """A bound socket. With `share` beside another server of this account on the same port, which is to stop soon."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        # Connections of the last run that are still being closed do not count.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if share:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind((host, port))
        # From here on nobody else binds it, also not before we listen, but one who asks to share it.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    except OSError as error:
        listener.close()
        raise Taken(f"cannot listen on {host}:{port}: {error.strerror or error}. Set PORT or HOST.") from None
    return listener


def passed() -> socket.socket | None:
    """A socket that `make run` or systemd has bound already, so that nobody is refused while the server starts again."""
    if number := os.environ.get("INTRANET_LISTEN_FD", ""):
        return socket.socket(fileno=int(number))
    if os.environ.get("LISTEN_PID") == str(os.getpid()) and os.environ.get("LISTEN_FDS", "0") != "0":
        return socket.socket(fileno=FIRST_PASSED)
    return None


def prepare(listener: socket.socket, *, unread_seconds: float) -> None:
    """Sets what the connections inherit: who leaves unread what was sent is cut off by the system."""
    if TCP_USER_TIMEOUT is not None and listener.family != socket.AF_UNIX:
        listener.setsockopt(socket.IPPROTO_TCP, TCP_USER_TIMEOUT, int(unread_seconds * 1000))
    # Connections have it from here, too: closed ones must not keep the next start from the port.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setblocking(False)


def take_all(listener: socket.socket) -> None:
    """From now on Linux gives every new connection to this one of two servers on the port, so that the other can go without
    leaving any in its queue. Where the system cannot, or once this one is alone, it chooses as it always does."""
    second = struct.pack("=HBBI", 0x06, 0, 0, 1)  # BPF_RET | BPF_K: the socket that came as the second
    with contextlib.suppress(OSError):
        program = ctypes.create_string_buffer(second)
        listener.setsockopt(socket.SOL_SOCKET, ATTACH_REUSEPORT_CBPF, struct.pack("HL", 1, ctypes.addressof(program)))


def stop(listener: socket.socket) -> None:
    """At once in all processes that have it, whatever they still do: the next connection goes to who takes over.

    Not for a socket that was passed: systemd, or `make run`, would be left with one that refuses everybody for ever.
    """
    with contextlib.suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def tell_systemd(state: str) -> None:
    """sd_notify(3), for units with `Type=notify`."""
    if address := os.environ.get("NOTIFY_SOCKET", ""):
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as client:
            client.connect("\0" + address[1:] if address.startswith("@") else address)
            client.sendall(state.encode())
