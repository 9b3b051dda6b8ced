"""From typed Markdown to the HTML that readers get."""

from dataclasses import dataclass

import pytest

from tests.text.markup_oracle import complaints
from text.markup import FoundLink, Link, Media, RenderContext, TextTooLong, Wanted, heading_id, link_key, render


@dataclass
class Person:
    username: str
    name: str

    def get_full_name(self) -> str:
        return self.name


class Intranet(RenderContext):
    """Knows two pages, one of them hidden from some readers, one person and three media."""

    space_slug = "digital-services"
    wanted = Wanted()

    def prepare(self, wanted: Wanted) -> None:
        self.wanted = wanted

    def resolve_link(self, target: str) -> Link | None:
        return {
            "team/getting-started": Link("/spaces/digital-services/wiki/team/getting-started/", "Getting started"),
            "operations:rota": Link("/spaces/operations/wiki/rota/", "Rota", known=False),
        }.get(link_key(target))

    def resolve_media(self, kind: str, number: int) -> Media | None:
        return {
            ("picture", 12): Media("/media/pictures/12/", "Harbour", "image/png", 800, 600),
            ("recording", 5): Media("/media/recordings/5/", "Minutes", "audio/mpeg"),
            ("recording", 6): Media("/media/recordings/6/", "Film", "video/mp4"),
            ("file", 7): Media("/media/files/7/", "Plan.pdf", "application/pdf"),
        }.get((kind, number))

    def resolve_person(self, username: str) -> Person | None:
        return {"ada": Person("ada", "Ada Lovelace"), "o.brien": Person("o.brien", "Pat O'Brien <b>")}.get(username)


def html(text: str, context: RenderContext | None = None) -> str:
    rendered = render(text, context=context or Intranet()).html
    assert complaints(rendered) == []
    return rendered


def test_a_whole_text_becomes_html_words_headings_and_links():
    rendered = render(
        "## Before you start\n\nRead [[team/Getting Started#First day|the guide]] and ask @ada.\n\n"
        "| a | b |\n|---|--:|\n| 1 | 2 |\n\n- [x] laptop\n- [ ] badge\n\n> [!TIP]\n> Bring tea.\n\nMore.[^1]\n\n[^1]: A note.\n",
        context=Intranet(),
    )
    assert '<h2 id="before-you-start">Before you start</h2>' in rendered.html
    assert '<a href="/spaces/digital-services/wiki/team/getting-started/#first-day" class="wikilink">the guide</a>' in (
        rendered.html
    )
    assert '<a href="/people/ada/" class="mention">@Ada Lovelace</a>' in rendered.html
    assert '<td align="right">2</td>' in rendered.html
    assert "☑</span> laptop" in rendered.html
    assert "☐</span> badge" in rendered.html
    assert 'class="markdown-alert markdown-alert-tip"' in rendered.html
    assert 'href="#fn-1"' in rendered.html
    assert 'id="fn-1"' in rendered.html
    assert rendered.plain.startswith(
        "Before you start\nRead the guide and ask @ada.\na\nb\n1\n2\nlaptop\nbadge\nTip\nBring tea."
    )
    assert rendered.headings == [{"level": 2, "id": "before-you-start", "text": "Before you start"}]
    assert rendered.links == [
        FoundLink("team/Getting Started", "First day", "the guide", "wiki"),
        FoundLink("ada", "", "@ada", "person"),
    ]
    assert complaints(rendered.html) == []


def test_the_context_is_told_everything_before_it_is_asked_anything():
    context = Intranet()
    render("[[A page#x|y]] [[B]] ![h](picture:12) [p](file:7) @ada", context=context)
    assert context.wanted == Wanted(
        frozenset({"A page#x", "A page", "B"}), frozenset({("picture", 12), ("file", 7)}), frozenset({"ada"})
    )


def test_a_link_to_a_page_that_is_missing_is_red_and_begins_that_page():
    assert html("[[Lunch & learn]]") == (
        '<p><a href="/spaces/digital-services/wiki/-/new/?title=Lunch%20%26%20learn" class="redlink">Lunch &amp; learn</a></p>\n'
    )
    assert '"/spaces/people/wiki/-/new/?title=leave"' in html("[[people:leave]]")


def test_a_link_that_must_not_tell_whether_its_page_exists_is_neither_live_nor_red():
    shown = html("[[operations:rota]]")
    assert shown == '<p><a href="/spaces/operations/wiki/rota/" class="wikilink">operations:rota</a></p>\n'
    assert html("[[anything]]", RenderContext()) == '<p><span class="wikilink">anything</span></p>\n'


