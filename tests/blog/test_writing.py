"""Members who may write in a space write its blog from the front end."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from blog.models import BlogPostPage
from media.models import Attachment, Picture
from pages.models import Change
from tests.factories.pages import make_post
from tests.factories.pictures import png

NEW = "/spaces/digital-services/blog/-/new/"


def typed(post: BlogPostPage, **changes):
    """The edit form as a browser would send it back."""
    post.refresh_from_db()
    return {
        "title": post.title,
        "body": post.body,
        "base_revision": post.latest_revision_id,
        "change_note": "",
        "action": "publish",
        **changes,
    }


def edit_url(post: BlogPostPage) -> str:
    return f"{post.get_absolute_url()}-/edit/"


def test_a_member_writes_a_post_and_everybody_reads_it(client, house):
    client.force_login(house.mary)

    answer = client.post(
        NEW,
        {
            "title": "  What we  learned ",
            "summary": "Short.",
            "body": "Some *words*.",
            "tags": "User research, accessibility",
            "authors": "mary, grace",
            "audience": "staff",
            "action": "publish",
        },
        follow=True,
    )

    assert answer.redirect_chain == [("/spaces/digital-services/blog/what-we-learned/", 302)]
    post = BlogPostPage.objects.get()
    assert (post.title, post.live, post.owner, post.audience_token) == ("What we learned", True, house.mary, "staff")
    assert [author["username"] for author in post.byline] == ["mary", "grace"]
    assert [label["name"] for label in post.labels] == ["accessibility", "User research"]
    client.force_login(house.otto)
    assert "<em>words</em>" in client.get(post.get_absolute_url()).text


def test_a_text_is_read_for_the_visual_mode_where_one_may_write_and_nothing_is_saved(client, house):
    client.force_login(house.mary)
    answer = client.post(f"{NEW}?tree", {"body": "Only *this*"})
    assert answer.json() == {"tree": [["p", [1, 1, 1, 11], {}, ["Only ", ["em", [1, 6, 1, 11], {}, ["this"]]]], "\n"]}
    assert not BlogPostPage.objects.exists()
    client.force_login(house.otto)
    assert client.post(f"{NEW}?tree", {"body": "Only *this*"}).status_code == 404


@pytest.mark.parametrize("name", ["otto", "linus"])
def test_who_may_not_write_here_finds_no_form_and_saves_nothing(client, house, name):
    post = make_post(house.digital, "Ours")
    client.force_login(getattr(house, name))

    for url in (NEW, edit_url(post), f"{post.get_absolute_url()}-/delete/"):
        assert client.get(url).status_code == 404
        assert client.post(url, typed(post, title="Theirs")).status_code == 404
    assert client.post(f"{post.get_absolute_url()}-/unpublish/").status_code == 404
    post.refresh_from_db()
    assert (post.title, post.live, BlogPostPage.objects.count()) == ("Ours", True, 1)


def test_a_member_edits_a_post_and_the_change_has_its_note(client, house):
    post = make_post(house.digital, "Before", tags=["kept"], authors=[house.grace])
    client.force_login(house.mary)

    answer = client.post(
        edit_url(post), typed(post, title="After", body="New text.", change_note="Clearer", minor="on")
    )

    assert answer.status_code == 302
    post.refresh_from_db()
    assert (post.title, post.plain.strip(), post.slug) == ("After", "New text.", "before")
    change = Change.objects.filter(page=post).first()
    assert (change.person, change.note, change.minor) == (house.mary, "Clearer", True)
    # What the form did not speak of stays.
    assert [label["name"] for label in post.labels] == ["kept"]
    assert [author["username"] for author in post.byline] == ["grace"]


def test_two_editors_who_change_different_lines_are_joined(client, house):
    post = make_post(house.digital, "Plan", body="First line.\n\nSecond line.")
    first, second = typed(post), typed(post)
    client.force_login(house.grace)
    assert client.post(edit_url(post), {**first, "body": "First line by Grace.\n\nSecond line."}).status_code == 302

    client.force_login(house.mary)
    changed = {**second, "title": "My plan", "body": "First line.\n\nSecond line by Mary."}
    answer = client.post(edit_url(post), changed, follow=True)

    assert "Grace Example saved this page while you were writing. Both sets of changes are in it." in answer.text
    post.refresh_from_db()
    assert (post.title, post.body) == ("My plan", "First line by Grace.\n\nSecond line by Mary.")


def test_the_second_of_two_editors_sees_both_texts_and_overwrites_nothing(client, house):
    post = make_post(house.digital, "Plan", body="First line.\n\nSecond line.")
    first, second = typed(post), typed(post)
    client.force_login(house.grace)
    assert client.post(edit_url(post), {**first, "body": "First line by Grace.\n\nSecond line."}).status_code == 302

    client.force_login(house.mary)
    answer = client.post(edit_url(post), {**second, "title": "My plan", "body": "First line by Mary.\n\nSecond line."})

    assert answer.status_code == 409
    assert "Grace Example saved this page while you were writing" in answer.text
    assert answer.context["form"]["body"].value() == (
        "<<<<<<< Grace Example\n\nFirst line by Grace.\n\n=======\n\nFirst line by Mary.\n\n>>>>>>> Yours\n\nSecond line."
    )
    assert 'value="My plan"' in answer.text
    post.refresh_from_db()
    assert post.body == "First line by Grace.\n\nSecond line."
    # Written upon the newest text, the same form is now accepted.
    settled = {**second, "base_revision": answer.context["form"]["base_revision"].value(), "body": "Both."}
    assert client.post(edit_url(post), settled).status_code == 302
    post.refresh_from_db()
    assert post.body == "Both."


def test_a_form_that_does_not_say_what_it_was_written_upon_overwrites_nothing(client, house):
    post = make_post(house.digital, "Plan", body="Kept.")
    client.force_login(house.mary)
    form = typed(post, body="Blind.")
    del form["base_revision"]

    assert client.post(edit_url(post), form).status_code == 409
    post.refresh_from_db()
    assert post.body == "Kept."


def test_any_error_keeps_what_was_typed(client, house):
    client.force_login(house.mary)

    answer = client.post(
        NEW,
        {"title": "", "body": "A long text <b>that</b> took an hour.", "tags": "one, two", "authors": "nobody-here"},
    )

    assert answer.status_code == 200
    assert "A long text &lt;b&gt;that&lt;/b&gt; took an hour." in answer.text
    assert 'value="one, two"' in answer.text
    assert "No one here is called “nobody-here”." in answer.text
    assert not BlogPostPage.objects.exists()


def test_a_preview_shows_the_text_as_readers_will_and_saves_nothing(client, house):
    client.force_login(house.mary)

    answer = client.post(NEW, {"title": "Soon", "body": "It is **near**.", "tags": "new-tag", "action": "preview"})

    assert answer.status_code == 200
    assert "<strong>near</strong>" in answer.text
    assert "It is **near**." in answer.text
    assert not BlogPostPage.objects.exists()


def test_the_toolbar_gets_the_text_alone_as_html(client, house):
    client.force_login(house.mary)

    answer = client.post(f"{NEW}?fragment", {"body": "Only *this* <script>alert(1)</script>"})

    assert "<em>this</em>" in answer.text
    assert "<script" not in answer.text
    assert "<main" not in answer.text


def test_an_address_is_made_of_the_title_and_never_taken_twice(client, house):
    client.force_login(house.mary)

    for title in ("Hello", "Hello", "-", "日本語"):
        assert client.post(NEW, {"title": title, "body": "x"}).status_code == 302

    slugs = list(BlogPostPage.objects.order_by("pk").values_list("slug", flat=True))
    assert slugs[:2] == ["hello", "hello-2"]
    assert len(set(slugs)) == 4
    assert all(slug.strip("-") for slug in slugs)


def test_a_changed_address_leaves_the_old_one_working_for_those_who_may_read(client, house):
    post = make_post(house.operations, "Old name")
    client.force_login(house.linus)
    old = post.get_absolute_url()

    client.post(edit_url(post), typed(post, slug="New name"))

    assert client.get("/spaces/operations/blog/new-name/").status_code == 200
    assert client.get(old).headers["Location"] == "/spaces/operations/blog/new-name/"
    client.force_login(house.otto)
    assert client.get(old).status_code == 404


def test_an_address_that_another_post_has_is_refused(client, house):
    make_post(house.digital, "Taken")
    post = make_post(house.digital, "Mine")
    client.force_login(house.mary)

    answer = client.post(edit_url(post), typed(post, slug="taken", body="Typed."))

    assert "already has the address “taken”" in answer.text
    assert "Typed." in answer.text


def test_a_post_is_never_wider_than_its_space(client, house):
    client.force_login(house.linus)
    new = "/spaces/operations/blog/-/new/"

    refused = client.post(new, {"title": "Wide", "body": "x", "audience": "staff"})
    client.post(new, {"title": "Narrow", "body": "x"})

    assert refused.status_code == 200
    assert BlogPostPage.objects.get().audience_token == f"space:{house.operations.pk}"


def test_a_writer_narrows_and_widens_a_post(client, house):
    post = make_post(house.digital, "For whom")
    client.force_login(house.mary)

    client.post(edit_url(post), typed(post, audience="space"))
    post.refresh_from_db()
    assert post.audience_token == f"space:{house.digital.pk}"
    client.post(edit_url(post), typed(post, audience="staff"))
    post.refresh_from_db()
    assert post.audience_token == "staff"


def test_a_post_goes_back_to_a_draft_and_out_again(client, house):
    post = make_post(house.digital, "Too early")
    client.force_login(house.mary)

    assert client.get(f"{post.get_absolute_url()}-/unpublish/").status_code == 405
    client.post(f"{post.get_absolute_url()}-/unpublish/")
    client.force_login(house.otto)
    assert client.get(post.get_absolute_url()).status_code == 404
    client.force_login(house.grace)
    client.post(edit_url(post), typed(post))
    client.force_login(house.otto)
    assert client.get(post.get_absolute_url()).status_code == 200


def test_a_post_is_deleted_only_after_a_question(client, house):
    post = make_post(house.digital, "Gone soon", by=house.mary)
    client.force_login(house.mary)
    url = f"{post.get_absolute_url()}-/delete/"

    assert "<title>Delete “Gone soon”" in client.get(url).text
    assert BlogPostPage.objects.exists()
    assert client.post(url).headers["Location"] == reverse("blog:index", args=["digital-services"])
    assert not BlogPostPage.objects.filter(deleted=None).exists()


def test_a_member_does_not_delete_what_somebody_else_began(client, house):
    post = make_post(house.digital, "Of Grace", by=house.grace)
    client.force_login(house.mary)

    assert client.post(f"{post.get_absolute_url()}-/delete/").status_code == 404
    assert BlogPostPage.objects.exists()


def test_a_picture_at_the_head_has_its_alternative_text(client, house):
    client.force_login(house.mary)

    client.post(NEW, {"title": "Seen", "body": "x", "hero": png("view.png"), "hero_alt": "A view of the sea"})

    post = BlogPostPage.objects.get()
    assert (post.hero.description, post.hero.space) == ("A view of the sea", house.digital)
    page = client.get(post.get_absolute_url()).text
    assert 'alt="A view of the sea"' in page
    assert client.get(post.hero.get_absolute_url()).status_code == 200


def test_a_picture_survives_an_error_elsewhere_in_the_form(client, house):
    client.force_login(house.mary)

    answer = client.post(NEW, {"title": "", "body": "x", "hero": png("view.png"), "hero_alt": "The sea"})
    kept = Picture.objects.get()
    client.post(NEW, {"title": "Now", "body": "x", "hero_kept": kept.pk, "hero_alt": "The sea"})

    assert f'name="hero_kept" value="{kept.pk}"' in answer.text
    assert BlogPostPage.objects.get().hero == kept


def test_a_picture_of_another_space_is_not_taken_by_its_number(client, house):
    client.force_login(house.linus)
    client.post("/spaces/operations/blog/-/new/", {"title": "Secret", "body": "x", "hero": png("plan.png")})
    client.force_login(house.mary)

    client.post(NEW, {"title": "Theft", "body": "x", "hero_kept": Picture.objects.get().pk})

    assert BlogPostPage.objects.get(title="Theft").hero is None


def test_an_edit_that_says_nothing_of_the_picture_leaves_it(client, house):
    client.force_login(house.mary)
    client.post(NEW, {"title": "Seen", "body": "x", "hero": png("view.png")})
    post = BlogPostPage.objects.get()

    client.post(edit_url(post), typed(post, body="New text."))
    post.refresh_from_db()
    assert post.hero is not None
    client.post(edit_url(post), typed(post, hero_kept=post.hero_id, hero_remove="on"))
    post.refresh_from_db()
    assert post.hero is None


def test_a_picture_for_the_text_is_written_into_it(client, house):
    client.force_login(house.mary)

    answer = client.post(
        NEW,
        {
            "title": "",
            "body": "Before.",
            "files_to_add": [png("a.png"), ContentFile(b"%PDF-1.4", "Plan_of_2026.pdf"), png("b.png")],
            "action": "add_files",
        },
    )

    (first, second), file = Picture.objects.order_by("pk"), Attachment.objects.get()
    body = answer.context["form"]["body"].value()
    assert body == f"Before.\n\n![](picture:{first.pk})\n\n[Plan of 2026](file:{file.pk})\n\n![](picture:{second.pk})\n"
    assert not answer.context["form"].errors
    described = {"body": body, f"alt_{first.pk}": "A [red] dot", f"decorative_{second.pk}": "on", "action": "preview"}
    answer = client.post(NEW, {"title": "With picture", **described})
    assert "(PDF, 8" in answer.text
    body = answer.context["form"]["body"].value()
    assert body.startswith(f"Before.\n\n![A \\[red\\] dot](picture:{first.pk})")
    second.refresh_from_db()
    assert second.is_decorative
    client.post(NEW, {"title": "With picture", "body": body})
    assert f"/media/pictures/{first.pk}/" in client.get(BlogPostPage.objects.get().get_absolute_url()).text


def test_pictures_follow_the_audience_of_their_post(client, house):
    client.force_login(house.mary)
    answer = client.post(
        NEW, {"title": "x", "body": "", "audience": "space", "files_to_add": png("a.png"), "action": "add_files"}
    )
    picture = Picture.objects.get()
    assert picture.audience_token == f"person:{house.mary.pk}"

    body = answer.context["form"]["body"].value()
    client.post(NEW, {"title": "Open", "body": body, "audience": "staff"})
    picture.refresh_from_db()
    assert picture.audience_token == "staff"
    assert "<img" in BlogPostPage.objects.get().html
    post = BlogPostPage.objects.get()
    client.post(edit_url(post), typed(post, audience="space"))
    picture.refresh_from_db()
    assert picture.audience_token == f"space:{house.digital.pk}"
    client.force_login(house.otto)
    assert client.get(picture.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("holiday.png", b"<script>alert(1)</script>"),
        ("holiday.jpg", png("x.png").read()),
        ("holiday.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("holiday.png", png("x.png").read()[:40]),
        ("holiday", b""),
    ],
)
@pytest.mark.parametrize("field", ["hero", "files_to_add"])
def test_a_picture_that_lies_about_its_type_is_refused_by_name(client, house, name, content, field):
    client.force_login(house.mary)
    upload = SimpleUploadedFile(name, content, content_type="image/png")

    answer = client.post(NEW, {"title": "Lies", "body": "My text.", field: upload})

    assert answer.status_code == 200
    assert "holiday" in answer.text or "empty" in answer.text
    assert "My text." in answer.text
    assert not BlogPostPage.objects.exists()
    assert not Picture.objects.exists()


def test_a_link_post_points_to_what_it_is_about(client, house):
    client.force_login(house.mary)

    assert (
        "alert"
        not in client.post(NEW, {"title": "No", "link_url": "javascript:alert(1)"}, follow=True).request["PATH_INFO"]
    )
    client.post(NEW, {"title": "Yes", "body": "", "summary": "Read this.", "link_url": "https://example.org/report"})

    post = BlogPostPage.objects.get()
    page = client.get(post.get_absolute_url()).text
    assert 'href="https://example.org/report"' in page
    assert "example.org" in page


@pytest.mark.parametrize(
    "junk",
    [
        {"title": "x" * 5000, "body": "y"},
        {"title": "t", "body": "\x00"},
        {"title": "t\x00", "body": ""},
        {"title": "t", "base_revision": "junk"},
        {"title": "t", "base_revision": "9" * 40},
        {"title": "t", "audience": "everybody"},
        {"title": "t", "tags": ",,,;" + "z" * 500},
        {"title": "t", "authors": "\x00,@@,;;"},
        {"title": "t", "hero_kept": "９" * 3, "hero_alt": "\x00"},
        {"title": "t", "hero_kept": "-1"},
        {"title": "t", "slug": "///", "action": "dance"},
        {"title": "t", "link_url": "http://[::1"},
        {"action": "add_files"},
        {},
    ],
)
def test_junk_is_never_an_error_of_ours(client, house, junk):
    post = make_post(house.digital, "Kept")
    client.force_login(house.mary)

    for url in (NEW, edit_url(post), f"{NEW}?fragment", f"{NEW}?title=%00&page=x"):
        assert client.post(url, junk).status_code in {200, 302, 409}
        assert client.get(url).status_code == 200


def test_a_form_that_was_open_while_the_page_was_narrowed_does_not_widen_it_again(house, client):
    from pages.actions import set_audience
    from tests.factories.pages import make_post

    post = make_post(house.digital, "Salaries", "Text.", by=house.grace)
    client.force_login(house.mary)
    address = f"{post.get_absolute_url()}-/edit/"
    form = client.get(address).context["form"]
    typed = {name: form[name].value() or "" for name in ("title", "body", "audience", "audience_seen", "base_revision")}
    set_audience(person=house.grace, page=post, audience="space")
    assert client.post(address, {**typed, "body": "New text."}).status_code == 302
    post.refresh_from_db()
    assert (post.body, post.audience, post.audience_token) == ("New text.", "space", f"space:{house.digital.pk}")
    client.post(
        address, {**typed, "base_revision": post.latest_revision_id, "audience": "staff", "audience_seen": "space"}
    )
    post.refresh_from_db()
    assert post.audience_token == "staff"
