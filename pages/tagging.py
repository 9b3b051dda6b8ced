"""Tags as authors typed them. The name and address of a tag reveal nothing about other pages.

A tag *is* its address, made only from the typed words: "Project Owl" and "project owl" are the same tag, "C++" and "C#"
are not. Each page stores how it was typed there.
"""

from typing import Any

from django.db import IntegrityError, transaction
from modelcluster.contrib.taggit import ClusterTaggableManager, _ClusterTaggableManager
from modelcluster.queryset import FakeQuerySet
from taggit.models import Tag

from text.invisible import one_line
from text.slugs import slug_or

MAX_LABEL = 100


def address_of(label: str) -> str:
    return slug_or(label, "tag", longest=90)


def tag_at(address: str) -> Tag:
    if (found := Tag.objects.filter(slug=address).first()) is not None:
        return found
    # The name can be taken: tags of pictures in Wagtail's admin are created differently.
    for name in (address, f"#{address}"):
        try:
            with transaction.atomic():
                return Tag.objects.get_or_create(slug=address, defaults={"name": name})[0]
        except IntegrityError:
            continue
    raise ValueError(f"No tag can be made for {address}.")


def as_typed(item: Any) -> Tag:
    """An unsaved copy of the tag, named as on this page."""
    tag = item.tag
    return Tag(pk=tag.pk, slug=tag.slug, name=item.label or tag.name)


def once_each(page: Any) -> None:
    """Remove duplicate tags before saving, as old versions may have them; the first spelling stays."""
    if not page.tagged_items.is_deferring:
        return  # as stored
    items = list(page.tagged_items.all())
    first: dict[int, Any] = {}
    for item in items:
        first.setdefault(item.tag_id, item)
    if len(first) < len(items):
        page.tagged_items.set(list(first.values()))


class _PageTags(_ClusterTaggableManager):
    def get_queryset(self, extra_filters: Any = None) -> Any:
        if self.instance is None:
            return super().get_queryset(extra_filters)
        items = (
            self.get_tagged_item_manager().all().select_related("tag") if self.instance.pk or self._is_typed() else []
        )
        return FakeQuerySet(Tag, [as_typed(item) for item in items])

    def _is_typed(self) -> bool:
        return bool(self.get_tagged_item_manager().is_deferring)

    def add(self, *tags: Any) -> None:
        items = self.get_tagged_item_manager()
        known = {item.tag.slug for item in items.all()} if self.instance.pk or self._is_typed() else set()
        labels: dict[str, str] = {}
        for tag in tags:
            label = one_line(tag if isinstance(tag, str) else tag.name)[:MAX_LABEL]
            labels.setdefault(address_of(label) if isinstance(tag, str) else tag.slug, label)
        new = {address: label for address, label in labels.items() if address not in known}
        there = {tag.slug: tag for tag in Tag.objects.filter(slug__in=new)}
        for address, label in new.items():
            items.add(self.through(tag=there.get(address) or tag_at(address), label=label))


class PageTagsField(ClusterTaggableManager):
    def __get__(self, instance: Any, model: Any) -> Any:
        return _PageTags(through=self.through, model=model, instance=instance, prefetch_cache_name=self.name)

    def value_from_object(self, instance: Any) -> list[Tag]:
        return [as_typed(item) for item in instance.tagged_items.all()]
