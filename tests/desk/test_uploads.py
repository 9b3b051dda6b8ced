"""Pictures and files that are sent while their writer writes: hers alone until a page that shows them is saved."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from blog.models import BlogPostPage
from desk.models import Draft
from desk.uploads import delete_unused
from limits import UPLOAD_KEPT_DAYS
from media.models import Attachment, Picture, Recording
from pages.actions import edit_page
from pages.models import Shown
from tests.factories.pages import House, make_post
from tests.factories.pictures import png

pytestmark = pytest.mark.django_db

NEW = "/spaces/digital-services/blog/-/new/"


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def send(client: Client, file: Any, address: str = NEW) -> Any:
    return client.post(f"{address}?upload", {"file": file})


def readers(house: House, address: str) -> set[str]:
    return {person.username for person in house.everybody if signed_in(person).get(address).status_code == 200}


@pytest.mark.parametrize(
    ("file", "kind"), [(lambda: png("a.png"), "picture"), (lambda: ContentFile(b"%PDF-1.4", "Plan.pdf"), "file")]
)
def test_what_is_sent_is_its_writers_alone_until_a_page_shows_it(house: House, file: Any, kind: str) -> None:
    mary = signed_in(house.mary)
    answer = send(mary, file()).json()
    assert answer["kind"] == kind
    item: Any = (Picture if kind == "picture" else Attachment).objects.get(pk=answer["number"])
    assert readers(house, item.get_absolute_url()) == {"mary"}
    if kind == "picture":
        assert readers(house, item.rendition_url(400)) == {"mary"}

    line = f"{'!' if kind == 'picture' else ''}[words]({kind}:{item.pk})"
    # Her preview shows it; nobody else gets it by typing its number, and neither does a page of another space.
    address = item.get_absolute_url().rpartition("/")[0]
    assert address in mary.post(f"{NEW}?fragment", {"body": line}).text
    grace = signed_in(house.grace)
    assert address not in grace.post(f"{NEW}?fragment", {"body": line}).text
    grace.post(NEW, {"title": "Guess", "body": line, "audience": "staff"})
    signed_in(house.ada).post("/spaces/operations/blog/-/new/", {"title": "Elsewhere", "body": line})
    assert readers(house, item.get_absolute_url()) == {"mary"}
    assert "missing-media" in BlogPostPage.objects.get(title="Guess").html

    mary.post(NEW, {"title": "Members", "body": line, "audience": "space", "action": "draft"})
    assert readers(house, item.get_absolute_url()) == {"ada", "grace", "mary"}
    mary.post(NEW, {"title": "Open", "body": line, "audience": "staff"})
    assert readers(house, item.get_absolute_url()) == {person.username for person in house.everybody}
    assert address in BlogPostPage.objects.get(title="Open").html


def test_a_draft_of_a_published_page_opens_what_it_shows_to_those_who_can_edit_it(house: House) -> None:
    post = make_post(house.digital, "Post", "Text.", by=house.mary)
    mary = signed_in(house.mary)
    number = send(mary, png("a.png"), f"{post.get_absolute_url()}-/edit/").json()["number"]
    post.body = f"![A](picture:{number})"
    edit_page(person=house.mary, page=post, publish=False)
    assert readers(house, Picture.objects.get().get_absolute_url()) == {"ada", "grace", "mary"}


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("holiday.png", b"<script>", "is damaged or is not a picture"),
        ("plan.pdf", b"MZ\x90\0", "is not the kind of file that its name says"),
        ("tool.exe", b"MZ\x90\0", "was not added. Choose a picture"),
        ("drawing.svg", b"<svg/>", "was not added. Choose a picture"),
        ("empty.txt", b"", "is empty"),
        ("photo.heic", b"\0\0\0\x18ftypheic", "HEIC"),
    ],
)
def test_what_is_refused_is_refused_by_name(house: House, name: str, content: bytes, says: str) -> None:
    answer = send(signed_in(house.mary), ContentFile(content, name))
    assert answer.status_code == 422
    assert f"“{name}”" in answer.json()["error"]
    assert says in answer.json()["error"]
    assert not Picture.objects.exists()
    assert not Attachment.objects.exists()


def test_a_file_that_is_too_large_is_refused_by_name(house: House, settings: Any) -> None:
    settings.INTRANET_MAX_UPLOAD_BYTES = 10
    answer = send(signed_in(house.mary), ContentFile(b"%PDF-1.4 and more", "large.pdf"))
    assert "“large.pdf” is larger than 10" in answer.json()["error"]


@pytest.mark.parametrize("junk", [{}, {"file": "text"}])
def test_an_upload_without_a_file_is_no_error_of_ours(house: House, junk: dict[str, str]) -> None:
    assert signed_in(house.mary).post(f"{NEW}?upload", junk).status_code == 400


def test_a_description_is_taken_for_what_one_may_see(house: House) -> None:
    mary, grace = signed_in(house.mary), signed_in(house.grace)
    picture = Picture.objects.get(pk=send(mary, png("a.png")).json()["number"])
    described = {"picture": picture.pk, "alt": "A bench"}
    for number in (picture.pk, "x", "9" * 30, ""):
        assert grace.post(f"{NEW}?describe", {"picture": number, "alt": "Mine"}).status_code == 404
    assert mary.post(f"{NEW}?describe", described).status_code == 200
    picture.refresh_from_db()
    assert (picture.description, picture.is_decorative) == ("A bench", False)
    mary.post(f"{NEW}?describe", {**described, "alt": ""})
    picture.refresh_from_db()
    assert (picture.description, picture.is_decorative) == ("", True)


def test_what_nobody_uses_is_deleted_after_days(house: House) -> None:
    mary = signed_in(house.mary)
    numbers = [send(mary, png(f"{name}.png")).json()["number"] for name in "abcd"]
    file = send(mary, ContentFile(b"%PDF-1.4", "Plan.pdf")).json()["number"]
    unused, shown, typed, lead = numbers
    mary.post(NEW, {"title": "Open", "body": f"![A](picture:{shown})"})
    fields = {"body": f"![A](picture:{typed}) and [no picture](recording:{unused})", "hero_kept": str(lead)}
    Draft.objects.create(person=house.mary, path=NEW, fields=fields)
    Draft.objects.create(person=house.grace, path=NEW, fields={"body": f"![A](picture:{unused})"})
    assert delete_unused.call() == 0
    old = timezone.now() - timedelta(days=UPLOAD_KEPT_DAYS, hours=1)
    for model in (Picture, Attachment, Recording):
        model.objects.update(created_at=old)
    assert Attachment.objects.filter(pk=file).exists()
    before = Shown.objects.count()
    assert delete_unused.call() == 2
    assert set(Picture.objects.values_list("pk", flat=True)) == {shown, typed, lead}
    assert not Attachment.objects.exists()
    assert Shown.objects.count() == before
