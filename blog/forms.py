"""The form of a blog post."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from blog.models import BlogPostPage
from desk.composer import ComposerForm
from desk.pictures import PictureKeeper, initial_of_picture
from pages.models import BasePage


class PostForm(PictureKeeper, ComposerForm):
    link_url = forms.URLField(
        label=_("Link"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("For a post that points to another website or page."),
    )

    plain_fields: ClassVar[tuple[str, ...]] = (*ComposerForm.plain_fields, "link_url")
    picture_fields: ClassVar[dict[str, Any]] = {"hero": _("Picture at the top")}

    @classmethod
    def initial_of(cls, page: BasePage) -> dict[str, Any]:
        initial = super().initial_of(page)
        if isinstance(page, BlogPostPage):
            initial |= initial_of_picture("hero", page.lead_picture())
        return initial

    def apply_to(self, page: BasePage) -> None:
        super().apply_to(page)
        if self.mentions_picture("hero"):
            page.hero = self.kept_picture("hero")
            self.describe("hero", page.hero)
