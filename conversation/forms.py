"""The form for a comment."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from limits import COMMENT_CHARACTERS
from people.once import FormKeyField
from text import markup, phrases
from text.invisible import is_seen

WRITE_SOMETHING = _("Write something.")


class CommentForm(forms.Form):
    body = forms.CharField(
        label=_("Comment"),
        max_length=COMMENT_CHARACTERS,
        error_messages={"required": WRITE_SOMETHING},
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto", "data-markdown-editor": ""}),
    )
    # The comment that this one answers.
    parent = forms.IntegerField(required=False, widget=forms.HiddenInput)
    form_key = FormKeyField()

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        if not is_seen(body):
            raise ValidationError(WRITE_SOMETHING)
        try:
            markup.check(body)
        except markup.TextTooLong as problem:
            raise ValidationError(phrases.TEXT_TOO_LONG) from problem
        return body
