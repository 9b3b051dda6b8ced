"""Pictures and files in a form for pages: those of the page itself, and those of its text."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from desk.alt_texts import describe_picture, undescribed_in, with_description, written_media
from imaging.fields import PictureField
from media.models import Picture
from media.uploads import NotTaken, picture_of_space, store_picture, store_upload
from people import once
from people.models import Person, Space
from text import phrases

logger = logging.getLogger("desk.pictures")


class FilesInput(forms.FileInput):
    allow_multiple_selected = True

    def __init__(self) -> None:
        super().__init__(attrs={"multiple": True})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)


class FilesField(forms.FileField):
    """Several files at once, each of which is checked where it is stored: a bad one does not lose the others."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        return data or []


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
    """Pictures and files in a form. A valid one is stored at once, so that no later error loses it.

    Each name in `picture_fields` has five inputs: the file, its alternative text, a box for decoration, the number of
    the picture already stored, and a box to remove it. In addition `files_to_add` adds pictures and files to the text,
    and each picture of the text without a description has an input for one.
    """

    files_to_add = FilesField(label=_("Pictures and files"), required=False)

    #: What was just added to the text.
    added: tuple[Any, ...] = ()
    data: Any
    #: If the form shows one section instead of the whole text.
    part: Any = None

    picture_fields: ClassVar[dict[str, Any]] = {}
    space: Space
    person: Person

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in self.picture_fields.items():
            self.fields[name] = PictureField(label=label, required=False)
            self._ask_for_description(f"{name}_alt", f"{name}_decorative")
            self.fields[f"{name}_kept"] = forms.IntegerField(required=False, widget=forms.HiddenInput)
        for name in self.picture_fields:
            # Pictures have no versions: the values when the form was opened show what the author changed.
            for part in ("_alt", "_decorative"):
                seen = forms.CharField(required=False, max_length=255, widget=forms.HiddenInput)
                self.fields[f"{name}{part}_seen"] = seen
                self.initial.setdefault(f"{name}{part}_seen", self.initial.get(f"{name}{part}") or "")
            self.fields[f"{name}_remove"] = forms.BooleanField(label=_("Remove the picture"), required=False)

        self.uploads: list[Any] = []
        self.ask_for_descriptions()

    def ask_for_descriptions(self) -> None:
        """Also of what was added since, in a form that is shown again."""
        text = str((self.data if self.is_bound else self.initial).get("body") or "")
        self.undescribed = undescribed_in(text, space=self.space, person=self.person)
        for number in self.undescribed:
            self._ask_for_description(f"alt_{number}", f"decorative_{number}")

    def _ask_for_description(self, alt: str, decorative: str) -> None:
        self.fields[alt] = forms.CharField(
            label=phrases.WHAT_PICTURE_SHOWS,
            required=False,
            max_length=255,
            help_text=_("Screen readers read this out to people who cannot see the picture."),
        )
        self.fields[decorative] = forms.BooleanField(
            label=_("This picture is only decoration"),
            required=False,
            help_text=_("Screen readers skip it. Tick this if the page says the same without the picture."),
        )

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
            self._kept[str(pk)] = picture_of_space(pk, space=self.space, person=self.person)
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
    def descriptions(self) -> list[dict[str, Any]]:
        """The inputs for pictures of the text that have no description."""
        return [
            {"picture": picture, "alt": self[f"alt_{number}"], "decorative": self[f"decorative_{number}"]}
            for number, picture in self.undescribed.items()
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in self.picture_fields:
            # Only if the form had the input.
            asked = f"{name}_alt" in self.data
            if cleaned.get(name) and asked and not cleaned.get(f"{name}_alt") and not cleaned.get(f"{name}_decorative"):
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
        self._describe_in_text()
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
        except NotTaken as refusal:
            self.add_error(name, str(refusal))
            return None
        except Exception:
            # Pillow raises all kinds of exceptions, and the disk may be full.
            logger.exception("A file that was sent could not be stored")
            self.add_error(name, phrases.FILE_NOT_SAVED % {"name": upload.name})
            return None
        if is_new:
            self.uploads.append(kept)
        return kept

    def drop_uploads(self) -> None:
        for kept in self.uploads:
            kept.delete()

    def _add_to_text(self) -> None:
        uploads = self.cleaned_data.get("files_to_add") or []
        found = (self._stored("files_to_add", store_upload, upload) for upload in uploads)
        self.added = tuple(item for item in found if item is not None)
        if self.added:
            lines = "\n\n".join(written_media(item) for item in self.added)
            section = self.part.section if self.part else None
            body = self.data.get("body") or ""
            before = (section.within(body) if section else None) or body
            grown = f"{before.rstrip()}\n\n{lines}\n".lstrip("\n")
            self._set_body(section.with_source(grown) if section and before is not body else grown)

    def _describe_in_text(self) -> None:
        for number, picture in self.undescribed.items():
            alt = str(self.cleaned_data.get(f"alt_{number}") or "").strip()
            if alt or self.cleaned_data.get(f"decorative_{number}"):
                describe_picture(picture, alt=alt, decorative=not alt)
                self._set_body(with_description(self.data.get("body") or "", number, alt))

    def _set_body(self, body: str) -> None:
        self.data["body"] = self.cleaned_data["body"] = body

    def describe(self, name: str, picture: Picture | None) -> None:
        """Save the alternative text together with the page, not before."""
        if picture is None or f"{name}_alt" not in self.data:
            return
        describe_picture(picture, **self._described(name))

    def upload_errors(self) -> bool:
        wrong = any(self.errors.get(name) or self.errors.get(f"{name}_alt") for name in self.picture_fields)
        return wrong or bool(self.errors.get("files_to_add"))
