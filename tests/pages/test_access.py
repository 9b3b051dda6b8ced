"""Who may read what: the one decision that every exit relies on."""

import random

import pytest
from django.test import Client

from pages.access import sees_drafts_of, visible_to, with_own_drafts
from pages.actions import delete_page, edit_page, move_page, set_audience, unpublish_page
from pages.models import BasePage
from pages.permissions import may_edit, may_release
from people import actions as people_actions
from people.audiences import audience_tokens
from people.models import Membership
from tests.admin_forms import admin_post
from tests.factories.pages import blog_of, make_post, make_tree, make_wiki_page, wiki_of
from tests.factories.people import join, make_space

pytestmark = pytest.mark.django_db


def fresh(person):
    """The person as the next request loads her."""
    return type(person).objects.get(pk=person.pk)


def titles(person, pages=None):
    found = visible_to(fresh(person), pages if pages is not None else BasePage.objects.exclude(body=""))
    return {page.title for page in found}


def test_staff_read_what_is_for_all_and_members_what_is_theirs(house):
    make_post(house.digital, "For all staff")
    make_post(house.operations, "For members of Operations")
    make_post(house.digital, "For members of Digital Services", audience="space")
    assert titles(house.otto) == {"For all staff"}
    assert titles(house.mary) == {"For all staff", "For members of Digital Services"}
    assert titles(house.linus) == {"For all staff", "For members of Operations"}
    assert len(titles(house.ada)) == 3


def test_a_leaver_reads_nothing_from_the_next_request_on(house, client):
    make_post(house.digital, "For all staff")
    client.force_login(house.otto)
    assert client.get("/").status_code == 200
    house.otto.is_active = False
    house.otto.save()
    assert titles(house.otto) == set()
    assert client.get("/").status_code == 302


def test_a_draft_is_for_those_who_may_edit_it(house):
    make_post(house.digital, "Half a thought", by=house.mary, publish=False)
    assert titles(house.grace) == set()
    pages = BasePage.objects.exclude(body="")
    drafts = {p.username: with_own_drafts(fresh(p), pages).count() for p in house.everybody}
    assert drafts == {"otto": 0, "mary": 1, "linus": 0, "grace": 1, "ada": 1}


def test_joining_and_leaving_a_space_are_effective_at_once(house):
    make_post(house.operations, "Rota")
    assert titles(house.otto) == set()
    people_actions.set_role(by=house.ada, person=house.otto, space=house.operations, role="member")
    assert titles(house.otto) == {"Rota"}
    people_actions.set_role(by=house.ada, person=house.otto, space=house.operations, role="")
    assert titles(house.otto) == set()


def test_closing_a_space_closes_every_page_and_opening_it_opens_them_again(house):
    make_post(house.digital, "Post")
    make_wiki_page(house.digital, "Page", parent=make_wiki_page(house.digital, "Parent"))
    house.digital.see = "members"
    house.digital.save()
    assert titles(house.otto) == set()
    assert titles(house.mary) == {"Post", "Page", "Parent"}
    house.digital.see = "staff"
    house.digital.save()
    assert titles(house.otto) == {"Post", "Page", "Parent"}


def test_narrowing_the_audience_of_one_page_is_effective_at_once(house):
    post = make_post(house.digital, "Salaries")
    set_audience(person=house.grace, page=post, audience="space")
    assert titles(house.otto) == set()
    assert titles(house.mary) == {"Salaries"}


def test_moving_a_branch_into_a_closed_space_closes_it(house):
    people_actions.set_role(by=house.ada, person=house.grace, space=house.operations, role="editor")
    top = make_wiki_page(house.digital, "Incidents")
    make_wiki_page(house.digital, "Last night", parent=top)
    move_page(person=fresh(house.grace), page=top, parent=wiki_of(house.operations))
    assert titles(house.otto) == set()
    assert titles(house.linus) == {"Incidents", "Last night"}
    assert BasePage.objects.get(title="Last night").space == house.operations