def test_a_link_typed_as_a_path_shows_the_title_and_one_with_words_keeps_them():
    assert ">Getting started</a>" in html("[[team/getting-started]]")
    assert ">start here</a>" in html("[[team/getting-started|start here]]")
    assert '<a href="#costs">Costs</a>' in html("[[#Costs|Costs]]")


def test_links_to_elsewhere_give_nothing_away_and_links_of_the_house_stay_plain():
    assert html("https://example.org/a") == (
        '<p><a href="https://example.org/a" class="external" rel="noopener noreferrer">https://example.org/a</a></p>\n'
    )
    assert html("[x](/spaces/)") == '<p><a href="/spaces/">x</a></p>\n'
    assert 'rel="noopener noreferrer"' in html("[x](//example.org)")
    assert 'rel="noopener noreferrer"' in html("[[https://example.org|x]]")


def test_pictures_recordings_and_files_of_the_house_are_shown():
    assert html('![The harbour](picture:12 "In May")') == (
        '<figure class="picture"><img src="/media/pictures/12/" alt="The harbour" width="800" height="600" loading="lazy">'
        "<figcaption>In May</figcaption></figure>\n"
    )
    assert '<audio src="/media/recordings/5/" controls="" preload="none"></audio>' in html("![Minutes](recording:5)")
    assert '<video src="/media/recordings/6/"' in html("![Film](recording:6)")
    assert '<a href="/media/files/7/" class="file">the plan</a>' in html("See [the plan](file:7).")
    assert '<span class="missing-media">gone</span>' in html("![gone](picture:99)")


def test_a_picture_from_elsewhere_is_a_link_and_is_never_loaded():
    shown = html("![A map](https://maps.example.org/track.png)")
    assert "<img" not in shown
    assert (
        '<a href="https://maps.example.org/track.png" class="remote-picture" rel="noopener noreferrer">A map</a>'
        in shown
    )
    assert "<img" not in html("![x](/spaces/secret/) ![y](//example.org/a.png) ![z](/media/../sign-out/)")


def test_only_known_persons_are_mentioned_and_never_within_code_links_or_addresses():
    assert html("@o.brien.") == '<p><a href="/people/o.brien/" class="mention">@Pat O\'Brien &lt;b&gt;</a>.</p>\n'
    for text in ("@nobody", "`@ada`", "x@ada", "mail me@ada", "[@ada](/x/)", "    @ada"):
        assert "mention" not in html(text)


def test_headings_form_an_outline_below_the_title_with_ids_of_their_own():
    rendered = render("# A\n### B\n### B\n## id_title\n# *C* `d`", context=Intranet())
    assert [(heading["level"], heading["id"]) for heading in rendered.headings] == [
        (2, "a"),
        (3, "b"),
        (3, "b-1"),
        (3, "section-id_title"),
        (2, "c-d"),
    ]
    assert "<h1" not in rendered.html


@pytest.mark.parametrize("text", ["Héllo, wörld!", "a  b -- c", "日本語 の", "", "!!!"])
def test_the_id_of_an_id_is_itself(text):
    assert heading_id(heading_id(text)) == heading_id(text)


def test_link_keys_do_not_care_how_a_name_is_typed():
    assert link_key("Team / Getting_Started!") == link_key("team/getting-started") == "team/getting-started"
    assert link_key("Ops:Rota") == "ops:rota"


def test_html_is_shown_as_typed_but_for_line_breaks_and_comments():
    assert html("a <b>bold</b><br>next <!-- note -->") == "<p>a &lt;b&gt;bold&lt;/b&gt;<br>next </p>\n"


def test_control_characters_and_reading_direction_overrides_vanish():
    rendered = render("a\x00b\x08c\x1bd\x7fe\u202ef\tg\r\nh\ud800", context=Intranet())
    assert rendered.plain == "abcdef g\nh?"


def test_a_text_beyond_the_limit_is_refused_with_a_clear_error():
    assert render("a" * 400_000, context=Intranet()).plain
    for text in ("a" * 400_001, "é" * 200_001):
        with pytest.raises(TextTooLong, match="400,000 bytes"):
            render(text, context=Intranet())


def test_footnotes_are_counted_before_any_work():
    assert render("[^a] " * 10_000, context=Intranet()).plain
    with pytest.raises(TextTooLong, match="10,000 footnotes"):
        render("[^a] " * 10_001, context=Intranet())


def test_an_empty_text_is_empty():
    assert render("", context=Intranet()).html == ""


def test_a_header_cell_without_words_is_no_header():
    html = render("|   | Monday |\n|---|:---|\n| Ada | yes |\n", context=RenderContext()).html
    assert html.count("<th") == 1 + 1  # thead and Monday
    assert "<td></td>" in html
