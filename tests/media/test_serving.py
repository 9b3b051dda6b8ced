"""Files are served by one view, which checks access and gets HTTP right."""

import io
from typing import Any

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from media.models import Attachment, Picture, Recording
from tests.factories.pages import House

pytestmark = pytest.mark.django_db


def png(width: int = 900, height: int = 600) -> ContentFile:
    stream = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(stream, "PNG")
    return ContentFile(stream.getvalue(), "harbour.png")


def recording(house: House, **fields) -> Recording:
    fields.setdefault("space", house.digital)
    sound = bytes(range(256)) * 40
    item = Recording(title="Harbour", media_type="audio/mpeg", length=len(sound), **fields)
    item.file.save("harbour.mp3", ContentFile(sound), save=False)
    item.sha256 = item.digest()
    item.save()
    return item


def test_media_of_a_closed_space_are_404_for_others(house, client):
    picture = Picture(title="Control room", space=house.operations, file=png())
    picture.save()
    attachment = Attachment(title="Plan", space=house.operations, file=ContentFile(b"%PDF-1.4", "plan.pdf"))
    attachment.save()
    items = [picture.rendition_url(800), picture.get_absolute_url(), attachment.get_absolute_url()]
    items += [picture.get_rendition("width-100").url, recording(house, space=house.operations).get_absolute_url()]
    for person, status in [(house.linus, 200), (house.ada, 200), (house.mary, 404), (house.otto, 404)]:
        client.force_login(person)
        assert [client.get(url).status_code for url in items] == [status] * len(items), person
    client.logout()
    assert {client.get(url).status_code for url in items} == {302}


def test_closing_a_space_closes_its_media_at_once(house, client):
    url = recording(house).get_absolute_url()
    client.force_login(house.otto)
    assert client.get(url).status_code == 200
    house.digital.see = "members"
    house.digital.save()
    assert client.get(url).status_code == 404


def test_a_player_gets_the_range_it_asks_for(house, client):
    item = recording(house)
    client.force_login(house.otto)
    whole = b"".join(client.get(item.get_absolute_url()).streaming_content)
    assert len(whole) == item.length

    def ask(value, **headers):
        return client.get(item.get_absolute_url(), headers={"Range": value, **headers})

    part = ask("bytes=10-19")
    assert (part.status_code, part["Content-Range"], part["Content-Length"]) == (206, "bytes 10-19/10240", "10")
    assert b"".join(part.streaming_content) == whole[10:20]
    assert b"".join(ask("bytes=-5").streaming_content) == whole[-5:]
    assert b"".join(ask("bytes=10230-").streaming_content) == whole[10230:]
    assert ask("bytes=99999-").status_code == 416
    assert ask("bytes=99999-")["Content-Range"] == "bytes */10240"
    assert ask("bytes=20-10").status_code == 200
    assert ask("bytes=0-1,5-6").status_code == 200
    assert ask("bytes=0-1", **{"If-Range": '"another"'}).status_code == 200
    assert ask("bytes=0-1", **{"If-Range": part["ETag"]}).status_code == 206


def test_head_and_304_send_no_body(house, client):
    item = recording(house)
    client.force_login(house.otto)
    head = client.head(item.get_absolute_url())
    assert (head.status_code, head["Content-Length"], head["Content-Type"]) == (200, "10240", "audio/mpeg")
    assert client.get(item.get_absolute_url(), headers={"If-None-Match": head["ETag"]}).status_code == 304
    assert client.get(item.get_absolute_url(), headers={"If-Modified-Since": head["Last-Modified"]}).status_code == 304


def test_pictures_are_made_in_a_few_widths_only(house, client):
    picture = Picture(title="Harbour", space=house.digital, file=png())
    picture.save()
    client.force_login(house.otto)
    assert client.get(f"/media/pictures/{picture.pk}/400/x.png").status_code == 200
    assert client.get(f"/media/pictures/{picture.pk}/401/x.png").status_code == 404


