"""Comments: people answer one another below a page, and whoever can read the page can read them."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conversation import actions, thread
from conversation.models import Comment, CommentVersion, Visit
from limits import COMMENTS_AN_HOUR
from pages.actions import delete_page, set_audience, unpublish_page
from pages.deleting import restore
from pages.models import Deletion
from people.actions import set_role
from tests.factories.pages import House, make_episode, make_post, make_show, make_wiki_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(house: House) -> Any:
    return make_post(house.digital, "Parking", "Text.", by=house.grace)


@pytest.fixture
def wiki(house: House) -> Any:
    return make_wiki_page(house.digital, "Rules", "Text.", by=house.grace)


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def say(page: Any, person: Any, body: str = "Well said.", parent: Comment | None = None) -> Comment:
    return actions.comment(person=person, page=page, body=body, parent=parent)


def shown(person: Any, page: Any, query: str = "") -> BeautifulSoup:
    return BeautifulSoup(client_of(person).get(page.get_absolute_url() + query).content, "html.parser")


def texts(soup: BeautifulSoup) -> list[str]:
    return [part.get_text(" ", strip=True) for part in soup.select(".comment .prose")]


def kinds_of_page(house: House) -> list[Any]:
    show = make_show(house.digital, "Talks", by=house.grace)
    return [
        make_post(house.digital, "Post", by=house.grace),
        make_wiki_page(house.digital, "Wiki page", by=house.grace),
        make_episode(show, "Episode", by=house.grace),
    ]


def test_everyone_who_reads_a_page_of_any_kind_can_comment_on_it(house: House) -> None:
    for page in kinds_of_page(house):
        answer = client_of(house.otto).post(f"{page.get_absolute_url()}-/comments/", {"body": "**Thank** you, @mary"})
        comment = Comment.objects.get(page=page.pk)
        assert answer["Location"] == f"{page.get_absolute_url()}#comment-{comment.pk}"
        html = client_of(house.mary).get(page.get_absolute_url()).text
        assert f'id="comment-{comment.pk}"' in html
        assert "<strong>Thank</strong>" in html
        assert 'class="mention"' in html


def test_an_answer_is_shown_below_what_it_answers_and_a_deeper_one_says_whom(house: House, post: Any) -> None:
    first = say(post, house.otto, "First")
    other = say(post, house.ada, "Another thread")
    answer = say(post, house.grace, "Answer", first)
    say(post, house.mary, "Deeper", answer)

    soup = shown(house.otto, post)
    assert texts(soup) == ["First", "Answer", "Deeper", "Another thread"]
    assert [each.get_text(strip=True) for each in soup.select(".talk-answers .comment .prose")] == ["Answer", "Deeper"]
    deeper = soup.select(".talk-answers .comment")[1]
    assert "in answer to Grace Example" in deeper.get_text(" ")
    assert texts(shown(house.otto, post, "?sort=newest")) == ["Another thread", "First", "Answer", "Deeper"]
    assert other.thread == other.pk


def test_the_form_answers_and_quotes_with_and_without_a_script(house: House, post: Any) -> None:
    first = say(post, house.otto, "One line\n\n- and a list")
    client = client_of(house.mary)
    at = f"{post.get_absolute_url()}-/comments/"
    form = BeautifulSoup(client.get(f"{at}?parent={first.pk}&quote=1").content, "html.parser").select_one(".talk-write")
    assert form is not None
    assert form.select_one("textarea").text.strip() == "> One line\n>\n> - and a list"
    assert form.select_one("[name=parent]")["value"] == str(first.pk)
    fragment = client.get(f"{at}?parent={first.pk}&part=form").text
    assert fragment.strip().startswith("<form")
    client.post(at, {"body": "Yes", "parent": str(first.pk)})
    assert Comment.objects.get(person=house.mary).parent == first


def test_the_same_form_sent_twice_makes_one_comment(house: House, post: Any) -> None:
    client = client_of(house.otto)
    form = {"body": "Once", "form_key": "1b671a64-40d5-491e-99b0-da01ff1f3341"}
    first, second = (client.post(f"{post.get_absolute_url()}-/comments/", form) for _ in range(2))
    assert Comment.objects.count() == 1
    assert first["Location"] == second["Location"]


@pytest.mark.parametrize("body", ["", "  \n ", "\u200b\u2060"])
def test_an_empty_comment_is_refused_with_the_form(house: House, post: Any, body: str) -> None:
    answer = client_of(house.otto).post(f"{post.get_absolute_url()}-/comments/", {"body": body})
    assert answer.status_code == 422
    assert "Write something." in answer.text
    assert not Comment.objects.exists()


def test_a_comment_is_edited_by_its_author_only_and_says_what_it_said(house: House, post: Any) -> None:
    comment = say(post, house.otto, "The first words")
    at = f"/comments/{comment.pk}/edit/"
    for person in (house.mary, house.grace, house.ada):
        assert client_of(person).get(at).status_code == 404
        assert client_of(person).post(at, {"body": "Mine"}).status_code == 404
    client_of(house.otto).post(at, {"body": "The other words"})
    assert texts(shown(house.mary, post)) == ["The other words"]
    history = client_of(house.mary).get(f"/comments/{comment.pk}/history/").text
    assert "first" in history
    assert "other" in history
    client_of(house.otto).post(at, {"body": "The other words"})
    assert CommentVersion.objects.count() == 1


def test_deleting_leaves_the_thread_and_no_word(house: House, post: Any) -> None:
    first = say(post, house.otto, "Regrettable")
    say(post, house.mary, "An answer", first)
    actions.edit(person=house.otto, comment=first, body="Still regrettable")
    assert client_of(house.mary).post(f"/comments/{first.pk}/delete/").status_code == 404
    assert client_of(house.otto).get(f"/comments/{first.pk}/delete/").status_code == 200
    client_of(house.otto).post(f"/comments/{first.pk}/delete/")
    html = client_of(house.grace).get(post.get_absolute_url()).text
    assert "This comment was deleted." in html
    assert "An answer" in html
    assert "egrettable" not in html
    assert not CommentVersion.objects.exists()
    for view in ("", "history/", "edit/", "delete/"):
        assert client_of(house.otto).get(f"/comments/{first.pk}/{view}").status_code == 404


def test_editors_and_owners_of_the_space_can_delete_what_others_said(house: House, post: Any) -> None:
    comment = say(post, house.otto)
    client_of(house.grace).post(f"/comments/{comment.pk}/delete/")
    comment.refresh_from_db()
    assert comment.deleted_at is not None


def test_the_permalink_leads_to_the_page_of_the_list_that_has_the_comment(house: House, post: Any) -> None:
    comments = Comment.objects.bulk_create(Comment(page_id=post.pk, person=house.otto, body="x") for _ in range(120))
    for each in comments:
        each.thread = each.pk
    Comment.objects.bulk_update(comments, ["thread"])
    for number, page in ((0, ""), (49, ""), (50, "?comments=2"), (119, "?comments=3")):
        answer = client_of(house.mary).get(f"/comments/{comments[number].pk}/")
        assert answer["Location"] == f"{post.get_absolute_url()}{page}#comment-{comments[number].pk}"
        assert f'id="comment-{comments[number].pk}"' in client_of(house.mary).get(answer["Location"]).text


def test_resolved_threads_of_a_wiki_page_stay_within_reach(house: House, wiki: Any, post: Any) -> None:
    first, other = say(wiki, house.otto, "Wrong number"), say(wiki, house.otto, "Open")
    say(wiki, house.grace, "Fixed", first)
    client_of(house.mary).post(f"/comments/{first.pk}/resolve/", {"resolved": "1"})
    assert texts(shown(house.otto, wiki)) == ["Open"]
    soup = shown(house.otto, wiki, "?threads=resolved")
    assert texts(soup) == ["Wrong number", "Fixed"]
    assert "Resolved by Mary Example" in soup.get_text(" ")
    first.refresh_from_db()
    late = say(wiki, house.otto, "One more", first)
    assert late.is_resolved
    answer = client_of(house.otto).get(f"/comments/{late.pk}/")
    assert answer["Location"] == f"{wiki.get_absolute_url()}?threads=resolved#comment-{late.pk}"
    client_of(house.mary).post(f"/comments/{first.pk}/resolve/", {"resolved": "0"})
    assert texts(shown(house.otto, wiki)) == ["Wrong number", "Fixed", "One more", "Open"]
    on_post = say(post, house.otto)
    assert client_of(house.grace).post(f"/comments/{on_post.pk}/resolve/").status_code == 404
    assert other.thread == other.pk


def test_what_came_since_the_last_visit_is_new_and_a_visit_is_written_once(house: House, post: Any) -> None:
    say(post, house.otto, "Before")
    assert not shown(house.mary, post).select(".is-new"), "at a first visit nothing is new"
    say(post, house.otto, "Since")
    say(post, house.mary, "My own")
    soup = shown(house.mary, post)
    assert [part.get_text(strip=True) for part in soup.select(".comment.is-new .prose")] == []
    say(post, house.grace, "News")
    soup = shown(house.mary, post)
    assert [part.get_text(strip=True) for part in soup.select(".comment.is-new .prose")] == ["News"]
    assert "1 new since your last visit" in soup.get_text(" ")
    client = client_of(house.mary)
    with CaptureQueriesContext(connection) as asked:
        assert "is-new" not in client.get(post.get_absolute_url()).text
    assert not [
        query
        for query in asked.captured_queries
        if "conversation_visit" in query["sql"] and not query["sql"].startswith("SELECT")
    ]
    assert Visit.objects.filter(person=house.mary).count() == 1


def test_a_visit_is_only_ever_raised(house: House, post: Any) -> None:
    actions.seen(house.mary, post.pk, 7)
    actions.seen(house.mary, post.pk, 5)
    assert Visit.objects.get().seen == 7
    actions.seen(house.mary, post.pk, 9)
    assert Visit.objects.get().seen == 9


def test_a_comment_on_another_page_of_the_list_stays_new(house: House, post: Any) -> None:
    first = say(post, house.otto)
    many = Comment.objects.bulk_create(Comment(page_id=post.pk, person=house.otto, body="x") for _ in range(60))
    for each in many:
        each.thread = each.pk
    Comment.objects.bulk_update(many, ["thread"])
    actions.seen(house.mary, post.pk, first.pk)
    shown(house.mary, post)
    assert "11 new since your last visit" in shown(house.mary, post, "?comments=2").get_text(" ")
    assert "new since" not in shown(house.mary, post).get_text(" ")


# -- the door


def exits(comment: Comment) -> list[str]:
    page = comment.page.get_absolute_url()
    return [
        page,
        f"{page}-/comments/?parent={comment.pk}",
        *(f"/comments/{comment.pk}/{view}" for view in ("", "history/")),
    ]


def reads(person: Any, comment: Comment, word: str) -> bool:
    answers = [client_of(person).get(address, follow=True) for address in exits(comment)]
    told = [word in answer.text for answer in answers]
    assert len({answer.status_code for answer in answers}) == 1 or word not in answers[0].text
    return any(told)


def test_a_comment_follows_its_page_when_that_narrows_and_opens(house: House, wiki: Any) -> None:
    comment = say(wiki, house.mary, "kestrelword")
    assert reads(house.otto, comment, "kestrelword")
    set_audience(person=house.grace, page=wiki, audience="space")
    assert not reads(house.otto, comment, "kestrelword")
    assert reads(house.mary, comment, "kestrelword")
    set_audience(person=house.grace, page=wiki, audience="staff")
    assert reads(house.otto, comment, "kestrelword")


def test_a_comment_goes_to_the_bin_with_its_page_and_comes_back(house: House, wiki: Any) -> None:
    comment = say(wiki, house.mary, "kestrelword")
    delete_page(person=house.grace, page=wiki)
    for person in house.everybody:
        for address in exits(comment):
            assert "kestrelword" not in client_of(person).get(address, follow=True).text
        assert client_of(person).get(f"/comments/{comment.pk}/").status_code == 404
    restore(Deletion.objects.get(), by=house.grace)
    assert reads(house.otto, comment, "kestrelword")


def test_a_comment_on_what_is_no_longer_published_is_for_those_who_see_the_draft(house: House, wiki: Any) -> None:
    comment = say(wiki, house.mary, "kestrelword")
    unpublish_page(person=house.grace, page=wiki)
    assert not reads(house.otto, comment, "kestrelword")
    assert "kestrelword" in client_of(house.grace).get(wiki.get_absolute_url()).text
    answer = client_of(house.grace).post(f"{wiki.get_absolute_url()}-/comments/", {"body": "Now?"})
    assert answer.status_code == 404


def test_whoever_leaves_the_space_leaves_its_comments(house: House) -> None:
    page = make_post(house.operations, "Rota", by=house.linus)
    comment = say(page, house.linus, "kestrelword")
    client = client_of(house.linus)
    assert "kestrelword" in client.get(page.get_absolute_url()).text
    set_role(by=house.ada, person=house.linus, space=house.operations, role="")
    for address in exits(comment):
        assert client.get(address).status_code == 404
    for view in ("edit/", "delete/", "react/", "resolve/"):
        assert client.post(f"/comments/{comment.pk}/{view}", {"body": "x", "reaction": "thanks"}).status_code == 404


def test_who_can_comment_is_a_policy_of_the_space(house: House, post: Any) -> None:
    at = f"{post.get_absolute_url()}-/comments/"
    for policy, allowed in (
        ("readers", {"otto", "mary", "grace", "ada"}),
        ("members", {"mary", "grace", "ada"}),
        ("nobody", set()),
    ):
        house.digital.comment = policy
        house.digital.save()
        for person in (house.otto, house.mary, house.grace, house.ada):
            answer = client_of(person).post(at, {"body": "x"})
            assert (answer.status_code == 302) == (person.username in allowed), (policy, person.username)
            offered = f'{at}"' in client_of(person).get(post.get_absolute_url()).text
            assert offered == (person.username in allowed)


def test_a_commenter_comments_and_writes_nothing(house: House) -> None:
    page = make_post(house.operations, "Rota", by=house.linus)
    set_role(by=house.ada, person=house.otto, space=house.operations, role="commenter")
    client = client_of(house.otto)
    assert client.post(f"{page.get_absolute_url()}-/comments/", {"body": "Seen"}).status_code == 302
    assert client.get(f"{page.get_absolute_url()}-/edit/").status_code == 404
    assert client.get("/spaces/operations/blog/-/new/").status_code == 404
    assert client.get("/spaces/operations/wiki/-/new/").status_code == 404


def test_a_page_can_be_closed_for_comments(house: House, post: Any) -> None:
    comment = say(post, house.otto, "Before")
    at = post.get_absolute_url()
    for person in (house.otto, house.mary):
        assert client_of(person).post(f"{at}-/close-comments/").status_code == 404
    client_of(house.grace).post(f"{at}-/close-comments/", {"closed": "1"})
    assert client_of(house.otto).post(f"{at}-/comments/", {"body": "After"}).status_code == 404
    assert client_of(house.otto).post(f"/comments/{comment.pk}/edit/", {"body": "After"}).status_code == 404
    html = client_of(house.otto).get(at).text
    assert "Before" in html
    assert "Comments on this page are closed." in html
    client_of(house.grace).post(f"{at}-/close-comments/", {"closed": "0"})
    assert client_of(house.otto).post(f"{at}-/comments/", {"body": "After"}).status_code == 302


def test_an_answer_to_a_comment_of_another_page_is_refused(house: House, post: Any, wiki: Any) -> None:
    elsewhere = say(wiki, house.otto)
    answer = client_of(house.otto).post(
        f"{post.get_absolute_url()}-/comments/", {"body": "x", "parent": str(elsewhere.pk)}
    )
    assert answer.status_code == 404


def test_nobody_floods_a_page(house: House, post: Any) -> None:
    Comment.objects.bulk_create(Comment(page_id=post.pk, person=house.otto, body="x") for _ in range(COMMENTS_AN_HOUR))
    answer = client_of(house.otto).post(f"{post.get_absolute_url()}-/comments/", {"body": "One more"})
    assert answer.status_code == 422
    assert "One more" in answer.text
    assert client_of(house.mary).post(f"{post.get_absolute_url()}-/comments/", {"body": "Mine"}).status_code == 302


# -- texts


def test_a_link_says_nothing_of_what_other_pages_there_are(house: House, post: Any) -> None:
    make_wiki_page(house.digital, "Inner", audience="space", by=house.grace)
    comment = say(post, house.mary, "[[Inner]] and [[Missing]] and [[operations:Rota]]")
    assert "redlink" not in comment.html
    assert comment.html.count('class="wikilink"') == 3


def test_nothing_in_a_comment_can_be_taken_for_a_part_of_the_page(house: House, post: Any) -> None:
    comment = say(post, house.mary, "# Heading\n\nA note[^1]\n\n[^1]: Below\n\n<script>x</script>\n\n![x](picture:1)")
    assert "<h" not in comment.html
    assert " id=" not in comment.html
    assert "<script" not in comment.html
    assert "<img" not in comment.html


def test_links_of_comments_follow_a_page_to_another_space(house: House, wiki: Any) -> None:
    from pages.actions import move_page
    from tests.factories.pages import wiki_of

    comment = say(wiki, house.mary, "See [[Rota]]")
    assert "/spaces/digital-services/wiki/-/to/" in comment.html
    move_page(person=house.ada, page=wiki, parent=wiki_of(house.people))
    wiki.refresh_from_db()
    assert "/spaces/people-and-culture/wiki/-/to/?title=Rota" in client_of(house.otto).get(wiki.get_absolute_url()).text
    comment.refresh_from_db()
    assert comment.linked_space == house.people.pk


def test_a_new_name_is_shown_in_comments_and_beside_reactions(house: House, post: Any) -> None:
    say(post, house.otto, "Ask @mary")
    actions.react(person=house.mary, page=post, kind="thanks")
    house.mary.first_name, house.mary.last_name = "Maria", "Beispiel"
    house.mary.save()
    html = client_of(house.otto).get(post.get_absolute_url()).text
    assert "@Maria Beispiel" in html
    assert ": Maria Beispiel" in html


# -- cost


def make_thread(page: Any, house: House, number: int, *, threads: int) -> None:
    people = house.everybody
    rows = [
        Comment(page_id=page.pk, person=people[place % 5], body="Text", html="<p>Text</p>", linked_space=page.space_id)
        for place in range(number)
    ]
    rows = Comment.objects.bulk_create(rows)
    for place, row in enumerate(rows):
        top = rows[place % threads]
        row.thread, row.parent = top.pk, None if top is row else top
    Comment.objects.bulk_update(rows, ["thread", "parent"])


@pytest.mark.parametrize("threads", [1, 1000])
def test_a_thread_of_a_thousand_costs_as_much_as_one_of_ten(house: House, post: Any, threads: int) -> None:
    client = client_of(house.mary)

    def cost(query: str = "") -> int:
        client.get(post.get_absolute_url() + query)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(post.get_absolute_url() + query).status_code == 200
        return len(asked)

    alone = cost()
    assert alone <= 7, "an article takes six, and one asks whether there are comments"
    make_thread(post, house, 10, threads=min(threads, 10))
    few = cost()
    assert few <= 8
    make_thread(post, house, 1000, threads=threads)
    assert cost() <= 8
    assert cost("?comments=9") <= 9  # the reader has not seen the pages before: what is new there is asked for
    assert cost("?sort=newest") <= 8


@pytest.mark.sqlite_only
def test_junk_in_the_address_is_never_an_error(house: House, post: Any) -> None:
    say(post, house.otto)
    client = client_of(house.otto)
    for query in ("comments=0", "comments=99999999999", "comments=x", "sort=x", "threads=x", "comments=-1"):
        assert client.get(f"{post.get_absolute_url()}?{query}").status_code == 200
    for query in ("parent=x", "parent=99999999999999", "parent=0"):
        assert client.get(f"{post.get_absolute_url()}-/comments/?{query}").status_code == 404
    assert client.get("/comments/99999999999999999999/").status_code == 404
    at = f"{post.get_absolute_url()}-/comments/"
    assert client.post(at, {"body": "x", "parent": "x"}).status_code == 404


def test_a_place_in_the_list_is_a_part_of_the_address() -> None:
    assert thread.place() == "#comments"
    assert thread.place(page=2, newest_first=True, resolved=True) == "?comments=2&sort=newest&threads=resolved#comments"
