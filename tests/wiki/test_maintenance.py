"""Wiki maintenance: lists of pages that need attention."""

from pages.actions import set_audience
from tests.factories.pages import make_wiki_page, wiki_of
from wiki.models import WikiPage

WIKI = "/spaces/digital-services/wiki/"


def test_a_page_moves_with_what_hangs_below_and_every_old_address_and_link_leads_there(client, house):
    team = make_wiki_page(house.digital, "Team", "Us.")
    rota = make_wiki_page(house.digital, "Rota", "On duty.")
    make_wiki_page(house.digital, "Weekend", "Tired.", parent=rota)
    make_wiki_page(house.digital, "Links", "[[Rota]] [[rota/weekend]] [x](/spaces/digital-services/wiki/rota/)")
    client.force_login(house.mary)

    answer = client.post(f"{WIKI}rota/-/move/", {"parent": "team"}, follow=True)

    assert answer.redirect_chain == [(f"{WIKI}team/rota/", 302)]
    client.force_login(house.otto)
    assert client.get(f"{WIKI}rota/").headers["Location"] == f"{WIKI}team/rota/"
    assert client.get(f"{WIKI}rota/weekend/").headers["Location"] == f"{WIKI}team/rota/weekend/"
    assert client.get(f"{WIKI}team/rota/weekend/").status_code == 200
    assert "redlink" not in client.get(f"{WIKI}links/").text
    assert team.get_absolute_url() == f"{WIKI}team/"


def test_an_old_address_tells_nothing_to_who_may_not_read_the_page(client, house):
    make_wiki_page(house.digital, "Team", "Us.")
    rota = make_wiki_page(house.digital, "Rota", "On duty.")
    client.force_login(house.mary)
    client.post(f"{WIKI}rota/-/move/", {"parent": "team"})
    set_audience(person=house.mary, page=WikiPage.objects.get(pk=rota.pk), audience="space")
    assert client.get(f"{WIKI}rota/").status_code == 302
    client.force_login(house.otto)
    assert client.get(f"{WIKI}rota/").status_code == 404


def test_a_page_cannot_move_below_itself_onto_a_twin_or_where_one_may_not_write(client, house):
    rota = make_wiki_page(house.digital, "Rota", "On duty.")
    make_wiki_page(house.digital, "Weekend", "Tired.", parent=rota)
    team = make_wiki_page(house.digital, "Team", "Us.")
    make_wiki_page(house.digital, "Rota", "Another.", parent=team)
    client.force_login(house.mary)
    for parent in ("rota/weekend", "rota", "team", "spaces/people-and-culture/wiki", "spaces/operations/wiki"):
        answer = client.post(f"{WIKI}rota/-/move/", {"parent": parent})
        assert answer.status_code == 200
        assert "There is a problem" in answer.text
    # Read without what nobody sees that is the root, where the page stands already.
    for nothing in ("\x00", "\x01"):
        assert client.post(f"{WIKI}rota/-/move/", {"parent": nothing}).status_code == 302
    assert WikiPage.objects.filter(url_path=f"/home{WIKI}rota/").exists()


def test_the_root_of_a_wiki_stays_where_it_is(client, house):
    client.force_login(house.ada)
    for view in ("move", "delete"):
        assert client.get(f"{WIKI}-/{view}/").status_code == 404
        assert client.post(f"{WIKI}-/{view}/", {"parent": ""}).status_code == 404
    assert wiki_of(house.digital).live


def test_a_member_deletes_what_she_began_and_an_owner_the_rest(client, house):
    make_wiki_page(house.digital, "Of Grace", "x", by=house.grace)
    make_wiki_page(house.digital, "Of Mary", "x", by=house.mary)
    client.force_login(house.mary)
    assert client.post(f"{WIKI}of-grace/-/delete/").status_code == 404
    assert client.post(f"{WIKI}of-mary/-/delete/").status_code == 302
    client.force_login(house.grace)
    assert client.post(f"{WIKI}of-grace/-/delete/").status_code == 302
    assert not WikiPage.objects.filter(title__startswith="Of ", deleted=None).exists()


