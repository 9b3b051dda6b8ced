"""The editor of the site in Wagtail's admin: the same field, script and guard, at the text of a page."""

from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString


class EditorWidget(forms.Textarea):
    """`space`: that of the page, to which pictures and files of the text belong."""

    def __init__(self, *, space: Any, visual: bool) -> None:
        super().__init__(
            {"rows": 22, "data-markdown-editor": "", "dir": "auto", **({"data-mode": "visual"} if visual else {})}
        )
        self.space = space

    @property
    def media(self) -> forms.Media:
        script: Any = forms.Script("js/admin_editor.js", type="module")
        return forms.Media(css={"all": ["css/admin_editor.css"]}, js=[script])

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        address = reverse("desk:writing", args=[self.space.slug])
        return render_to_string(
            "desk/_admin_editor.html", {"textarea": super().render(name, value, attrs, renderer), "address": address}
        )


def widget_for(*, space: Any, person: Any) -> EditorWidget:
    return EditorWidget(space=space, visual=bool(getattr(person, "writes_visually", False)))
