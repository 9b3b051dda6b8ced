"""Columns that are computed from a name whenever a row is written: how it sorts, and by what it is found."""

import unicodedata
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from text import collation, titles
from text.invisible import is_seen


def validate_seen(name: str) -> None:
    """A name made of blanks and of signs that nobody sees is not one: its lines in lists could not be clicked."""
    if not is_seen(name):
        raise ValidationError(_("Enter a name with at least one visible character."), code="invisible")


def validate_leading(username: str) -> None:
    """What an address may hold: "." and ".." are steps in it, and `/-/` separates it from what one can do there."""
    if not any(sign.isalnum() for sign in username):
        raise ValidationError(_("Use at least one letter or number in the username."), code="leads nowhere")


class DerivedField(models.CharField):
    """Set from other fields of its row in every `save` and `bulk_create`; an `update` of those fields sets it itself."""

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
        words = " ".join(filter(None, (str(getattr(model_instance, name) or "") for name in self.of)))
        key = self.make(words)
        setattr(model_instance, self.attname, key)
        return key


class SortKeyField(DerivedField):
    """Sorts rows as people sort their names; see `text.collation`."""

    longest = collation.MAX_KEY

    def make(self, words: str) -> str:
        return collation.sort_key(words)


class TitleKeyField(DerivedField):
    """Equal for titles that count as the same; see `text.titles`."""

    longest = titles.MAX_KEY

    def make(self, words: str) -> str:
        return titles.title_key(words)


def username_key(username: str) -> str:
    """By what a person is found who typed her user name with capitals, with blanks around it or in full-width letters."""
    return titles.title_key(unicodedata.normalize("NFKC", username))


class UsernameKeyField(DerivedField):
    """One of each: nobody takes a name that is another's except for its case."""

    longest = titles.MAX_KEY

    def make(self, words: str) -> str:
        return username_key(words)
