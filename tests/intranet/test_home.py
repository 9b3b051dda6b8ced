"""Home, spaces and people as members and strangers see them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from news import telling
from people.models import JoinRequest, Membership
from tests.factories.pages import make_post, make_wiki_page

pytestmark = pytest.mark.django_db


def test_home_shows_what_is_new_across_kinds_newest_first(house, client):
    make_post(house.digital, "An older post")
    make_wiki_page(house.people, "A newer page")
    make_post(house.operations, "Not for mary")
    client.force_login(house.mary)
    text = client.get("/").content.decode()
    assert text.index("A newer page") < text.index("An older post")
    assert "Not for mary" not in text


def test_home_keeps_to_my_spaces_when_asked(house, client):
    make_post(house.digital, "From my space")
    make_post(house.people, "From another")
    client.force_login(house.mary)
    text = client.get("/?mine=1").content.decode()
    assert "From my space" in text
    assert "From another" not in text


@pytest.mark.sqlite_only
def test_home_costs_as_many_queries_with_twenty_pages_as_with_one(house, client, django_assert_max_num_queries):
    make_post(house.digital, "One", tags=["first"])
    client.force_login(house.mary)
    client.get("/")
    with django_assert_max_num_queries(10) as few:
        client.get("/")
    for number in range(20):
        make_post(house.digital, f"Post {number}", tags=["first", f"tag {number}"], authors=[house.grace, house.mary])
    with django_assert_max_num_queries(10) as many:
        client.get("/")
    assert len(few) == len(many)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("junk", ["?page=0", "?page=-1", "?page=x", "?page=99999999999", "?page=%00", "?mine=%ff"])
def test_junk_parameters_show_a_page_and_never_an_error(house, client, junk):
    client.force_login(house.otto)
    for address in ("/", "/people/", "/spaces/", "/spaces/digital-services/"):
        assert client.get(address + junk).status_code == 200


def test_the_list_of_spaces_hides_what_a_reader_may_not_know_of(house, client):
    client.force_login(house.otto)
    text = client.get("/spaces/").content.decode()
    assert "Digital Services" in text
    assert "Operations" not in text
    assert client.get("/spaces/operations/").status_code == 404
    assert client.get("/spaces/operations/-/members/").status_code == 404


def test_joining_follows_the_policy_of_the_space(house, client):
    client.force_login(house.otto)
    client.post(reverse("people:join", args=["people-and-culture"]))
    client.post(reverse("people:join", args=["digital-services"]))
    assert set(Membership.objects.filter(person=house.otto).values_list("space__slug", flat=True)) == {
        "people-and-culture"
    }
    assert JoinRequest.objects.get().space == house.digital
    assert client.post(reverse("people:join", args=["operations"])).status_code == 404


def test_who_asked_to_join_is_told_the_truth_and_the_owners_see_it(house, client):
    client.force_login(house.otto)
    front = "/spaces/digital-services/"
    assert "Ask to join" in client.get(front).content.decode()
    told = client.post(f"{front}-/join/", follow=True).content.decode()
    assert "The owners of this space are told." in told
    again = client.get(front).content.decode()
    assert "Ask to join" not in again
    assert "You have asked to join. An owner will decide." in again
    for person, sees in ((house.grace, True), (house.mary, False), (house.linus, False), (house.otto, False)):
        client.force_login(person)
        telling.tell_all()
        assert ("A notification waits for your answer." in client.get("/").content.decode()) is sees
        assert ("Otto Example asks to join “Digital Services”" in client.get("/inbox/").content.decode()) is sees

    house.otto.is_active = False
    house.otto.save()
    client.force_login(house.grace)
    assert "asks to join" not in client.get("/inbox/?all=1").content.decode()
    assert "waits for your answer" not in client.get("/").content.decode()
    assert "Otto Example" not in client.get(f"{front}-/members/").content.decode()


def test_an_owner_lets_in_who_asked_and_others_may_not(house, client):
    JoinRequest.objects.create(person=house.otto, space=house.digital)
    address = reverse("people:set_role", args=["digital-services"])
    client.force_login(house.mary)
    assert client.post(address, {"username": "otto", "role": "member"}).status_code == 404
    client.force_login(house.grace)
    assert "Otto Example" in client.get(reverse("people:members", args=["digital-services"])).content.decode()
    client.post(address, {"username": "otto", "role": "member"})
    assert Membership.objects.filter(person=house.otto, space=house.digital, role="member").exists()
    assert not JoinRequest.objects.exists()


def test_a_space_keeps_its_last_owner(house, client):
    client.force_login(house.grace)
    client.post(reverse("people:leave", args=["digital-services"]))
    client.post(reverse("people:set_role", args=["digital-services"]), {"username": "grace", "role": "member"})
    assert Membership.objects.get(person=house.grace).role == "owner"


def test_a_profile_shows_only_spaces_and_writings_that_the_reader_may_see(house, client):
    make_post(house.operations, "Night shift", by=house.linus)
    make_post(house.people, "Cake on Friday", by=house.ada, authors=[house.linus])
    client.force_login(house.otto)
    text = client.get("/people/linus/").content.decode()
    assert "Cake on Friday" in text
    assert "Night shift" not in text
    assert "Operations" not in text


def test_a_person_edits_her_own_profile_and_nobody_elses(house, client):
    client.force_login(house.mary)
    form = {
        "first_name": "Mary",
        "last_name": "Marsh",
        "job_title": "Researcher",
        "about": "",
        "skills": "maps, maps, GIS",
    }
    assert client.post("/people/mary/-/edit/", form).status_code == 302
    house.mary.refresh_from_db()
    assert (house.mary.name, house.mary.skills) == ("Mary Marsh", ["maps", "GIS"])
    assert client.get("/people/grace/-/edit/").status_code == 404


def test_a_photo_that_is_none_is_refused_by_name_and_nothing_typed_is_lost(house, client):
    client.force_login(house.mary)
    photo = SimpleUploadedFile("me.png", b"<script>alert(1)</script>", content_type="image/png")
    form = {"first_name": "Mary", "last_name": "Kept", "job_title": "", "about": "", "skills": "", "photo": photo}
    response = client.post("/people/mary/-/edit/", form)
    assert response.status_code == 422
    assert "Kept" in response.content.decode()


def test_a_new_name_reaches_the_bylines(house):
    post = make_post(house.digital, "Post", authors=[house.grace])
    house.grace.last_name = "Hopper"
    house.grace.save()
    post.refresh_from_db()
    assert post.byline == [{"username": "grace", "name": "Grace Hopper"}]


def test_signing_out_needs_a_post_and_works_without_a_token(house, django_user_model):
    from django.test import Client

    browser = Client(enforce_csrf_checks=True)
    browser.force_login(house.otto)
    assert browser.get("/sign-out/").status_code == 405
    assert browser.get("/").status_code == 200
    assert browser.post("/sign-out/").status_code == 302
    assert browser.get("/").status_code == 302


def test_nobody_joins_a_space_by_invitation(house, client):
    house.digital.join = "invited"
    house.digital.save()
    client.force_login(house.otto)
    assert "Ask to join" not in client.get("/spaces/digital-services/").content.decode()
    client.post(reverse("people:join", args=["digital-services"]))
    assert not Membership.objects.filter(person=house.otto).exists()
    assert not JoinRequest.objects.exists()
