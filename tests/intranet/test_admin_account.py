"""The account page in Wagtail's admin changes no picture, name or password: the site's own pages do, by their rules."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from wagtail.users.models import UserProfile

from tests.factories.pages import House
from tests.factories.pictures import with_metadata

pytestmark = pytest.mark.django_db
PASSWORD = "long enough and not guessed"
#: What Wagtail's own page would send.
ALL = {
    "name_email-first_name": "Ada",
    "name_email-last_name": "Example",
    "theme-theme": "dark",
    "theme-contrast": "system",
    "theme-density": "snug",
}


@pytest.fixture
def admin(house: House) -> Client:
    client = Client()
    client.force_login(house.ada)
    return client


def files() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_a_picture_sent_there_is_not_kept(house: House, admin: Client) -> None:
    upload = SimpleUploadedFile("me.jpg", with_metadata("JPEG"), "image/jpeg")
    assert admin.post("/admin/account/", {**ALL, "avatar-avatar": upload}).status_code == 302
    assert files() == []
    assert not UserProfile.get_for_user(house.ada).avatar


def test_a_name_or_password_sent_there_changes_nothing_and_the_rest_is_saved(house: House, admin: Client) -> None:
    page = admin.get("/admin/account/").text
    assert 'name="avatar-avatar"' not in page
    assert "new_password1" not in page
    assert 'href="/people/ada/-/edit/"' in page
    assert 'href="/settings/password/"' in page
    house.ada.last_name = ""
    house.ada.save()
    before = house.ada.password
    typed = {**ALL, "name_email-first_name": "Other", "name_email-last_name": ""}
    typed |= {f"password-{name}": PASSWORD for name in ("old_password", "new_password1", "new_password2")}
    assert admin.post("/admin/account/", typed).status_code == 302
    house.ada.refresh_from_db()
    assert (house.ada.first_name, house.ada.password) == ("Ada", before)
    assert UserProfile.get_for_user(house.ada).theme == "dark"


def test_the_admin_shows_the_photo_of_the_profile(house: House, admin: Client) -> None:
    upload = SimpleUploadedFile("me.jpg", with_metadata("JPEG"), "image/jpeg")
    assert admin.post("/people/ada/-/edit/", {"first_name": "Ada", "photo": upload}).status_code == 302
    house.ada.refresh_from_db()
    address = f"/media/photos/ada/{house.ada.photo.name.rpartition('/')[2]}"
    assert address in admin.get("/admin/").text
    assert admin.get(address).status_code == 200
