"""Page forms in Wagtail's admin: they offer only what the author can see, and keep texts as typed."""

from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.forms import ModelChoiceField
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.forms.pages import CopyForm

from pages.depth import check_depth, levels_of
from people.audiences import token_filter
from web.numbers import whole_number


class TextWidget(Protocol):
    """Makes the widget for a page's text; without one it is Wagtail's own."""

    def __call__(self, *, space: Any, person: Any) -> Any: ...


_text_widget: list[TextWidget] = []


def register(widget: TextWidget) -> None:
    _text_widget[:] = [widget]


class AdminPageForm(WagtailAdminPageForm):  # type: ignore[misc]
    """`data.contradictions`, if there, has conflicts between two edits: see `intranet.admin_saves`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.data: Any
        self.contradictions: dict[str, str] = getattr(self.data, "contradictions", {})
        self.hidden: list[str] = []
        if "body" in self.fields:
            # Blank lines at both ends are part of the text, as in the site's own editor.
            self.fields["body"].strip = False
            space = self.instance.space or getattr(self.parent_page, "specific", self.instance).space
            if space is not None:
                for make in _text_widget:
                    self.fields["body"].widget = make(space=space, person=self.for_user)
        for name in {"go_live_at", "expire_at"} & set(self.fields):
            self.fields[name].help_text = _("Time zone: %(zone)s.") % {"zone": get_current_timezone_name()}
        person: Any = self.for_user
        if person is not None and not person.is_superuser:
            for name in self.fields:
                self._keep_to_what_one_sees(name, person)

    def _keep_to_what_one_sees(self, name: str, person: Any) -> None:
        field = self.fields[name]
        if not isinstance(field, ModelChoiceField) or not hasattr(field.queryset.model, "audience_token"):
            return
        field.queryset = field.queryset.filter(token_filter(person))
        typed = self.data.get(name, "") if self.is_bound else ""
        if typed and not field.queryset.filter(pk=whole_number(typed) or 0).exists():
            # Wagtail would show the refused choice with its title, which this person must not see.
            self.data = self.data.copy()
            self.data[name] = ""
            self.hidden.append(name)

    def clean_body(self) -> str:
        return str(self.cleaned_data["body"]).replace("\r\n", "\n").replace("\r", "\n")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        for name in self.hidden:
            self.add_error(name, _("Choose something that you can see yourself."))
        for name, words in self.contradictions.items():
            self.add_error(name if name in self.fields else None, words)
        return cleaned


class AdminCopyForm(CopyForm):  # type: ignore[misc]
    """Checks that the copy, with all pages copied below it, is not too deep."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Wagtail updates an alias when its own actions publish the original; ours do not.
        self.fields.pop("alias", None)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if parent := cleaned.get("new_parent_page"):
            levels = levels_of(self.page) if cleaned.get("copy_subpages") else 1
            try:
                check_depth(parent, levels=levels)
            except ValidationError as problem:
                # Instead of Wagtail's message, which would mention permissions.
                self._errors.pop("new_parent_page", None)
                self.add_error("new_parent_page", problem)
        return cleaned