def test_an_old_revision_brings_no_old_audience_back(house):
    post = make_post(house.digital, "Salaries", by=house.grace)
    old = post.latest_revision
    set_audience(person=house.grace, page=post, audience="space")
    old.publish(user=house.ada)
    assert titles(house.otto) == set()


def test_unpublished_and_deleted_pages_are_gone_for_readers(house):
    post, other = make_post(house.digital, "One"), make_post(house.digital, "Two")
    unpublish_page(person=house.grace, page=post)
    delete_page(person=house.grace, page=other)
    assert titles(house.otto) == set()


def test_random_trees_agree_with_a_plain_reading_of_the_rules(house):
    """The door against an oracle that knows nothing of tokens."""
    choose = random.Random(7)
    spaces = [house.digital, house.operations, house.people]
    for number in range(30):
        make_post(
            choose.choice(spaces),
            f"Post {number}",
            audience=choose.choice(["staff", "space"]),
            publish=choose.random() > 0.2,
            by=house.ada,
        )
    for space in spaces:
        space.see = choose.choice(["staff", "members"])
        space.save()
    members = set(Membership.objects.values_list("person_id", "space_id"))
    for person in house.everybody:
        expected = {
            page.title
            for page in BasePage.objects.exclude(body="").select_related("space")
            if page.live
            and (
                person.is_superuser
                or (person.pk, page.space_id) in members
                or (page.space.see == "staff" and page.audience == "staff")
            )
        }
        assert titles(person) == expected


def test_the_tokens_of_a_person_cost_one_query(house, django_assert_num_queries):
    mary = fresh(house.mary)
    with django_assert_num_queries(1):
        assert audience_tokens(mary) == {"staff", f"space:{house.digital.pk}"}
        audience_tokens(mary)


def test_wagtail_and_the_front_end_agree_on_who_edits(house):
    pages = [make_post(house.digital, "A"), make_post(house.operations, "B"), make_post(house.people, "C")]
    for person in house.everybody:
        for page in pages:
            wagtail = page.permissions_for_user(fresh(person)).can_edit()
            assert may_edit(fresh(person), page) == wagtail, (person.username, page.title)
    house.digital.write = "editors"
    house.digital.save()
    assert not may_edit(fresh(house.mary), pages[0].__class__.objects.get(pk=pages[0].pk))
    assert not pages[0].permissions_for_user(fresh(house.mary)).can_edit()


def test_releasing_takes_a_right_of_its_own(house):
    post = make_post(house.digital, "News", by=house.grace)
    assert not may_release(house.grace, post)
    assert may_release(house.ada, post)


def test_a_former_address_leads_on_only_for_those_who_may_read_the_page(house):
    page = make_wiki_page(house.operations, "Rota", by=house.linus)
    page.slug = "duty-rota"
    edit_page(person=house.linus, page=page)
    old = "/spaces/operations/wiki/rota/"
    for person, status in [(house.linus, 302), (house.otto, 404)]:
        reader = Client()
        reader.force_login(person)
        assert reader.get(old).status_code == status
    assert Client().get(old).headers["Location"].startswith("/sign-in/")


def test_a_slug_is_never_a_lone_hyphen_and_never_taken_twice(house):
    first, second = make_post(house.digital, "- - -"), make_post(house.digital, "- - -")
    assert (first.slug, second.slug) == ("page", "page-2")
    assert first.get_parent().pk == second.get_parent().pk == blog_of(house.digital).pk


