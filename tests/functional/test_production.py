"""The production set-up as docs/operations.md prints it: every page, file and header, and a restart."""

import http.client
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.factories.sounds import mp3
from tests.functional.production import ACCOUNT, INSIDE, OUTSIDE, Production, Reader
from tests.functional.slow import send_until_answered

pytestmark = pytest.mark.browser  # with the other tests of whole sites


@pytest.fixture(scope="module")
def production() -> Iterator[Production]:
    production = Production()
    try:
        production.start()
        yield production
    finally:
        production.stop()


@pytest.fixture(scope="module")
def ada(production: Production) -> Reader:
    reader = production.reader(INSIDE)
    signed_in = reader.send("/sign-in/", "/sign-in/", username="ada", password="long-and-not-published")
    assert signed_in.status == 302
    assert any(name.startswith("__Host-") for name in reader.cookies)
    return reader


def first(reader: Reader, page: str, pattern: str) -> str:
    found = re.search(pattern, reader.ask(page).text)
    assert found, f"{pattern} on {page}"
    return found[1]


def test_pages_and_lists_answer_inside_and_outside(production: Production, ada: Reader) -> None:
    for page in ("/", "/spaces/", "/people/", "/search/?q=permit", "/spaces/digital-services/blog/", "/admin/"):
        assert ada.ask(page).status == 200, page
    public = production.reader(OUTSIDE)
    channel = first(public, "/", r'href="(/[a-z-]+/)"')
    for page in ("/", channel, f"{channel}feed.rss", f"{channel}feed.atom", f"{channel}feed.json", "/channels.opml"):
        assert public.ask(page).status == 200, page
    for page in ("/sign-in/", "/spaces/", "/admin/", "/feeds/x/feed.rss"):
        assert public.ask(page).status == 404, page
    assert public.ask("/health/").text == '{"status": "ok", "database": "ok", "storage": "ok"}'


