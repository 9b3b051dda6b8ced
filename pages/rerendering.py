"""Renders stored texts again when something they mention has changed: a few at once, many in the background."""

from django_tasks import task

from pages import indexing, texts
from pages.addresses import BIN_PATH
from pages.locking import writing_pages
from pages.models import BasePage

# More pages than this are left to the worker, so that nobody waits.
RERENDER_AT_ONCE = 10


@writing_pages()
def rerender(pks: list[int]) -> None:
    """Render the stored text of these pages again.

    It reads and writes while nobody else writes pages, so that no concurrent edit is overwritten.
    """
    pks = sorted(set(pks))
    if len(pks) > RERENDER_AT_ONCE:
        rerender_pages.enqueue(pks)
        return
    changed = []
    for page in (
        BasePage.objects.filter(pk__in=pks)
        .exclude(url_path__startswith=BIN_PATH)
        .select_related("space")
        .order_by("pk")
    ):
        before = page.html, page.plain
        text = texts.text_of(page, stored=True)
        if (text.html, text.plain) != before:
            changed.append(page.pk)
        BasePage.objects.filter(pk=page.pk).update(html=text.html, plain=text.plain, headings=text.headings)
        texts.record_links(page.pk, text)
    # The index may have read the old text since it was notified, or none at all.
    indexing.pages_changed(changed)


@task()
def rerender_pages(pks: list[int]) -> int:
    """The background part, in groups that keep write transactions short; returns the number of pages."""
    for start in range(0, len(pks), RERENDER_AT_ONCE):
        rerender(pks[start : start + RERENDER_AT_ONCE])
    return len(pks)
