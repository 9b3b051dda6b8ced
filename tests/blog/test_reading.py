"""A blog lists its posts newest first, to readers with access only, at a small and constant number of queries."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blog import browse
from blog.models import BlogPostPage
from intranet.statistics import refresh_statistics
from pages import actions
from pages.actions import edit_page
from tests.factories.pages import make_post
from tests.factories.pictures import png

BLOG = "/spaces/digital-services/blog/"


def titles(answer) -> list[str]:
    return [post.title for post in answer.context["posts"]]


def day(number: int) -> datetime:
    return datetime(2024, 1, 1, 12, tzinfo=UTC) + timedelta(days=number)


def test_a_reader_finds_the_newest_post_first_and_reads_it(client, house):
    make_post(house.digital, "Older", at=day(1))
    make_post(house.digital, "Newer", body="## A heading\n\nThe *text*.", tags=["news"], at=day(2), summary="In short.")
    client.force_login(house.otto)

    assert titles(client.get(BLOG)) == ["Newer", "Older"]
    page = client.get(f"{BLOG}newer/").text
    for words in ("Newer", "In short.", "The <em>text</em>", "Grace Example", "news", "All staff", "1 minute to read"):
        assert words in page
    assert 'rel="prev" href="/spaces/digital-services/blog/older/"' in page
    assert 'rel="next"' not in page
    assert "-/edit/" not in page


def test_the_audience_stands_at_the_head_of_a_post(client, house):
    make_post(house.digital, "Inner", audience="space")
    client.force_login(house.mary)

    assert "Members of Digital Services" in client.get(f"{BLOG}inner/").text


def test_a_member_of_another_space_gets_404_and_no_hint(client, house):
    make_post(house.operations, "Night shift", tags=["secret-tag"])
    make_post(house.digital, "Inner", audience="space", tags=["secret-tag"], at=day(2))
    make_post(house.digital, "Open", at=day(1))
    client.force_login(house.linus)
    assert client.get("/spaces/operations/blog/night-shift/").status_code == 200
    assert client.get(f"{BLOG}inner/").status_code == 404

    client.force_login(house.mary)
    assert client.get(f"{BLOG}inner/").status_code == 200
    for url in ("/spaces/operations/blog/", "/spaces/operations/blog/night-shift/"):
        assert client.get(url).status_code == 404

    client.force_login(house.otto)
    index = client.get(BLOG)
    assert titles(index) == ["Open"]
    assert "secret-tag" not in index.text
    assert "inner/" not in client.get(f"{BLOG}open/").text


def test_a_draft_is_seen_only_by_those_who_may_edit_it(client, house):
    make_post(house.digital, "Half done", publish=False)
    url = f"{BLOG}half-done/"

    client.force_login(house.otto)
    assert client.get(url).status_code == 404
    assert "Half done" not in client.get(BLOG).text
    client.force_login(house.grace)
    assert "Draft" in client.get(url).text
    assert "Half done" in client.get(BLOG).text


def test_a_newer_draft_of_a_published_post_is_not_what_readers_see(client, house):
    post = make_post(house.digital, "Steady", body="Published words.")
    post.body = "Unpublished words."
    edit_page(person=house.mary, page=post, publish=False)

    client.force_login(house.mary)
    assert "A newer draft waits" in client.get(post.get_absolute_url()).text
    assert "Unpublished words." in client.get(f"{post.get_absolute_url()}-/edit/").text
    client.force_login(house.otto)
    page = client.get(post.get_absolute_url()).text
    assert "Published words." in page
    assert "newer draft" not in page


@pytest.mark.parametrize("year", [1900, 1913, 1969, 2038, 2039, 2199])
def test_every_year_with_posts_is_offered_however_long_ago(client, house, year):
    for title, moment in (("Then", datetime(year, 5, 1, tzinfo=UTC)), ("Now", day(1))):
        make_post(house.digital, title, at=moment)
    client.force_login(house.otto)
    assert f'href="?year={year}"' in client.get(BLOG).text
    assert titles(client.get(f"{BLOG}?year={year}")) == ["Then"]


def test_posts_are_found_by_tag_by_author_and_by_year(client, house):
    make_post(house.digital, "One", tags=["Alpha"], by=house.mary, at=datetime(2023, 5, 1, tzinfo=UTC))
    make_post(house.digital, "Two", tags=["alpha", "beta"], authors=[house.mary, house.grace], at=day(1))
    make_post(house.digital, "Three", authors=[house.grace], at=day(2))
    client.force_login(house.otto)

    assert titles(client.get(f"{BLOG}?tag=alpha")) == ["Two", "One"]
    assert titles(client.get(f"{BLOG}?author=grace")) == ["Three", "Two"]
    assert titles(client.get(f"{BLOG}?year=2023")) == ["One"]
    assert titles(client.get(f"{BLOG}?author=mary&year=2024")) == ["Two"]
    page = client.get(BLOG).text
    for link in ('href="?tag=beta"', 'href="?author=mary"', 'href="?year=2023"'):
        assert link in page


@pytest.mark.sqlite_only
def test_a_long_blog_is_paged_and_the_choice_stays(client, house):
    for number in range(23):
        make_post(house.digital, f"Post {number}", tags=["many"], at=day(number))
    client.force_login(house.otto)

    assert titles(client.get(f"{BLOG}?tag=many&page=2")) == ["Post 2", "Post 1", "Post 0"]
    assert "tag=many" in client.get(f"{BLOG}?tag=many").text


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "query",
    [
        "page=junk",
        "page=-1",
        "page=999999999999",
        "tag=%00",
        "author=%00",
        "year=20x4",
        "year=٢٠٢٤",
        "year=0000",
        "tag=" + "x" * 3000,
    ],
)
def test_junk_in_the_address_is_never_an_error(client, house, query):
    make_post(house.digital, "Kept")
    client.force_login(house.otto)

    assert client.get(f"{BLOG}?{query}").status_code == 200


@pytest.mark.sqlite_only
@pytest.mark.parametrize("path", ["nothing/", "-/", "-/edit/", "x/-/", "x/-/edit/", "x" * 400 + "/"])
def test_what_is_not_there_is_404(client, house, path):
    client.force_login(house.grace)

    assert client.get(f"{BLOG}{path}").status_code == 404


@pytest.mark.sqlite_only
@pytest.mark.parametrize("name", ["otto", "mary", "ada"])
def test_a_post_costs_at_most_six_queries_and_one_for_its_comments(client, house, name, django_assert_max_num_queries):
    client.force_login(house.mary)
    form = {"title": "Costly", "body": "text [[Link]]", "tags": "a, b", "authors": "mary, grace", "hero": png("a.png")}
    client.post(f"{BLOG}-/new/", form)
    make_post(house.digital, "Neighbour", at=day(1))
    client.force_login(getattr(house, name))
    client.get(f"{BLOG}costly/")

    with django_assert_max_num_queries(7):
        assert client.get(f"{BLOG}costly/").status_code == 200


@pytest.mark.sqlite_only
def test_a_list_costs_the_same_with_one_post_and_with_twenty(client, house):
    from django.db import connection

    def cost(person, posts: int | None = None) -> int:
        client.force_login(person)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(BLOG)
        assert posts is None or len(answer.context["posts"]) == posts
        return len(queries)

    readers = (house.otto, house.mary)
    make_post(house.digital, "First", tags=["a"], authors=[house.mary])
    make_post(house.digital, "First draft", publish=False, by=house.mary)
    few = [(cost(reader), cost(reader))[1] for reader in readers]
    for number in range(20):
        make_post(house.digital, f"Post {number}", tags=["a", f"t{number}"], authors=[house.mary, house.grace])
        make_post(house.digital, f"Draft {number}", publish=False, by=house.mary)
    # What stands beside the list is counted once after a change, then kept.
    anew = [cost(reader, posts=20) for reader in readers]
    many = [cost(reader, posts=20) for reader in readers]
    assert max(anew) <= 12
    assert many == few
    assert max(few) <= 8
    assert BlogPostPage.objects.count() == 42


def test_numbers_beside_the_list_follow_every_change_at_once(client, house):
    post = make_post(house.digital, "Inner", tags=["secret-tag"])
    client.force_login(house.otto)
    assert "secret-tag" in client.get(BLOG).text

    actions.set_audience(person=house.grace, page=post, audience="space")
    assert "secret-tag" not in client.get(BLOG).text
    client.force_login(house.mary)
    assert "secret-tag" in client.get(BLOG).text
    form = {"title": "Inner", "body": "x", "tags": "other-tag", "base_revision": post.latest_revision_id}
    client.post(f"{post.get_absolute_url()}-/edit/", form)
    assert "other-tag" in client.get(BLOG).text


@pytest.mark.sqlite_only
def test_a_blog_is_counted_from_an_index_alone(house):
    make_post(house.digital, "Open")
    refresh_statistics()
    with CaptureQueriesContext(connection) as asked:
        assert browse.state_of(house.otto, house.digital.pk)[0] == 1
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {asked[-1]['sql']}")
        plan = "\n".join(row[3] for row in cursor.fetchall())
    assert "COVERING INDEX page_state_of_space" in plan, plan
