"""The listening socket: one owner per port, with a clear error otherwise; shared only during a take-over."""

import contextlib
import ctypes
import os
import socket
import struct

TCP_USER_TIMEOUT = getattr(socket, "TCP_USER_TIMEOUT", None)
ATTACH_REUSEPORT_CBPF = 51  # SO_…, socket(7)
FIRST_PASSED = 3  # sd_listen_fds(3)


class Taken(Exception):
    pass


def bind(host: str, port: int, *, share: bool = False) -> socket.socket:
    """A bound socket; with `share`, beside another server of this account on the same port, which will stop soon."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        # Closing connections of the last run do not count.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if share:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind((host, port))
        # From here on nobody else can bind it, even before we listen, unless they ask to share it.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    except OSError as error:
        listener.close()
        raise Taken(f"cannot listen on {host}:{port}: {error.strerror or error}. Set PORT or HOST.") from None
    return listener


def passed() -> socket.socket | None:
    """A socket already bound by `make run` or systemd, so that connections wait while the server restarts."""
    if number := os.environ.get("INTRANET_LISTEN_FD", ""):
        return socket.socket(fileno=int(number))
    if os.environ.get("LISTEN_PID") == str(os.getpid()) and os.environ.get("LISTEN_FDS", "0") != "0":
        return socket.socket(fileno=FIRST_PASSED)
    return None


def prepare(listener: socket.socket, *, unread_seconds: float) -> None:
    """Set options that connections inherit: the system cuts off clients that leave data unread."""
    if TCP_USER_TIMEOUT is not None and listener.family != socket.AF_UNIX:
        listener.setsockopt(socket.IPPROTO_TCP, TCP_USER_TIMEOUT, int(unread_seconds * 1000))
    # Inherited by connections: closed ones must not block the port for the next start.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setblocking(False)


def take_all(listener: socket.socket) -> None:
    """From now on Linux gives all new connections to this one of two servers on the port.

    The other can then stop without leaving any in its queue. If the system cannot do that, or once this server is
    alone, connections are distributed as usual.
    """
    second = struct.pack("=HBBI", 0x06, 0, 0, 1)  # BPF_RET | BPF_K: the socket that came as the second
    with contextlib.suppress(OSError):
        program = ctypes.create_string_buffer(second)
        listener.setsockopt(socket.SOL_SOCKET, ATTACH_REUSEPORT_CBPF, struct.pack("HL", 1, ctypes.addressof(program)))


def stop(listener: socket.socket) -> None:
    """Close it at once in all processes that have it: the next connection goes to the server that takes over.

    Not for a passed socket: systemd or `make run` would be left with one that refuses everything for ever.
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
