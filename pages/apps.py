"""Pages: what a page is, who can see it, and how its text is rendered."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PagesConfig(AppConfig):
    name = "pages"
    verbose_name = _("Pages")

    def ready(self) -> None:
        from taggit.models import Tag  # noqa: PLC0415 - models are not ready before
        from wagtail.models import get_page_models  # noqa: PLC0415 - models are not ready before

        from pages import saving, signal_handlers, writer  # noqa: PLC0415 - models are not ready before
        from pages.admin_forms import AdminCopyForm, AdminPageForm  # noqa: PLC0415 - models are not ready before
        from pages.written import WrittenPages  # noqa: PLC0415 - models are not ready before
        from people import written  # noqa: PLC0415 - models are not ready before
        from text.slugs import slug_or  # noqa: PLC0415 - models are not ready before

        writer.register(saving)
        signal_handlers.connect()
        for model in get_page_models():
            # On each model, because Wagtail's `ready` sets the form of the base page again.
            model.base_form_class = AdminPageForm
            model.copy_form_class = AdminCopyForm
        written.register(WrittenPages())

        def slugify(tag: Tag, name: str, number: int | None = None) -> str:
            wanted = slug_or(name, "tag", longest=90)
            return f"{wanted}-{number}" if number else wanted

        # taggit has no setting for this. Its own slugs drop emoji, and make "c" of both "C++" and "C#".
        Tag.slugify = slugify
