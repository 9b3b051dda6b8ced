"""What the worker does for pages."""

from django_tasks import task


@task()
def rerender_pages(pks: list[int]) -> int:
    """Renders pages again in groups small enough to keep write transactions short; returns how many."""
    from pages.actions import RERENDER_AT_ONCE, rerender

    for start in range(0, len(pks), RERENDER_AT_ONCE):
        rerender(pks[start : start + RERENDER_AT_ONCE])
    return len(pks)
