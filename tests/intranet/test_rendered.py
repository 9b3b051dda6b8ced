"""After an upgrade every text is shown by the current rules, whenever it was saved; nothing is rendered needlessly."""

from typing import Any

import pytest

from intranet import rendered
from intranet.worker import leases, runner
from pages import consistency
from pages.models import BasePage
from tests.factories.pages import make_episode, make_post, make_show, make_wiki_page


def finish_background_work() -> None:
    worker = leases.new_worker_id()
    leases.beat(worker)
    runner.drain(worker)


@pytest.fixture
def texts(house: Any) -> list[int]:
    show = make_show(house.digital, "Show", "About it.")
    made = [
        show,
        make_post(house.digital, "Post", "A post, see [[Page]]."),
        make_wiki_page(house.digital, "Page", "| a | b |\n|---|---|\n| 1 | 2 |"),
        make_episode(show, "Episode", "Notes with ![[Page]]."),
        make_wiki_page(house.operations, "Closed", "Only members."),
    ]
    rendered.renew()
    finish_background_work()
    return [page.pk for page in made]


def test_texts_of_other_rules_are_rendered_again_once(texts: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    assert rendered.renew() == 0
    wanted = dict(BasePage.objects.filter(pk__in=texts).values_list("pk", "html"))
    BasePage.objects.filter(pk__in=texts).update(html="<p>By the rules of before.</p>")
    monkeypatch.setattr(rendered, "rules", lambda: "others")
    assert rendered.renew() >= len(texts)
    finish_background_work()
    assert dict(BasePage.objects.filter(pk__in=texts).values_list("pk", "html")) == wanted
    assert [str(fault) for fault in consistency.check_pages()] == []
    assert rendered.renew() == 0


def test_every_file_of_the_rendering_is_asked() -> None:
    names = {str(path.relative_to(rendered.ROOT)) for path in rendered.sources()}
    assert {"pages/rendering.py", "pages/texts.py", "pages/targets.py", "text/markup/engine.py"} <= names
