"""No internal content is in any byte that the public gets: pages, feeds, headers, redirects, errors, media."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from pages.actions import delete_page, edit_page
from pages.models import BasePage
from people.models import Space
from syndication.actions import withdraw
from syndication.copies import public_copy
from syndication.models import Channel, Release, ReleasedMedia
from tests.factories import snapshot
from tests.factories.pages import House, make_episode, make_post, make_show, make_wiki_page
from tests.factories.people import join, make_person, make_space
from tests.factories.syndication import make_channel, make_picture, make_recording, make_release

# Each stands in one place inside and may stand nowhere outside.
CANARIES = (
    *("canaryspace", "canaryslug", "canarytitle", "canarybody", "canarysummary", "canarytag", "canarydraft"),
    *("canaryperson", "canaryfirst", "canarylast", "canarypicture", "canaryfile", "canarywithdrawn", "canarychanged"),
    *("canarydeleted", "canarystaff", "canaryspeech"),
)


@pytest.fixture
def world(house: House) -> House:
    snapshot.remembered(make_canaries, house)
    return house


def make_canaries(house: House) -> None:
    """Public pages that point in every way that a text can at what is not public."""
    hidden: Space = make_space("canaryspace", name="Canaryspace", see="members")
    from pages.tree import ensure_space

    ensure_space(hidden)
    person = make_person("canaryperson", first_name="Canaryfirst", last_name="Canarylast")
    join(person, hidden, "owner")
    make_post(hidden, "Canarytitle in hiding", "Canarybody.", summary="Canarysummary.", tags=["Canarytag"])
    make_wiki_page(house.digital, "Canarystaff page", "For staff.")
    draft = make_post(house.digital, "Canarydraft", publish=False)
    picture = make_picture(house.digital, title="Canarypicture")
    recording = make_recording(house.digital, title="Canaryspeech")
    foreign = make_picture(hidden, title="Canarypicture")
    inside = make_wiki_page(hidden, "Canarytitle wiki", "Canarybody.", by=person)

    news, talks = make_channel(house.ada), make_channel(house.ada, "talks")
    texts = [
        "[[Canarystaff page]] and [[canaryspace:Canarytitle wiki]] and [[canaryspace:Canarytitle wiki|words]].",
        "[[Canarystaff page#canarystaff]] [[Canarydraft]] [[canaryspace:canaryslug|Canaryspace:canaryslug]]",
        f"[words]({inside.get_absolute_url()}) [words](http://127.0.0.1:8000{inside.get_absolute_url()} 'more')",
        f"http://127.0.0.1:8000{inside.get_absolute_url()} and 127.0.0.1:8000/spaces/canaryspace/ and <http://127.0.0.1:8000/people/canaryperson/>",
        f"`{inside.get_absolute_url()}` and {inside.get_absolute_url()}",
        f"```\ncurl http://127.0.0.1:8000{inside.get_absolute_url()}\n```",
        "Ask @canaryperson. **@canaryperson** knows.\n\n# @canaryperson\n\n## [[Canarystaff page]]",
        f"![alt](picture:{picture.pk})\n\n![alt](picture:{foreign.pk})\n\n![x](/media/pictures/{picture.pk}/0/canarypicture.jpg)",
        f"![sound](recording:{recording.pk})\n\n[file](picture:{picture.pk}) and [rec](recording:{recording.pk})",
        "| a |\n|---|\n| [[Canarystaff page]] @canaryperson |\n\n[^1]: See [[Canarystaff page]].\n\nA note[^1].",
        "> [!NOTE]\n> [[canaryspace:Canarytitle wiki]]\n\n- [ ] ask @canaryperson",
    ]
    for place, text in enumerate(texts):
        make_release(house.ada, make_wiki_page(house.digital, f"Public {place}", text), news)
    everything = make_post(house.digital, "Public post", "\n\n".join(texts), hero=picture, tags=["Open"])
    make_release(house.ada, everything, news)
    only_text = make_post(house.digital, "Without summary", texts[0])
    make_release(house.ada, only_text, news)
    talk = make_episode(
        make_show(house.digital, "Canarytitle show"),
        "Public talk",
        texts[0],
        recording=recording,
        transcript=f"We spoke of http://127.0.0.1:8000{inside.get_absolute_url()}.",
    )
    make_release(house.ada, talk, talks)

    gone = make_post(house.digital, "Canarywithdrawn", "Canarywithdrawn.", slug="once-public")
    withdraw(person=house.ada, release=make_release(house.ada, gone, news))
    only_text.title, only_text.body = "Canarychanged", "Canarychanged."
    edit_page(person=house.grace, page=only_text)
    delete_page(person=house.ada, page=BasePage.objects.get(pk=draft.pk))


def test_nothing_of_a_withdrawn_item_is_kept_but_what_its_address_needs(world: Any) -> None:
    episode = Release.objects.exclude(enclosure_url="").get()
    episode.season, episode.number, episode.source = 3, 4, "Digital Services"
    episode.save()
    withdraw(person=world.ada, release=episode)
    episode.refresh_from_db()
    for field in Release._meta.concrete_fields:
        if field.name not in {"id", "uid", "channel", "slug", "released_at", "updated_at", "withdrawn_at"}:
            assert getattr(episode, field.attname) == field.get_default(), field.name
    assert not episode.media.exists()


@pytest.mark.parametrize("place", ["title", "summary", "body", "tag", "transcript", "cue", "speaker", "alt"])
@pytest.mark.parametrize("leaver", [False, True])
def test_no_name_of_a_colleague_goes_out_wherever_it_was_typed(house: Any, place: str, leaver: bool) -> None:
    make_person("canarycolleague", is_active=not leaver)
    name = "@canarycolleague"
    picture = make_picture(house.digital)
    text = f"Ask {name}, `{name}`.\n\n    {name}\n" if place == "body" else "Words."
    # In a cue, an entity may stand for the sign before the name.
    entity, times = name.replace("@", "&#64;"), "WEBVTT\n\n00:01.000 --> 00:02.000\n"
    transcripts = {
        "transcript": f"{name} speaks.",
        "cue": f"{times}{entity} speaks.",
        "speaker": f"{times}<v {entity}>Yes.",
    }
    text += f"\n\n![{name if place == 'alt' else 'A door'}](picture:{picture.pk})"
    page = make_episode(
        make_show(house.digital, "Talks"),
        f"Ask {name} twice" if place == "title" else "Hours",
        text,
        slug="named",
        summary=f"By {name}" if place == "summary" else "",
        tags=[name] if place == "tag" else [],
        transcript=transcripts.get(place, ""),
        recording=make_recording(house.digital),
    )
    assert "the name of a colleague" in public_copy(page).withheld
    release = make_release(house.ada, page, make_channel(house.ada, "talks"))
    assert "canarycolleague" not in " ".join(str(value) for value in vars(release).values()).lower()
    others = make_post(house.digital, "Mail", "Write to someone@example.org and @nobody-here.")
    assert "and @nobody-here." in public_copy(others).html
    assert not public_copy(others).withheld


@pytest.mark.parametrize(
    ("username", "typed"),
    [
        ("Ёлкинканари", "Ёлкинканари"),
        ("Ёлкинканари", "ЁЛКИНКАНАРИ"),
        ("zoëcanary", unicodedata.normalize("NFD", "ZoëCanary")),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("şulecanary", unicodedata.normalize("NFD", "ŞULECANARY")),
    ],
)
@pytest.mark.parametrize("place", ["title", "body", "code"])
def test_no_name_goes_out_however_it_is_written(house: Any, place: str, username: str, typed: str) -> None:
    make_person(username)
    text = {"body": f"Ask @{typed}.", "code": f"`@{typed}`"}.get(place, "Words.")
    page = make_post(house.digital, f"Ask @{typed} twice" if place == "title" else "Hours", text, slug="named")
    assert "the name of a colleague" in public_copy(page).withheld
    release = make_release(house.ada, page, make_channel(house.ada))
    told = unicodedata.normalize("NFC", " ".join(str(value) for value in vars(release).values())).casefold()
    assert unicodedata.normalize("NFC", username).casefold() not in told


@pytest.mark.parametrize("address", ["//2015/03/19/", "//", "//[", "///x", "//localhost/x", "../x", "?page=2", "x"])
def test_an_address_without_a_scheme_leads_nowhere_or_to_its_host(house: Any, address: str) -> None:
    release = make_release(
        house.ada,
        make_wiki_page(house.digital, "Links", f"[words]({address}) [web](//example.org/a?b=c&d)"),
        make_channel(house.ada),
    )
    links = re.findall(r'href="([^"]*)"', release.html)
    assert links == ["https://example.org/a?b=c&amp;d"]
    assert "words" in release.html


def everything_public() -> Iterator[str]:
    yield from ("", "channels.opml", "sitemap.xml", "robots.txt", "nowhere/", "canary", "news", "news/once-public/")
    for channel in Channel.objects.all():
        yield from (channel.path, f"{channel.path}?page=2", f"{channel.path}nothing/", channel.path.rstrip("/"))
        yield from (f"{channel.path}feed.{format}" for format in ("rss", "atom", "json", "xml"))
    for release in Release.objects.select_related("channel"):
        yield from (release.path, release.path.rstrip("/"))
    yield from (media.path for media in ReleasedMedia.objects.all())


@pytest.mark.parametrize("signed_in", [False, True])
def test_no_word_from_inside_is_in_any_public_byte(world: Any, signed_in: bool) -> None:
    client = Client()
    if signed_in:
        client.force_login(world.ada)
    fetched = 0
    for address in everything_public():
        for headers in ({}, {"Accept-Encoding": "gzip"}):
            answer = client.get(f"/public/{address}", headers=headers)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            if answer.get("Content-Encoding") == "gzip":
                import gzip

                body = gzip.decompress(body)
            sent = (str(answer.headers) + body.decode(errors="replace")).lower()
            for canary in CANARIES:
                if canary in address:
                    continue
                assert canary not in sent, f"{canary} in {address}"
            for inner in ('"/spaces/', "'/spaces/", "/people/", "/sign-in/", "/admin/", "127.0.0.1:8000/spaces"):
                assert inner not in sent, f"{inner} in {address}"
            fetched += 1
    assert fetched > 80


def test_the_public_still_reads_what_was_let_out(world: Any) -> None:
    client = Client()
    page = client.get("/public/news/public-post/").content.decode()
    assert "an internal page" in page
    assert "a colleague" in page
    assert '<img src="/public/media/' in page
    assert "words" in page


def test_stored_public_rows_hold_no_word_from_inside_either(world: Any) -> None:
    for release in Release.objects.all():
        stored = " ".join(str(value) for value in vars(release).values()).lower()
        for canary in CANARIES:
            assert canary not in stored
