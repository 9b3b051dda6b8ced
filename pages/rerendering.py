"""Stored texts are rendered again because something they tell of has changed: few at once, many by the worker."""

from django_tasks import task

from pages import indexing, texts
from pages.locking import writing_pages
from pages.models import BasePage

# More pages than this are rendered again by the worker, not while somebody waits.
RERENDER_AT_ONCE = 10


@writing_pages()
def rerender(pks: list[int]) -> None:
    """Renders the stored text of these pages again.

    Read, rendered and written while nobody else writes pages, so that an edit beside it is not overwritten.
    """
    pks = sorted(set(pks))
    if len(pks) > RERENDER_AT_ONCE:
        rerender_pages.enqueue(pks)
        return
    changed = []
    for page in BasePage.objects.filter(pk__in=pks).select_related("space").order_by("pk"):
        before = page.html, page.plain
        text = texts.text_of(page, stored=True)
        if (text.html, text.plain) != before:
            changed.append(page.pk)
        BasePage.objects.filter(pk=page.pk).update(html=text.html, plain=text.plain, headings=text.headings)
        texts.record_links(page.pk, text)
    # The index may have read the text of before since it was told of the change, or none at all.
    indexing.pages_changed(changed)


@task()
def rerender_pages(pks: list[int]) -> int:
    """The worker's part: in groups small enough to keep write transactions short; returns how many."""
    for start in range(0, len(pks), RERENDER_AT_ONCE):
        rerender(pks[start : start + RERENDER_AT_ONCE])
    return len(pks)
