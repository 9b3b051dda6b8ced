"""Columns computed from a name whenever a row is saved: its sort key, and the key to find it by."""

import unicodedata
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from text import collation, titles
from text.invisible import is_seen


def validate_seen(name: str) -> None:
    """Refuse a name of blanks and invisible characters: its links could not be clicked."""
    if not is_seen(name):
        raise ValidationError(_("Enter a name with at least one visible character."), code="invisible")


def validate_leading(username: str) -> None:
    """Refuse usernames that break addresses: "." and ".." are relative, and `/-/` begins actions."""
    if not any(sign.isalnum() for sign in username):
        raise ValidationError(_("Use at least one letter or number in the username."), code="leads nowhere")


class DerivedField(models.CharField):
    """Computed from other fields by `save` and `bulk_create`; an `update` of those fields must set it too."""

    longest: ClassVar[int]

    def __init__(self, *args: Any, of: tuple[str, ...] = (), **kwargs: Any) -> None:
        self.of = of
        kwargs |= {"max_length": self.longest, "editable": False, "default": "", "blank": True}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("max_length", "editable", "default", "blank"):
            kwargs.pop(fixed, None)
        return name, path, args, {**kwargs, "of": self.of}

    def make(self, words: str) -> str:
        raise NotImplementedError

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        values = (getattr(model_instance, name) or "" for name in self.of)
        key = self.make(
            " ".join(" ".join(map(str, value)) if isinstance(value, list) else str(value) for value in values)
        )
        setattr(model_instance, self.attname, key)
        return key


class SortKeyField(DerivedField):
    longest = collation.MAX_KEY

    def make(self, words: str) -> str:
        return collation.sort_key(words)


class TitleKeyField(DerivedField):
    longest = titles.MAX_KEY

    def make(self, words: str) -> str:
        return titles.title_key(words)


def username_key(username: str) -> str:
    """The key to find people by, however their username was typed: case, spaces, full-width letters."""
    return titles.title_key(unicodedata.normalize("NFKC", username))


class FoldedField(DerivedField):
    """Folded words for substring searches: no database folds the case of all letters."""

    longest = 4_000

    def make(self, words: str) -> str:
        return titles.folded(words)[: self.longest]


class UsernameKeyField(DerivedField):
    """Unique, so that usernames cannot differ only in case."""

    longest = titles.MAX_KEY

    def make(self, words: str) -> str:
        return username_key(words)
