"""What one client may cost before, while and after the site does something for her. One table, in bytes and seconds."""

import os
from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    stranger_bytes: int = 4 * MEGABYTE
    """The largest body of somebody who is not signed in: a text whose session ended while it was written."""
    person_bytes: int = 208 * MEGABYTE
    """The largest body of a signed-in person: one upload and the form around it."""
    memory_bytes: int = 64 * 1024
    """What is kept of a body in memory; the rest lies in a temporary file."""
    strangers_disk_bytes: int = 128 * MEGABYTE
    """What the bodies of all strangers together may lay on the disk."""
    idle_seconds: float = 30
    """How long a client may pause in the middle of a body."""
    grace_seconds: float = 30
    """How long a body may take, whatever its size; beyond that each second has to bring `bytes_a_second`."""
    bytes_a_second: int = 8 * 1024
    header_seconds: float = 30
    """How long a client may take for the head of a request, and keep a connection open without one."""
    unread_seconds: float = 120
    """How long a client may leave what was sent to her unread before the connection is cut."""
    connections: int = 2000
    """How many connections a server process holds; more wait in the queue of the system."""

    @classmethod
    def of_environment(cls) -> "Limits":
        """`INTRANET_MAX_UPLOAD_MB` was checked by the settings; here it may be missing, and is 200 then."""
        megabytes = os.environ.get("INTRANET_MAX_UPLOAD_MB", "").strip() or "200"
        return cls(person_bytes=(int(megabytes) + 8) * MEGABYTE)