def check_file(reader: Reader, path: str, **headers: str) -> None:
    """Whole, in part, not at all and unchanged; never without what keeps an upload from being a page of the site."""
    whole = reader.ask(path)
    assert whole.status == 200, path
    assert len(whole.body) == int(whole.headers["Content-Length"]) > 0
    expected = {
        "X-Content-Type-Options": "nosniff",
        "Strict-Transport-Security": "max-age=31536000",
        "Accept-Ranges": "bytes",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    for name, value in expected.items():
        assert whole.headers.get_all(name) == [value], f"{name} of {path}"
    assert "sandbox" in whole.headers["Content-Security-Policy"]
    part = reader.ask(path, Range="bytes=5-14")
    assert (part.status, part.body) == (206, whole.body[5:15])
    assert reader.ask(path, Range=f"bytes={len(whole.body)}-").status == 416
    assert reader.ask(path, "HEAD").headers["Content-Length"] == str(len(whole.body))
    assert reader.ask(path, If_None_Match=whole.headers["ETag"]).status == 304
    assert reader.ask(path, Range="bytes=5-14", If_Range='"another"').status == 200


def test_media_leave_through_nginx_with_ranges_and_all_their_headers(production: Production, ada: Reader) -> None:
    post = "/spaces/digital-services/blog/parking-permit-research/"
    picture = first(ada, post, r'src="(/media/pictures/\d+/)\d+/')
    name = first(ada, post, r'src="/media/pictures/\d+/\d+/([^"]+)"')
    for width in (0, 160, 400, 800):  # made while nginx waits, and readable for it a moment later
        check_file(ada, f"{picture}{width}/{name}", Cache_Control="private, no-cache")
    show = first(ada, "/spaces/digital-services/podcasts/", r'href="(/spaces/[^"]+/podcasts/[a-z-]+/)"')
    episode = first(ada, show, rf'href="({show}[a-z0-9-]+/)"')
    check_file(ada, first(ada, episode, r'src="(/media/recordings/[^"]+)"'), Cache_Control="private, no-cache")
    stranger = production.reader(INSIDE)
    assert stranger.ask(f"{picture}0/{name}").status == 302
    assert ada.ask("/-/media/original_images/").status == 404


def test_public_media_leave_through_nginx_too(production: Production) -> None:
    public = production.reader(OUTSIDE)
    pages = re.findall(r'href="(/[a-z-]+/)"', public.ask("/").text)
    items = [item for page in set(pages) for item in re.findall(rf'href="({page}[a-z0-9-]+/)"', public.ask(page).text)]
    media = {path for item in [*pages, *items] for path in re.findall(r'src="(/media/[^"]+)"', public.ask(item).text)}
    assert len({path.rpartition(".")[2] for path in media}) > 1, "a picture and a recording"
    for path in media:
        check_file(public, path, Access_Control_Allow_Origin="*", Cache_Control="public, max-age=31536000, immutable")
    assert public.ask("/-/public-media/00/0").status == 404


def test_only_the_group_of_the_site_reads_its_media_and_nobody_the_rest(production: Production) -> None:
    var = production.folder / "var"
    modes = {name: (var / name).stat().st_mode & 0o777 for name in ("", "media", "public_media", "index")}
    assert modes == {"": 0o710, "media": 0o750, "public_media": 0o750, "index": 0o700}
    for path in var.rglob("*"):
        media = path.relative_to(var).parts[0] in ("media", "public_media")
        assert path.is_symlink() or not path.stat().st_mode & (0o007 if media else 0o077), path
        assert path.owner() == ACCOUNT


def test_a_private_feed_answers_and_its_address_is_in_no_log(production: Production, ada: Reader) -> None:
    made = ada.send("/subscriptions/", "/subscriptions/").text
    token = re.search(r"/feeds/([\w-]{20,})/feed\.rss", made)
    assert token, made[:2000]
    feed = production.reader(INSIDE)
    assert feed.ask(f"/feeds/{token[1]}/feed.rss").status == 200
    for wrong in (
        f"/feeds/{token[1]}/nothing.rss",
        f"//feeds/{token[1]}/feed.rss",
        f"/feeds/{token[1]}/",
        f"/feeds/{token[1]}",
    ):
        answer = feed.ask(wrong)
        assert token[1] not in answer.headers.get("Location", "").replace(f"/feeds/{token[1]}", ""), wrong
    assert token[1] not in production.logs()


def test_a_restart_refuses_nobody(production: Production) -> None:
    def ask() -> int:
        return production.reader(INSIDE).ask("/sign-in/").status

    answers = production.during(production.units[0].restart, ask, pause=0.1)
    assert len(answers) > 20
    assert set(answers) == {200}
    public = production.during(
        production.units[2].restart, lambda: production.reader(OUTSIDE).ask("/").status, pause=0.1
    )
    assert set(public) == {200}


@pytest.mark.parametrize("chunked", [False, True])
def test_a_stranger_who_sends_too_much_is_refused_at_once_and_holds_nobody_up(
    production: Production, chunked: bool
) -> None:
    size = 200_000_000

    def send(path: str) -> tuple[int, int]:
        framing = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {size}"
        head = f"POST {path} HTTP/1.1\r\nHost: {INSIDE}\r\n{framing}\r\n\r\n".encode()
        with production.reader(INSIDE).connect() as client:
            return send_until_answered(client, head, size, chunked=chunked)

    def crowd() -> None:
        with ThreadPoolExecutor(8) as strangers:
            for status, sent in strangers.map(send, ["/health/", "/sign-in/", "/write/", "/admin/"] * 8):
                assert status == 413
                assert sent < 40_000_000

    def view() -> int:
        began = time.monotonic()
        status = production.reader(INSIDE).ask("/sign-in/").status
        assert time.monotonic() - began < 10
        return status

    assert set(production.during(crowd, view, pause=0.2)) == {200}


def test_a_person_uploads_a_recording(production: Production, ada: Reader) -> None:
    show = first(ada, "/spaces/digital-services/podcasts/", r'href="(/spaces/[^"]+/podcasts/[a-z-]+/)"')
    form = f"{show}-/new/"
    hidden = re.findall(r'<input[^>]*type="hidden"[^>]*name="(\w+)"[^>]*value="([^"]*)"', ada.ask(form).text)
    fields = {**dict(hidden), "title": "A long talk", "body": "All of it.", "action": "publish"}
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}' for name, value in fields.items()]
    file = 'Content-Disposition: form-data; name="recording"; filename="talk.mp3"\r\nContent-Type: audio/mpeg\r\n\r\n'
    sound = mp3(1_900)
    assert len(sound) > 30_000_000
    body = b"".join(b"--B\r\n" + part + b"\r\n" for part in [*map(str.encode, parts), file.encode() + sound])
    kind = {"Content_Type": "multipart/form-data; boundary=B", "Referer": f"https://{INSIDE}{form}"}
    answer = ada.ask(form, "POST", body + b"--B--\r\n", **kind)
    assert answer.status == 302, answer.text[:2000]
    recording = first(ada, answer.headers["Location"], r'src="(/media/recordings/[^"]+)"')
    assert ada.ask(recording).body == sound


def test_what_comes_without_tls_is_sent_to_it(production: Production) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", production.plain, timeout=20)
    connection.request("GET", "/spaces/", headers={"Host": INSIDE})
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{INSIDE}/spaces/")
    connection.close()


def test_every_file_that_the_units_and_nginx_name_is_printed(production: Production) -> None:
    printed = "\n".join(production.printed.values())
    named = set(re.findall(r"(?:EnvironmentFile=|include )(/etc/[\w./-]+)", printed))
    assert named <= set(production.printed)
    for folder in re.findall(r"alias (\S+?)/;", production.text("/etc/nginx/sites-available/commonplace")):
        assert Path(folder).is_dir()