def test_a_file_is_downloaded_and_never_run_as_a_page_of_the_site(house, client):
    page = Attachment(title="Page", space=house.digital, file=ContentFile(b"<script>1</script>", "page.html"))
    page.save()
    client.force_login(house.otto)
    response = client.get(page.get_absolute_url())
    assert response["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"


def test_behind_nginx_the_bytes_are_left_to_it(house, client, settings):
    settings.INTRANET_X_ACCEL = True
    item = recording(house)
    client.force_login(house.otto)
    response = client.get(item.get_absolute_url())
    assert response["X-Accel-Redirect"] == f"/-/media/{item.file.name}"
    assert response.content == b""


def status_for(client, person, url: str) -> int:
    client.force_login(person)
    return client.get(url).status_code


def test_a_picture_follows_the_page_that_shows_it(house, client):
    from pages.actions import delete_page, move_page, publish_page, set_audience, unpublish_page
    from people import actions as people_actions
    from tests.factories.pages import make_post, make_wiki_page, wiki_of

    people_actions.set_role(by=house.ada, person=house.grace, space=house.operations, role="editor")

    def fresh_picture() -> Picture:
        picture = Picture(title="Harbour", space=house.digital, file=png(), audience="space")
        picture.save()
        return picture

    grace = type(house.grace).objects.get(pk=house.grace.pk)
    picture = fresh_picture()
    url = picture.get_absolute_url()
    assert status_for(client, house.otto, url) == 404
    post = make_post(house.digital, "Draft", f"![Harbour](picture:{picture.pk} 'Title')", by=grace, publish=False)
    assert status_for(client, house.otto, url) == 404
    assert f"/media/pictures/{picture.pk}/" in post.html
    post = publish_page(person=grace, page=post)
    assert status_for(client, house.otto, url) == 200
    post.refresh_from_db()
    assert f"/media/pictures/{picture.pk}/" in post.html
    # Somebody else's draft that names it does not hold it open.
    make_post(house.people, "Pin", f"picture:{picture.pk}", by=house.ada, publish=False)
    set_audience(person=grace, page=post, audience="space")
    assert (status_for(client, house.otto, url), status_for(client, house.mary, url)) == (404, 200)
    set_audience(person=grace, page=post, audience="staff")
    assert status_for(client, house.otto, url) == 200
    unpublish_page(person=grace, page=post)
    assert status_for(client, house.otto, url) == 404

    picture = fresh_picture()
    page = make_wiki_page(house.digital, "Plan", f"![a][b]\n\n[b]: picture:{picture.pk}", by=grace)
    assert status_for(client, house.otto, picture.get_absolute_url()) == 200
    move_page(person=grace, page=page, parent=wiki_of(house.operations))
    assert status_for(client, house.otto, picture.get_absolute_url()) == 404
    assert status_for(client, house.linus, picture.get_absolute_url()) == 200

    picture = fresh_picture()
    text = f"![a](picture:{picture.pk})"
    one, two = make_post(house.digital, "One", text, by=grace), make_post(house.digital, "Two", text, by=grace)
    delete_page(person=grace, page=one)
    assert status_for(client, house.otto, picture.get_absolute_url()) == 200
    delete_page(person=grace, page=two)
    assert status_for(client, house.otto, picture.get_absolute_url()) == 404


def test_a_picture_follows_what_is_done_in_the_administration_too(house, client):
    from pages.models import FormerAddress
    from tests.factories.pages import make_post, make_wiki_page, wiki_of

    def picture_of(page: Any) -> str:
        """The address of a new picture that only the page shows, after the page was published by Wagtail's own way."""
        picture = Picture(title="Harbour", space=house.digital, file=png(), audience="space")
        picture.save()
        page.body = f"![a](picture:{picture.pk})"
        page.save_revision(user=house.ada).publish(user=house.ada)
        page.refresh_from_db()
        assert picture.get_absolute_url().rpartition("/")[0].rpartition("/")[0] in page.html
        return picture.get_absolute_url()

    def in_admin(path: str) -> None:
        client.force_login(house.ada)
        assert client.post(f"/admin/pages/{path}").status_code == 302

    page = make_wiki_page(house.digital, "Plan", "Before.", by=house.ada)
    waiting = make_wiki_page(house.digital, "Waiting", "See [[Plan B]].", by=house.ada)
    page.title = "Plan B"
    url = picture_of(page)
    assert status_for(client, house.otto, url) == 200
    waiting.refresh_from_db()
    assert page.get_absolute_url() in waiting.html
    before = page.url_path
    in_admin(f"{page.pk}/move/{wiki_of(house.operations).pk}/confirm/")
    assert status_for(client, house.otto, url) == 404
    assert status_for(client, house.linus, url) == 200
    assert FormerAddress.objects.get(url_path=before).page_id == page.pk

    post = make_post(house.digital, "Post", "Before.", by=house.ada)
    url = picture_of(post)
    assert status_for(client, house.otto, url) == 200
    in_admin(f"{post.pk}/unpublish/")
    assert status_for(client, house.otto, url) == 404
    post.refresh_from_db()
    url = picture_of(post)
    # Two pages of one branch that show the same hold it open for each other only while they are there.
    top = make_wiki_page(house.digital, "Top", post.body, by=house.ada)
    make_wiki_page(house.digital, "Below", post.body, by=house.ada, parent=top)
    in_admin(f"{post.pk}/delete/")
    assert status_for(client, house.otto, url) == 200
    in_admin(f"{top.pk}/delete/")
    assert status_for(client, house.otto, url) == 404


def test_a_page_opens_no_picture_of_another_space_that_its_text_names(house, client):
    from pages.actions import edit_page
    from tests.factories.pages import make_post

    picture = Picture(title="Harbour", space=house.digital, file=png(), audience="space")
    picture.save()
    post = make_post(house.people, "Elsewhere", f"![a](picture:{picture.pk})", by=house.ada)
    assert status_for(client, house.otto, picture.get_absolute_url()) == 404
    edit_page(person=house.ada, page=post)
    assert status_for(client, house.otto, picture.get_absolute_url()) == 404
    assert "/media/" not in type(post).objects.get(pk=post.pk).html


def test_media_are_kept_by_no_cache_but_the_readers_own(house, client):
    client.force_login(house.otto)
    response = client.get(recording(house).get_absolute_url())
    assert response["Cache-Control"] == "private, no-cache"
    assert "Cookie" in response["Vary"]


def test_behind_nginx_the_path_of_a_file_is_quoted(house, client, settings):
    """nginx takes off one quoting: a "?" or "%2F" in a name would name another file."""
    settings.INTRANET_X_ACCEL = True
    item = recording(house)
    odd = f"{item.file.name.rpartition('/')[0]}/50%2F? of it.mp3"
    item.file.storage.save(odd, ContentFile(b"x"))
    Recording.objects.filter(pk=item.pk).update(file=odd)
    client.force_login(house.otto)
    response = client.get(item.get_absolute_url())
    assert response["X-Accel-Redirect"] == f"/-/media/{odd.rpartition('/')[0]}/50%252F%3F%20of%20it.mp3"
