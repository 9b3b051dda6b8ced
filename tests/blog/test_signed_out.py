"""A text that took an hour to write survives the end of the session or of the form's token."""

from django.test import Client

from blog.models import BlogPostPage
from tests.factories.pages import make_post

NEW = "/spaces/digital-services/blog/-/new/"


def test_who_was_signed_out_while_writing_gets_the_text_back(client, house):
    post = make_post(house.digital, "Kept")
    typed = {"title": "My title", "body": "An hour's <work>.", "tags": "one, two", "action": "draft"}

    answer = client.post(f"{post.get_absolute_url()}-/edit/", typed, headers={"origin": "http://testserver"})

    assert answer.status_code == 403
    assert "An hour&#x27;s &lt;work&gt;." in answer.text
    assert 'name="tags" value="one, two"' in answer.text
    assert 'name="action" value="draft"' in answer.text
    assert "Sign in in another tab" in answer.text
    # Nothing of the site stands there: the stranger sees what she sent and no more.
    assert "Digital Services" not in answer.text


def test_a_stranger_who_writes_nothing_is_asked_to_sign_in(client, house):
    assert client.get(NEW).headers["Location"].startswith("/sign-in/")
    assert client.post(NEW, {"title": "x"}).headers["Location"].startswith("/sign-in/")


def test_a_form_whose_token_ran_out_can_be_sent_again(house):
    client = Client(enforce_csrf_checks=True)
    client.force_login(house.mary)

    answer = client.post(NEW, {"title": "My title", "body": "Typed."}, headers={"origin": "http://testserver"})

    assert answer.status_code == 403
    assert "Typed." in answer.text
    token = answer.context["csrf_token"]
    again = {"title": "My title", "body": "Typed.", "csrfmiddlewaretoken": str(token)}
    assert client.post(NEW, again, headers={"origin": "http://testserver"}).status_code == 302
    assert BlogPostPage.objects.get().body == "Typed."


def test_a_form_on_another_site_gets_nothing_to_send_on(house):
    client = Client(enforce_csrf_checks=True)
    client.force_login(house.mary)

    answer = client.post(NEW, {"title": "Evil", "body": "Evil words."}, headers={"origin": "https://evil.example"})

    assert answer.status_code == 403
    assert "<form" not in answer.text
    assert not BlogPostPage.objects.exists()