def test_a_site_editor_enters_the_admin_and_finds_there_only_what_her_roles_let_her_edit(house, client):
    from django.contrib.auth.models import Group

    make_post(house.operations, "Night rota")
    make_post(house.digital, "Service news")
    client.force_login(house.mary)
    assert client.get("/admin/").status_code == 403
    house.mary.groups.add(Group.objects.get(name="Site editors"))
    assert client.get("/admin/").status_code == 200
    found = client.get("/admin/pages/search/results/?q=n").content.decode()
    found += client.get(f"/admin/pages/{blog_of(house.digital).pk}/").content.decode()
    assert "Service news" in found
    assert "Night rota" not in found
    closed = BasePage.objects.get(title="Night rota")
    branch = closed.get_parent()
    for address in (
        f"/admin/pages/{branch.pk}/",
        f"/admin/choose-page/{branch.pk}/",
        f"/admin/choose-page/{branch.get_parent().get_parent().pk}/",
        "/admin/choose-page/search/?q=rota",
        f"/admin/pages/{closed.pk}/move/{branch.pk}/confirm/",
        f"/admin/bulk/pages/basepage/delete/?id={closed.pk}",
    ):
        answer = client.get(address).content.decode()
        assert "Night rota" not in answer, address
        assert "Operations" not in answer, address
    assert client.get(f"/admin/pages/{closed.pk}/edit/").status_code in {302, 403, 404}


def test_an_administrator_edits_a_page_in_the_admin_and_the_front_shows_it(house, client):
    post = make_post(house.digital, "Service news", "Old words.", by=house.grace)
    client.force_login(house.ada)
    admin_post(client, post, body="New **words**.", **{"action-publish": "1"})
    post.refresh_from_db()
    assert "<strong>words</strong>" in post.html


def test_who_may_release_without_being_an_administrator_is_offered_it(house, client):
    from django.contrib.auth.models import Group

    post = make_post(house.digital, "News", by=house.grace)
    client.force_login(house.grace)
    offer = f'href="/publish/{post.uid}/"'
    assert offer not in client.get(post.get_absolute_url()).content.decode()
    house.grace.groups.add(Group.objects.get(name="Releasers"))
    text = client.get(post.get_absolute_url()).content.decode()
    assert offer in text
    assert 'href="/admin/"' not in text
    assert client.get(f"/publish/{post.uid}/").status_code == 200


def test_whoever_may_edit_a_page_sees_its_draft_and_else_nobody_but_its_author(house):
    roles = {"member": "mary", "editor": "linus", "owner": "grace"}
    Membership.objects.all().delete()
    spaces = []
    for see in ("staff", "members"):
        for write in ("members", "editors"):
            space = make_space(f"{see}-{write}", see=see, write=write)
            make_tree([space])
            spaces.append(space)
            for role, name in roles.items():
                join(getattr(house, name), space, role)
    people = {person.username: person for person in type(house.ada).objects.all()}
    for space in spaces:
        for author in ("mary", "linus", "ada"):
            for audience in ("staff", "space"):
                for publish in (True, False):
                    title = f"{author} {audience} {publish}"
                    page = make_post(space, title, by=house.ada, audience=audience, publish=publish)
                    type(page).objects.filter(pk=page.pk).update(owner=people[author])
        for page in BasePage.objects.filter(space=space, depth__gt=5).select_related("space"):
            for person in people.values():
                sees = with_own_drafts(person, BasePage.objects.filter(pk=page.pk)).exists()
                edits = may_edit(person, page)
                said = f"{person} {space} {page} {page.live}"
                assert sees or not edits, said
                if not page.live:
                    tends = person.username in {"linus", "grace", "ada"}
                    assert sees == (tends or page.owner_id == person.pk), said
                    writes = tends or (person == house.mary and space.write == "members")
                    assert edits == (sees and writes), said


def test_a_draft_leaves_an_author_who_leaves_the_space(house):
    draft = make_post(house.digital, "Half a thought", by=house.mary, publish=False)
    for is_member in (True, False):
        mary = fresh(house.mary)
        assert sees_drafts_of(mary, draft) is is_member
        assert may_edit(mary, draft) is is_member
        assert with_own_drafts(mary, BasePage.objects.filter(pk=draft.pk)).exists() is is_member
        if is_member:
            people_actions.leave(person=mary, space=house.digital)
