"""However a question is put, no engine answers with what the reader may not see: pages, pictures, files and recordings of each audience."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from media.models import Attachment
from tests.factories.pages import House, make_post, make_wiki_page
from tests.factories.syndication import make_picture, make_recording
from tests.search.conftest import ENGINES

pytestmark = pytest.mark.django_db

#: What is hidden from otto holds one of these, in its own name or text; what he may see holds "kestrel".
HIDDEN = ["vrplkst", "mzdbgfr", "tklpnvz", "gzkpzrv", "nrpgzks", "bdfgklm"]
SIGNS = [
    "*",
    "?",
    ".*",
    "[a-z]",
    "\\",
    "\\y",
    "$",
    "^",
    "(",
    ")",
    '"',
    "-",
    "+",
    "%",
    "_",
    "~2",
    "|",
    ":",
    "\0",
    "\n",
    "NOT",
    "OR",
    "'",
]
FIELDS = [
    "title:",
    "kind:",
    "tag:",
    "space:",
    "author:",
    "lang:",
    "year:",
    "audience:",
    "is:",
    "@",
    "#",
    "before:",
    "after:",
]
KINDS = ["picture", "file", "recording", "blog", "wiki"]


def hide(house: House) -> None:
    one, two, three, four, five, six = HIDDEN
    space = house.operations
    make_picture(space, title=f"{one} kestrel", size=(2, 2))
    drafted = make_picture(house.people, title=f"{two} kestrel", size=(2, 2))
    drafted.audience = "space"
    drafted.save()
    make_post(
        house.people, f"{three} kestrel", f"![x](picture:{drafted.pk})", by=house.ada, publish=False, tags=[three]
    )
    Attachment(title=f"{four} kestrel", space=space, audience="space", file=ContentFile(b"%PDF", "a.pdf")).save()
    make_recording(space, title=f"{five} kestrel")
    make_wiki_page(house.people, f"{six} kestrel", "kestrel", by=house.ada, audience="space", tags=[six])


def question(chance: random.Random) -> dict[str, str]:
    words = [*HIDDEN, "kestrel", "kestrel", *KINDS, "members", "staff", "1"]

    def part() -> str:
        word = chance.choice(words)
        word = word[: chance.randrange(1, len(word) + 1)]
        field = chance.choice(FIELDS) if chance.random() < 0.4 else ""
        sign = chance.choice(SIGNS) if chance.random() < 0.6 else ""
        return chance.choice([field + word + sign, sign + field + word, field + sign + word, f'{field}"{word}{sign}'])

    parts = [part() for _ in range(chance.randrange(1, 4))]
    # Every fourth question is an ordinary one, with an odd part or none: it has to be answered.
    if chance.random() < 0.25:
        parts = ["kestrel", *parts[: chance.randrange(2)]]
    asked = {"q": chance.choice([" ", "", ","]).join(parts)}
    if chance.random() < 0.3:
        asked["kind"] = chance.choice(KINDS)
    if chance.random() < 0.2:
        asked[chance.choice(["tag", "space", "sort", "author"])] = chance.choice([*HIDDEN, "operations", "date"])
    return asked


@pytest.mark.parametrize("engine", ENGINES, indirect=True)
def test_no_question_is_answered_with_what_is_hidden(house: House, index: Callable[[], int], engine: str) -> None:
    hide(house)
    make_picture(house.people, title="Open kestrel", size=(2, 2))
    make_wiki_page(house.people, "Page of kestrel", "kestrel", by=house.ada)
    index()
    client, chance, found = Client(), random.Random(7), 0
    client.force_login(house.otto)
    for _number in range(60):
        asked = question(chance)
        answer = client.get("/search.json", asked)
        assert answer.status_code == 200, asked
        told: dict[str, Any] = answer.json()
        found += told["total"]
        said = f"{told['hits']}{told['facets']}{told['suggestion']}".lower()
        assert not [word for word in HIDDEN if word in said], (asked, said)
        assert told["total"] <= 2, (asked, told)
        # Asked with words of hidden things alone, nothing is there.
        completed = client.get("/search/suggest.json", {"q": asked["q"]}).content.decode().lower()
        assert not [word for word in HIDDEN if word in completed and word not in asked["q"]], asked
    assert found, "some of these questions are answered"
