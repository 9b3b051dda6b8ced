"""A client that sends or reads slowly, or sends far too much, ties up one connection: the others are served."""

import contextlib
import http.client
import re
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from bench.cpu import tree
from tests.functional.conftest import PASSWORD, ROOT, Site
from tests.functional.slow import SORTS, Crowd, Place, send_until_answered
from tests.intranet.processes import environment

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LARGE = 30_000_000
VIEWS = 60

LARGE_RECORDINGS = f"""
from django.core.files.base import ContentFile
from media.models import Recording
from people.models import Space
from syndication.models import ReleasedMedia
from syndication.media import public_storage
sound = bytes({LARGE})
item = Recording(title="Long", media_type="audio/mpeg", length=len(sound), space=Space.objects.get(slug="digital-services"))
item.file.save("long.mp3", ContentFile(sound), save=False)
item.sha256 = item.digest()
item.save()
public = ReleasedMedia.objects.create(sha256=item.sha256, name="long.mp3", media_type="audio/mpeg", size=len(sound))
public_storage().save(public.storage_name, ContentFile(sound))
print("AT", item.get_absolute_url(), "/public/" + public.path)
"""


def signed_in(site: Site, name: str) -> requests.Session:
    reader = requests.Session()
    form = reader.get(f"{site.url}/sign-in/").text
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
    assert token
    fields = {"username": name, "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
    assert reader.post(f"{site.url}/sign-in/", fields, allow_redirects=False).status_code == 302
    return reader


@pytest.fixture(scope="module")
def site(own_site: Site) -> Site:
    return own_site


@pytest.fixture(scope="module")
def reader(site: Site) -> requests.Session:
    return signed_in(site, "mary")


@pytest.fixture(scope="module")
def place(site: Site, reader: requests.Session) -> Place:
    said = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", LARGE_RECORDINGS],
        cwd=ROOT,
        env=environment(INTRANET_VAR=str(site.var)),
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    _at, recording, public = said[said.index("AT") :].split()
    return Place(site.url, f"session={reader.cookies['session']}", recording, public)


def views(url: str, reader: requests.Session, count: int = VIEWS) -> list[float]:
    """Seconds of page views, one after the other; each has to be answered."""
    pages = ["/", "/spaces/", "/spaces/digital-services/", "/people/", "/search/?q=service", "/public/", "/health/"]
    took = []
    for number in range(count):
        began = time.perf_counter()
        answer = reader.get(url + pages[number % len(pages)], timeout=10)
        took.append(time.perf_counter() - began)
        assert answer.status_code == 200, (pages[number % len(pages)], answer.status_code)
    return took


def p95(took: list[float]) -> float:
    return statistics.quantiles(took, n=20)[-1]


@pytest.fixture(scope="module")
def calm(place: Place, reader: requests.Session) -> float:
    """Seconds in which nearly all pages are answered while nobody else asks."""
    views(place.url, reader, 20)
    return p95(views(place.url, reader))


@pytest.mark.parametrize("sort", [*SORTS, "all of them"])
def test_slow_clients_hold_nobody_up(place: Place, reader: requests.Session, calm: float, sort: str) -> None:
    with Crowd(place, list(SORTS.values()) if sort == "all of them" else [SORTS[sort]]):
        time.sleep(1.5)
        crowded = p95(views(place.url, reader))
    print(f"{sort}: p95 {calm * 1000:.0f} ms calm, {crowded * 1000:.0f} ms then")
    assert crowded < max(3 * calm, 0.5)


def test_health_answers_a_flood_beside_slow_clients(place: Place) -> None:
    def ask(_number: int) -> int:
        return requests.get(f"{place.url}/health/", timeout=10).status_code

    with Crowd(place, list(SORTS.values())), ThreadPoolExecutor(200) as flood:
        assert set(flood.map(ask, range(1_000))) == {200}


def send(place: Place, head: bytes, size: int, *, chunked: bool = False) -> tuple[int, int]:
    with socket.create_connection(place.address, timeout=20) as client:
        return send_until_answered(client, head, size, chunked=chunked)


@pytest.mark.parametrize("path", ["/sign-in/", "/health/", "/public/", "/sign-out/", "/search/?q=a", "/no/such/page/"])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_stranger_sends_a_few_megabytes_at_most(place: Place, site: Site, path: str, chunked: bool) -> None:
    size = 250_000_000
    length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {size}"
    head = place.head(f"POST {path}", "Content-Type: multipart/form-data; boundary=B", length)
    taken = on_disk(site)
    status, sent = send(place, head, size, chunked=chunked)
    assert status == 413
    assert sent < 40_000_000
    assert on_disk(site) - taken < 10_000_000


def test_who_asks_first_is_told_before_she_sends_anything(place: Place) -> None:
    head = place.head("POST /sign-in/", "Content-Length: 250000000", "Expect: 100-continue", "Content-Type: text/plain")
    with socket.create_connection(place.address, timeout=20) as client:
        client.sendall(head)
        assert client.recv(4096).startswith(b"HTTP/1.1 413 ")


def test_a_body_of_a_person_may_be_as_large_as_an_upload_and_no_larger(place: Place) -> None:
    cookie = f"Cookie: {place.cookie}"
    kind = "Content-Type: application/octet-stream"
    for size, expected in ((400 * 65536, 403), (5000 * 65536, 413)):
        head = place.head("POST /write/", cookie, kind, f"Content-Length: {size}", "Connection: close")
        assert send(place, head, size)[0] == expected, size


def rss_mb(site: Site) -> float:
    """Of all processes of the site."""
    pages = 0
    for pid in tree(site.process.pid):
        with contextlib.suppress(OSError):
            pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def test_a_person_uploads_200_megabytes_in_memory_that_stays_as_it_is(site: Site, tmp_path: Path) -> None:
    grace = signed_in(site, "grace")
    shows = grace.get(f"{site.url}/spaces/digital-services/podcasts/").text
    show = re.search(r'href="(/spaces/digital-services/podcasts/[\w-]+/)"', shows)
    assert show
    form = grace.get(f"{site.url}{show[1]}-/new/").text
    hidden = dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="(\w+)"[^>]*value="([^"]*)"', form))
    fields = {**hidden, "title": "A long talk", "body": "All of it.", "action": "publish"}
    size = 199 * 1024 * 1024
    sound = struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", size - 8, b"WAVE", b"fmt ", 16, 1, 1, 44100, 88200, 2, 16, b"data", size - 44
    )
    body = tmp_path / "body"
    with body.open("wb") as stream:
        for name, value in fields.items():
            stream.write(f'--B\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
        head = 'Content-Disposition: form-data; name="recording"; filename="talk.wav"\r\nContent-Type: audio/wav'
        stream.write(f"--B\r\n{head}\r\n\r\n".encode() + sound)
        stream.write(bytes(size % 2**20 or 2**20 - len(sound)))
        for _ in range(198):
            stream.write(bytes(2**20))
        stream.write(b"\r\n--B--\r\n")
    calm, peak, over = rss_mb(site), [0.0], threading.Event()

    def watch() -> None:
        while not over.wait(0.1):
            peak[0] = max(peak[0], rss_mb(site))

    watching = threading.Thread(target=watch)
    watching.start()
    client = http.client.HTTPConnection(*Place(site.url, "", "", "").address, timeout=300)
    cookies = "; ".join(f"{name}={value}" for name, value in grace.cookies.items())
    headers = {"Content-Type": "multipart/form-data; boundary=B", "Cookie": cookies, "Origin": site.url}
    with body.open("rb") as stream, contextlib.closing(client):
        headers["Content-Length"] = str(body.stat().st_size)
        client.request("POST", f"{show[1]}-/new/", body=stream, headers=headers)
        answer = client.getresponse()
        answer.read()
    over.set()
    watching.join()
    print(f"200 MB: {calm:.0f} MB before, {peak[0]:.0f} MB at most")
    assert answer.status == 302, answer.status
    assert peak[0] - calm < 80

    # It is there whole, by ranges, by head, and while others go away in the middle of it.
    page = grace.get(f"{site.url}{answer.headers['Location']}").text
    sound_url = re.search(r'(/media/recordings/[^"]+)"', page)
    assert sound_url
    url = site.url + sound_url[1]
    whole = grace.head(url)
    assert (whole.status_code, whole.headers["Content-Length"], whole.content) == (200, str(size), b"")
    part = grace.get(url, headers={"Range": "bytes=0-43", "If-Range": whole.headers["ETag"]})
    assert (part.status_code, part.content) == (206, sound)
    assert part.headers["Content-Range"] == f"bytes 0-43/{size}"
    assert part.headers["Content-Length"] == "44"
    assert len(grace.get(url, headers={"Range": "bytes=-1000"}).content) == 1000
    assert grace.get(url, headers={"Range": f"bytes={size}-"}).status_code == 416
    with grace.get(url, headers={"Range": "bytes=0-9", "If-Range": '"other"'}, stream=True) as other:
        assert other.status_code == 200
    assert grace.get(url, headers={"If-None-Match": whole.headers["ETag"]}).status_code == 304
    for _ in range(10):
        with grace.get(url, stream=True) as gone:
            next(gone.iter_content(1000))
    assert grace.get(f"{site.url}/health/").status_code == 200
    assert "Traceback" not in site.said, site.said[site.said.index("Traceback") :][:2000]


def on_disk(site: Site) -> int:
    """Bytes in temporary files of the server, those without a name included."""
    total = 0
    for pid in tree(site.process.pid):
        for descriptor in Path(f"/proc/{pid}/fd").glob("*"):
            try:
                if str(descriptor.readlink()).startswith(tempfile.gettempdir()):
                    total += descriptor.stat().st_size
            except OSError:
                continue
    return total
