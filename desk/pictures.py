"""Pictures in the forms of pages: stored when the form is sent, named by the form from then on."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from imaging.fields import PictureField
from media.models import Picture
from media.uploads import picture_of_space, store_picture
from people import once
from people.models import Person, Space
from text import phrases
from text.markup import written_words

logger = logging.getLogger("desk.pictures")


def initial_of_picture(name: str, picture: Any) -> dict[str, Any]:
    """What the form says of the picture that the field `name` has now."""
    if picture is None:
        return {}
    return {
        f"{name}_kept": picture.pk,
        f"{name}_alt": picture.description,
        f"{name}_decorative": picture.is_decorative,
    }


class PictureKeeper(forms.Form):
    """Pictures in a form. A valid one is stored at once, so that no later error loses it.

    Each name in `picture_fields` has five inputs: the file, its alternative text, a box for decoration, the number of
    the picture already stored, and a box to remove it. In addition `picture` adds a picture to the text.
    """

    #: Whether a picture was just added to the text.
    added = False

    picture_fields: ClassVar[dict[str, Any]] = {}
    space: Space
    person: Person

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in {**self.picture_fields, "picture": _("Add a picture to the text")}.items():
            self.fields[name] = PictureField(label=label, required=False)
            self.fields[f"{name}_alt"] = forms.CharField(
                label=phrases.WHAT_PICTURE_SHOWS,
                required=False,
                max_length=255,
                help_text=_("Screen readers read this out to people who cannot see the picture."),
            )
            self.fields[f"{name}_decorative"] = forms.BooleanField(
                label=_("This picture is only decoration"),
                required=False,
                help_text=_("Screen readers skip it. Tick this if the page says the same without the picture."),
            )
            self.fields[f"{name}_kept"] = forms.IntegerField(required=False, widget=forms.HiddenInput)
        for name in self.picture_fields:
            # Pictures have no versions: the values when the form was opened show what the author changed.
            for part in ("_alt", "_decorative"):
                seen = forms.CharField(required=False, max_length=255, widget=forms.HiddenInput)
                self.fields[f"{name}{part}_seen"] = seen
                self.initial.setdefault(f"{name}{part}_seen", self.initial.get(f"{name}{part}") or "")
            self.fields[f"{name}_remove"] = forms.BooleanField(label=_("Remove the picture"), required=False)

        self.uploads: list[Any] = []

    def mentions_picture(self, name: str) -> bool:
        """Whether the form included the picture's inputs; otherwise the page's picture is left alone."""
        return any(f"{name}{part}" in self.data for part in ("", "_alt", "_kept", "_remove")) or name in self.files

    def kept_picture(self, name: str) -> Picture | None:
        """The picture already stored for `name`, by the page or by an earlier post of this form."""
        pk = self.data.get(f"{name}_kept") if self.is_bound else self.initial.get(f"{name}_kept")
        if self.is_bound and self.data.get(f"{name}_remove"):
            return None
        if not hasattr(self, "_kept"):
            self._kept: dict[str, Picture | None] = {}
        if str(pk) not in self._kept:
            self._kept[str(pk)] = picture_of_space(pk, self.space)
        return self._kept[str(pk)]

    @property
    def pictures(self) -> list[dict[str, Any]]:
        return [
            {
                "label": label,
                "kept": (kept := self.kept_picture(name)),
                "kept_url": kept.rendition_url(160) if kept else "",
                "file": self[name],
                "alt": self[f"{name}_alt"],
                "decorative": self[f"{name}_decorative"],
                "remove": self[f"{name}_remove"],
            }
            for name, label in self.picture_fields.items()
        ]

    @property
    def waiting(self) -> Picture | None:
        return self.kept_picture("picture")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in (*self.picture_fields, "picture"):
            comes = cleaned.get(name) or (name == "picture" and self.data.get("picture_kept"))
            # Only if the form had the input.
            asked = f"{name}_alt" in self.data
            if comes and asked and not cleaned.get(f"{name}_alt") and not cleaned.get(f"{name}_decorative"):
                self.add_error(f"{name}_alt", _("Describe the picture, or tick “This picture is only decoration”."))
        return cleaned

    def _described(self, name: str) -> dict[str, Any]:
        alt = (self.cleaned_data.get(f"{name}_alt") or "").strip()
        return {"alt": alt, "decorative": bool(self.cleaned_data.get(f"{name}_decorative")) and not alt}

    def keep_uploads(self) -> None:
        self.errors  # noqa: B018 - runs the checks, after which cleaned_data holds what passed them
        self.data = self.data.copy()
        for name in self.picture_fields:
            upload = self.cleaned_data.get(name)
            picture = self._stored(name, store_picture, upload, **self._described(name)) if upload else None
            if picture is not None:
                self.data[f"{name}_kept"] = str(picture.pk)
                self.data.pop(f"{name}_remove", None)
        self._add_to_text()

    def _stored(self, name: str, store: Callable[..., Any], upload: Any, *more: Any, **told: Any) -> Any:
        """The object that `store` made of a file; on failure None, with an error at the input."""
        try:
            with transaction.atomic():
                kept, is_new = once.store_once(
                    self.person,
                    str(self.data.get("form_key", "")),
                    f"{name} for {self.space.pk}",
                    upload,
                    told,
                    lambda: store(upload, *more, **told, space=self.space, person=self.person),
                )
        except Exception:
            # Pillow raises all kinds of exceptions, and the disk may be full.
            logger.exception("A file that was sent could not be stored")
            words = _("“%(name)s” could not be saved. Try again, or choose another file. What you typed is below.")
            self.add_error(name, words % {"name": upload.name})
            return None
        if is_new:
            self.uploads.append(kept)
        return kept

    def drop_uploads(self) -> None:
        for kept in self.uploads:
            kept.delete()

    def _add_to_text(self) -> None:
        upload, alt_text = self.cleaned_data.get("picture"), self._described("picture")
        if upload:
            picture = self._stored("picture", store_picture, upload, **alt_text)
        else:
            picture = self.kept_picture("picture")
        if picture is None:
            return
        if self.errors.get("picture_alt"):
            self.data["picture_kept"] = str(picture.pk)
            return
        if not upload:
            picture.description, picture.is_decorative = alt_text["alt"], alt_text["decorative"]
            picture.save(update_fields=["description", "is_decorative"])
        body = (self.data.get("body") or "").rstrip()
        words = written_words(alt_text["alt"])
        self.data["body"] = self.cleaned_data["body"] = f"{body}\n\n![{words}](picture:{picture.pk})\n".lstrip("\n")
        for name in ("picture_alt", "picture_decorative", "picture_kept"):
            self.data[name] = ""
        self.added = True

    def describe(self, name: str, picture: Picture | None) -> None:
        """Save the alternative text together with the page, not before."""
        if picture is None or f"{name}_alt" not in self.data:
            return
        alt_text = self._described(name)
        if (picture.description, picture.is_decorative) != (alt_text["alt"], alt_text["decorative"]):
            picture.description, picture.is_decorative = alt_text["alt"], alt_text["decorative"]
            picture.save(update_fields=["description", "is_decorative"])

    def upload_errors(self) -> bool:
        names = (*self.picture_fields, "picture")
        return any(self.errors.get(name) or self.errors.get(f"{name}_alt") for name in names)
