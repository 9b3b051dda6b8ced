"""The readers, what each may be told, and how a response is judged."""

from dataclasses import dataclass, field
from typing import Any

from django.test import Client

READERS = ["anonymous", "otto", "mary", "linus", "grace", "ada"]
INSIDE = {"otto", "mary", "linus", "grace", "ada"}
EVERYBODY = INSIDE | {"anonymous"}
DIGITAL = {"mary", "grace", "ada"}  # members of Digital Services, who may write there
OPERATIONS = {"linus", "ada"}
OWNERS = {"grace", "ada"}  # of Digital Services
ADMIN = {"ada"}
NOBODY: set[str] = set()

WORD = "kestrelword"
"""Stands in everything that is written in the space that only its members see."""
SECRETS = {
    WORD: OPERATIONS,
    "ospreyword": DIGITAL,  # pages for members in a space that all staff see
    "heronword": OWNERS,  # a draft
    "ploverword": {"mary"},  # what one person has typed and not saved
}
"""The hidden words, and who may read what carries them."""
DRAFTED = {"heronword", "ploverword"}
"""Those in drafts, which no index and no feed holds, not even for their writers."""
FORGED = "forged-host.example"
"""The host that every request names: no answer repeats it, for the site knows its address from its settings."""

DIGITAL_SPACE, OPERATIONS_SPACE = "/spaces/digital-services", "/spaces/operations"
OPEN_WIKI, CLOSED_WIKI = f"{DIGITAL_SPACE}/wiki/open-page", f"{OPERATIONS_SPACE}/wiki/closed-page"


@dataclass
class Ask:
    """One request: who gets an answer; everybody else gets 404, and a stranger the sign-in page."""

    url: str
    allowed: set[str]
    method: str = "get"
    ok: set[int] = field(default_factory=lambda: {200})
    data: dict[str, Any] = field(default_factory=dict)
    # Asked only by those who are refused: a POST that would change the world for the asks after it.
    refusal_only: bool = False


Rows = dict[str, list[Ask]]


def both(ending: str, digital: set[str] = INSIDE, operations: set[str] = OPERATIONS, **more: Any) -> list[Ask]:
    """The same address in the open space and in the closed one."""
    return [
        Ask(f"{DIGITAL_SPACE}/{ending}", digital, **more),
        Ask(f"{OPERATIONS_SPACE}/{ending}", operations, **more),
    ]


def wiki(ending: str, digital: set[str] = INSIDE, operations: set[str] = OPERATIONS, **more: Any) -> list[Ask]:
    """The same of an open wiki page and of a closed one."""
    return [Ask(f"{OPEN_WIKI}/{ending}", digital, **more), Ask(f"{CLOSED_WIKI}/{ending}", operations, **more)]


def post_only(url: str, allowed: set[str] = OPERATIONS) -> list[Ask]:
    """GET is refused to all alike, there or not; POST is 404 for those who may not."""
    return [Ask(url, INSIDE, ok={405}), Ask(url, allowed, method="post", refusal_only=True)]


def ask(client: Client, it: Ask) -> tuple[int, str, bytes]:
    response = getattr(client, it.method)(it.url, it.data)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    headers = "\n".join(f"{name}: {value}" for name, value in response.items())
    return response.status_code, headers, body


def what_is_wrong(reader: str, it: Ask, status: int, headers: str, body: bytes) -> str:
    # What was asked stands in the answer of a search box or a sign-in address: that tells nothing.
    asked = it.url.lower().encode()
    text = (headers.encode() + body).lower()
    for word, readers in SECRETS.items():
        if reader not in readers and word.encode() in text and word.encode() not in asked:
            return f"tells {word}"
    if FORGED.encode() in text:
        return "repeats the Host header"
    if status >= 500 and it.ok != {200, 503}:
        return f"breaks with {status}"
    if reader in it.allowed:
        return "" if status in it.ok else f"gets {status} instead of {sorted(it.ok)}"
    if it.url.startswith("/admin/"):
        return "" if status in {302, 403, 404} else f"gets {status}"
    if reader == "anonymous":
        return "" if status == 404 or "location: /sign-in/" in headers.lower() else f"gets {status}"
    return "" if status == 404 else f"gets {status} instead of 404"
