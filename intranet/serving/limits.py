"""What one client may cost before, while and after the site does something for her; the numbers are in `limits`."""

import os
from dataclasses import dataclass

import limits

MEGABYTE = 1024 * 1024
UPLOAD_MEGABYTES = 200


@dataclass(frozen=True)
class Limits:
    stranger_bytes: int = limits.STRANGER_BODY_BYTES
    """The largest body of somebody who is not signed in: a text whose session ended while it was written."""
    person_bytes: int = UPLOAD_MEGABYTES * MEGABYTE + limits.FORM_BYTES
    """The largest body of a signed-in person: one upload and the form around it."""
    memory_bytes: int = limits.BODY_MEMORY_BYTES
    """What is kept of a body in memory; the rest lies in a temporary file."""
    strangers_disk_bytes: int = limits.STRANGERS_DISK_BYTES
    """What the bodies of all strangers together may lay on the disk."""
    idle_seconds: float = limits.BODY_IDLE_SECONDS
    """How long a client may pause in the middle of a body."""
    grace_seconds: float = limits.BODY_GRACE_SECONDS
    """How long a body may take, whatever its size; beyond that each second has to bring `bytes_a_second`."""
    bytes_a_second: int = limits.BODY_BYTES_A_SECOND
    header_seconds: float = limits.HEAD_SECONDS
    """How long a client may take for the head of a request, and keep a connection open without one."""
    unread_seconds: float = limits.UNREAD_SECONDS
    """How long a client may leave what was sent to her unread before the connection is cut."""
    connections: int = limits.CONNECTIONS
    """How many connections a server process holds; more wait in the queue of the system."""

    @classmethod
    def of_environment(cls) -> "Limits":
        """`INTRANET_MAX_UPLOAD_MB` was checked by the settings; here it may be missing."""
        megabytes = os.environ.get("INTRANET_MAX_UPLOAD_MB", "").strip() or UPLOAD_MEGABYTES
        return cls(person_bytes=int(megabytes) * MEGABYTE + limits.FORM_BYTES)