def test_a_branch_with_pages_of_others_is_not_deleted_in_half(client, house):
    mine = make_wiki_page(house.digital, "Mine", "x", by=house.mary)
    make_wiki_page(house.digital, "Hers", "x", by=house.grace, parent=mine)
    client.force_login(house.mary)
    assert "cannot delete some" in client.post(f"{WIKI}mine/-/delete/").text
    assert WikiPage.objects.filter(title__in=["Mine", "Hers"]).count() == 2


def test_wanted_and_lonely_pages_are_listed(client, house):
    make_wiki_page(house.digital, "A", "[[Holiday]] [[Rota]] [[B]]")
    make_wiki_page(house.digital, "B", "[[holiday]] [[operations:keys]]")
    client.force_login(house.mary)
    wanted = client.get(f"{WIKI}-/wanted/").text
    assert "linked from 2 pages" in wanted
    assert wanted.index("oliday") < wanted.index("Rota")
    assert "keys" not in wanted
    lonely = client.get(f"{WIKI}-/orphans/").text
    assert f'href="{WIKI}a/"' in lonely
    assert f'href="{WIKI}b/"' not in lonely


def test_unpublishing_hides_a_page_at_once(client, house):
    make_wiki_page(house.digital, "Guide", "x")
    client.force_login(house.mary)
    assert client.post(f"{WIKI}guide/-/unpublish/", follow=True).redirect_chain == [(WIKI, 302)]
    client.force_login(house.grace)
    assert client.get(f"{WIKI}guide/").status_code == 200
    client.force_login(house.otto)
    assert client.get(f"{WIKI}guide/").status_code == 404


def test_no_name_of_a_space_makes_the_wanted_pages_tell_what_exists(house, client):
    """A space may be called `path`, as the links that were typed as addresses once were in the store."""
    from pages.tree import ensure_space
    from tests.factories.pages import make_post
    from tests.factories.people import join, make_space

    hidden = make_wiki_page(house.operations, "On call", "Hidden.")
    post = make_post(house.operations, "Outage", "Hidden.")
    for slug in ("path", "wiki", "file"):
        space = make_space(slug)
        ensure_space(space)
        join(house.otto, space, "owner")
        there = [page.get_absolute_url() for page in (hidden, post)]
        nothing = [f"{url.rstrip('/')}-nothing/" for url in there]
        text = " ".join(f"[x]({url}) [[{slug}:{url}]] [[operations:{url}]]" for url in (*there, *nothing))
        make_wiki_page(space, "Asking", text, by=house.otto)
        client.force_login(house.otto)
        wanted = client.get(f"/spaces/{slug}/wiki/-/wanted/").text
        found = [url.strip("/").replace("/", "") for url in (*there, *nothing)]
        listed = wanted.replace("/", "").replace("%2F", "").replace("-", "")
        assert len({one.replace("-", "") in listed for one in found}) == 1, slug


def test_a_hidden_page_does_not_stand_in_the_way_of_a_readable_one(house):
    """What a text links to for all staff is the same, whatever there is that some of them may not read."""
    make_wiki_page(house.digital, "Rota", "For all.", slug="duty")
    before = make_wiki_page(house.digital, "Asking", "[[Rota]] [[digital-services:rota]]", by=house.grace)
    make_wiki_page(house.digital, "Hidden", "For members.", slug="rota", audience="space")
    after = make_wiki_page(house.digital, "Asking again", before.body, by=house.grace)
    assert after.html == before.html
    assert "/wiki/duty/" in after.html


def test_a_page_that_was_closed_a_moment_ago_counts_as_wanted_for_who_may_not_read_it(house, client):
    target = make_wiki_page(house.digital, "Target", "Text.")
    make_wiki_page(house.digital, "Asking", "[[Target]]", by=house.grace)
    # As it stands until the worker has been there.
    type(target).objects.filter(pk=target.pk).update(audience="space", audience_token=f"space:{house.digital.pk}")
    wanted = {}
    for name in ("otto", "mary"):
        client.force_login(getattr(house, name))
        wanted[name] = "linked from" in client.get("/spaces/digital-services/wiki/-/wanted/").text
    assert wanted == {"otto": True, "mary": False}
