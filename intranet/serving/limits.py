"""What one client can cost before, during and after a request; most numbers are in `limits`."""

import os
from dataclasses import dataclass

import limits

MEGABYTE = 1024 * 1024
UPLOAD_MEGABYTES = 200


@dataclass(frozen=True)
class Limits:
    #: The largest body without a session: a text whose session ended while it was written.
    stranger_bytes: int = limits.STRANGER_BODY_BYTES
    #: The largest body of a signed-in person: one upload and the form around it.
    person_bytes: int = UPLOAD_MEGABYTES * MEGABYTE + limits.FORM_BYTES
    #: The part of a body kept in memory; the rest goes to a temporary file.
    memory_bytes: int = limits.BODY_MEMORY_BYTES
    #: What all bodies without a session together may take on disk.
    strangers_disk_bytes: int = limits.STRANGERS_DISK_BYTES
    #: How long a client may pause in the middle of a body.
    idle_seconds: float = limits.BODY_IDLE_SECONDS
    #: How long any body may take; after that each second must bring `bytes_a_second`.
    grace_seconds: float = limits.BODY_GRACE_SECONDS
    bytes_a_second: int = limits.BODY_BYTES_A_SECOND
    #: How long a client may take to send headers, or keep an idle connection open.
    header_seconds: float = limits.HEAD_SECONDS
    #: How long a client may leave sent data unread before the connection is cut.
    unread_seconds: float = limits.UNREAD_SECONDS
    #: How many connections a server process holds; more wait in the system's queue.
    connections: int = limits.CONNECTIONS

    @classmethod
    def of_environment(cls) -> "Limits":
        """The settings validate `INTRANET_MAX_UPLOAD_MB`; here it may be missing."""
        megabytes = os.environ.get("INTRANET_MAX_UPLOAD_MB", "").strip() or UPLOAD_MEGABYTES
        return cls(person_bytes=int(megabytes) * MEGABYTE + limits.FORM_BYTES)
