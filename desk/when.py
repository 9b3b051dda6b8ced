"""When a page is published and when it expires: the two fields of its form, in the time zone of the person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pages.scheduling import When
from people.zones import zone_of

#: As browsers send a date with a time.
AS_SENT = "%Y-%m-%dT%H:%M"
ALSO_TYPED = (AS_SENT, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S")
LATEST = timedelta(days=3653)


def in_own_zone(view: Callable[..., Any]) -> Callable[..., Any]:
    """A view that reads and shows times in the zone of the signed-in person."""

    @wraps(view)
    def shown(request: Any, *args: Any, **kwargs: Any) -> Any:
        with timezone.override(zone_of(request.user)):
            return view(request, *args, **kwargs)

    return shown


def as_typed(moment: datetime | None) -> str:
    """A moment that is still to come, as its field shows it; "" for none and for one that has passed."""
    return timezone.localtime(moment).strftime(AS_SENT) if moment and moment > timezone.now() else ""


def moment_words(moment: datetime, person: Any) -> str:
    """The day, the hour, and the zone that both are in."""
    zone = zone_of(person)
    words = {"moment": date_format(timezone.localtime(moment, zone), "j F Y, H:i"), "zone": str(zone)}
    return _("%(moment)s (%(zone)s)") % words


def in_zone(typed: datetime, zone: Any) -> datetime:
    """The moment that a clock in `zone` shows as `typed`. Raises `ValidationError` if it never does, or does twice."""
    earlier, later = (typed.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if earlier.utcoffset() == later.utcoffset():
        return earlier
    shown = {"time": f"{typed:%H:%M}", "day": date_format(typed, "j F Y")}
    exists = earlier.astimezone(UTC).astimezone(zone).replace(tzinfo=None)
    if exists != typed:
        raise forms.ValidationError(
            _(
                "The clocks go forward on %(day)s, and %(time)s does not exist. Choose another time, for example "
                "%(other)s."
            ),
            params={**shown, "other": f"{exists:%H:%M}"},
        )
    raise forms.ValidationError(
        _("The clocks go back on %(day)s, and %(time)s comes twice. Choose a time before or after that hour."),
        params=shown,
    )


class MomentField(forms.CharField):
    """A date with a time that is still to come, in the current time zone; its value is a datetime or None."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=AS_SENT)
        super().__init__(required=False, max_length=40, widget=widget, **kwargs)

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if not typed:
            return None
        moment = in_zone(self._read(typed), timezone.get_current_timezone())
        if moment <= timezone.now():
            raise forms.ValidationError(_("This time has passed. Choose a later one, or leave the field empty."))
        return moment

    def _read(self, typed: str) -> datetime:
        for form in ALSO_TYPED:
            try:
                read = datetime.strptime(typed, form)  # noqa: DTZ007 - the zone follows in `clean`
            except ValueError:
                continue
            if read > timezone.make_naive(timezone.now()) + LATEST:
                raise forms.ValidationError(_("Choose a time within the next ten years."))
            if read.year > 1:
                return read
        raise forms.ValidationError(_("Enter a day and a time, for example 2027-05-12 09:00."))


class WhenForm(forms.Form):
    publish_at = MomentField(label=gettext_lazy("Publish on"))
    expire_at = MomentField(label=gettext_lazy("Unpublish on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = {"zone": timezone.get_current_timezone_name()}
        self.fields["publish_at"].help_text = (
            _("Time zone: %(zone)s. “Publish” then waits until this time. Leave it empty to publish at once.") % zone
        )
        self.fields["expire_at"].help_text = (
            _("Time zone: %(zone)s. From this time on readers no longer see the page.") % zone
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        begins, ends = cleaned.get("publish_at"), cleaned.get("expire_at")
        if begins and ends and ends <= begins:
            self.add_error("expire_at", _("The page would end before it is published. Choose a later time."))
        return cleaned

    @property
    def when(self) -> When | None:
        """None if the form did not have the fields."""
        if "publish_at" not in self.data and "expire_at" not in self.data:
            return None
        return When(self.cleaned_data["publish_at"], self.cleaned_data["expire_at"])

    @staticmethod
    def initial_of_when(page: Any) -> dict[str, str]:
        return {"publish_at": as_typed(page.go_live_at), "expire_at": as_typed(page.expire_at)}
