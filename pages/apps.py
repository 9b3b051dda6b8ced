"""The app that knows what a page is, who may see it and what its text means."""

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

        writer.register(saving.write)
        signal_handlers.connect()
        for model in get_page_models():
            # On each kind of its own: Wagtail sets that of the base page again when it is ready.
            model.base_form_class = AdminPageForm
            model.copy_form_class = AdminCopyForm
        written.register(WrittenPages())

        def slugify(tag: Tag, name: str, number: int | None = None) -> str:
            wanted = slug_or(name, "tag", longest=90)
            return f"{wanted}-{number}" if number else wanted

        # taggit asks its model and has no setting; its own way leaves out emoji, and "C++" and "C#" would be "c".
        Tag.slugify = slugify
