"""The form with which a person chooses how to be told."""

from typing import Any

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from news.mail import DIGEST, digests, outcomes
from news.models import Group, How, Preferences
from news.models.mail import ALWAYS_HERE, DEFAULTS
from people.zones import zone_choices


class PreferencesForm(forms.ModelForm[Preferences]):
    digest_hour = forms.TypedChoiceField(
        label=gettext_lazy("At what time"), coerce=int, choices=[(hour, f"{hour:02}:00") for hour in range(24)]
    )
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), required=False, choices=zone_choices)

    class Meta:
        model = Preferences
        fields = ["digest_every", "digest_weekday", "digest_hour"]
        labels = {
            "digest_every": gettext_lazy("How often"),
            "digest_weekday": gettext_lazy("On which day, if every week"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["time_zone"] = self.instance.person.time_zone
        for group in Group:
            chosen = self.instance.chosen.get(group, DEFAULTS[group])
            kept = [(how.value, how.label) for how in How if not (how == How.NOTHING and group in ALWAYS_HERE)]
            self.fields[f"how_{group}"] = forms.ChoiceField(label=group.label, choices=kept, initial=chosen)

    @property
    def hows(self) -> list[Any]:
        return [self[f"how_{group}"] for group in Group]

    @transaction.atomic
    def save(self, commit: bool = True) -> Preferences:
        self.instance.chosen = {group.value: self.cleaned_data[f"how_{group}"] for group in Group}
        saved = super().save(commit)
        saved.person.time_zone = self.cleaned_data["time_zone"]
        saved.person.save(update_fields=["time_zone"])
        # What waits for the digest comes at the new time.
        digests.plan_again(outcomes.waiting(DIGEST).filter(notice__person=saved.person_id), timezone.now())
        return saved
