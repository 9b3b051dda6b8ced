"""A link that a program types is read as what it was typed for, whatever the title."""

import random
import re
from html import unescape
from typing import Any

import pytest

from text.invisible import is_seen, one_line
from text.markup import RenderContext, render, written_link, written_wiki_link

PIECES = (
    "| ] [ [[ ]] \\ # ## % %20 %5D %25 &amp; &#124; & &lt; <b> ` `` * ** _ ~ ~~ ! ( ) ]( :/ :// http:// www.a.b a@b.c"
    " @mary a b ä ß 北 م é ' \" { } ^ $ = + - > 1. |a| file:1 \u0301 🎉 ; ? . , … operations: \\| \\]"
).split()
# As in the text of a paragraph, and in a row of a table, where completion spells the sign of columns.
PLACES = {
    "See %s.": lambda link: link,
    "- **%s** and": lambda link: link,
    "# %s": lambda link: link,
    "| h | i |\n|---|---|\n| %s | x |": lambda link: re.sub(
        r"\\.|\|", lambda sign: {"\\|": "&#124;", "|": "\\|"}.get(sign[0], sign[0]), link
    ),
}


def random_title(chance: random.Random) -> str:
    while True:
        parts = (chance.choice((*PIECES, " ")) for _ in range(chance.randint(1, 7)))
        title = " ".join(one_line("".join(parts)).split())
        if is_seen(title):
            return title


class Asked(RenderContext):
    """Remembers for which titles the text asked."""

    def __init__(self) -> None:
        self.targets: list[str] = []

    def choose(self, candidates: Any, usual: Any) -> Any:
        return candidates[0]

    def resolve_link(self, target: str) -> None:
        self.targets.append(target)


def words_of(html: str) -> list[str]:
    return [unescape(words) for words in re.findall(r"<(?:a|span) [^>]*>(.*?)</(?:a|span)>", html)]


@pytest.mark.parametrize("place", PLACES)
def test_every_title_can_be_linked(place: str) -> None:
    chance = random.Random(place)
    for _ in range(400):
        title = random_title(chance)
        if title.startswith(("http://", "https://")):
            continue  # is a link to that site; `pages.written_links` takes the path
        context = Asked()
        html = render(place % PLACES[place](written_wiki_link(title)), context=context).html
        assert context.targets == [title], html
        assert words_of(html) == [title]


@pytest.mark.parametrize("place", PLACES)
def test_every_title_can_be_the_words_of_a_link(place: str) -> None:
    chance = random.Random(place)
    for _ in range(400):
        title = random_title(chance)
        for link in (written_wiki_link("team/rota", title), written_link(title, "/spaces/it/blog/rota/")):
            html = render(place % PLACES[place](link), context=Asked()).html
            assert words_of(html) == [title], html
