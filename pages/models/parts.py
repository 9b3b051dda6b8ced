"""What a page has several of: its tags as they are written, and its authors."""

from django.conf import settings
from django.db import models
from modelcluster.fields import ParentalKey
from taggit.models import TaggedItemBase
from wagtail.models import Orderable

from pages.tagging import MAX_LABEL


class PageTag(TaggedItemBase):
    content_object = ParentalKey("pages.BasePage", on_delete=models.CASCADE, related_name="tagged_items")
    # As typed on this page; other pages may spell it differently.
    label = models.CharField(max_length=MAX_LABEL, blank=True, default="")


class PageAuthor(Orderable):
    page = ParentalKey("pages.BasePage", on_delete=models.CASCADE, related_name="page_authors")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="authorships")

    class Meta(Orderable.Meta):
        constraints = [models.UniqueConstraint(fields=["page", "person"], name="one_authorship_a_page_and_person")]

    def __str__(self) -> str:
        return str(self.person)
