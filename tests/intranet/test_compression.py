"""Pages and modules are compressed on the wire and decompress to the same bytes."""

import gzip
import posixpath
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client, override_settings

from intranet.static_storage import StaticStorage

ROOT = Path(__file__).resolve().parents[2]
PACKED = {"Accept-Encoding": "gzip, deflate"}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/spaces/digital-services/", "/people/", "/search/?q=service", "/sign-in/"])
def test_a_page_leaves_compressed_for_who_takes_that(house: Any, client: Client, path: str) -> None:
    if path != "/sign-in/":
        client.force_login(house.mary)
    plain, packed = client.get(path), client.get(path, headers=PACKED)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert int(packed.headers["Content-Length"]) == len(packed.content) < len(plain.content) / 1.5

    def steady(html: bytes) -> bytes:
        return re.sub(rb'value="[A-Za-z0-9]{64}"', b"", html)

    assert steady(gzip.decompress(packed.content)) == steady(plain.content)


@pytest.mark.django_db
def test_what_is_sent_blurs_its_length(client: Client) -> None:
    sizes = {len(client.get("/no/such/", headers=PACKED).content) for _ in range(20)}
    assert len(sizes) > 5 or sizes == {len(client.get("/no/such/").content)}


@pytest.mark.django_db
def test_pictures_and_recordings_pass_as_they_are(house: Any, client: Client) -> None:
    from tests.media.test_serving import recording

    client.force_login(house.otto)
    item = recording(house)
    response = client.get(item.get_absolute_url(), headers=PACKED)
    assert "Content-Encoding" not in response.headers
    assert response.headers["ETag"].startswith('"')


def test_modules_load_one_another_by_the_names_with_hashes(tmp_path: Path) -> None:
    """By their plain names they would be fetched anew after an hour, uncompressed, and after an upgrade be of two versions."""
    js = ROOT / "static" / "js"
    sources = sorted(path.relative_to(js).as_posix() for path in js.rglob("*.js"))
    shutil.copytree(ROOT / "static" / "js", tmp_path / "js")
    library = "django_prose_editor/editor.js"
    (tmp_path / library).parent.mkdir()
    served = {path: storage for finder in finders.get_finders() for path, storage in finder.list([])}
    (tmp_path / library).write_bytes(served[library].open(library).read())
    with override_settings(STATIC_ROOT=tmp_path, DEBUG=False):
        storage = StaticStorage(location=str(tmp_path))
        for _name, _hashed, processed in storage.post_process(
            {name: (storage, name) for name in [*(f"js/{name}" for name in sources), library]}
        ):
            assert not isinstance(processed, Exception), processed
    hashed = {path.relative_to(tmp_path / "js").as_posix() for path in (tmp_path / "js").rglob("*.????????????.js")}
    assert len(hashed) == len(sources)
    loaded: set[str] = set()
    for name in hashed:
        text = (tmp_path / "js" / name).read_text()
        for found in re.findall(r"""(?:from|import\()\s*["'](\.{1,2}/[^"']+)["']""", text):
            loaded.add(posixpath.normpath(posixpath.join("js", posixpath.dirname(name), found)))
    assert loaded
    assert loaded <= {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.????????????.js")}
    assert all((tmp_path / "js" / f"{name}.gz").exists() for name in hashed)
