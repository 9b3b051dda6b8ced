"""Signing in with username and password; limits failed attempts (`people.throttle`)."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from people import throttle
from people.models import Person


class SignInForm(AuthenticationForm):
    request: HttpRequest
    wait = 0
    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": _("The username or the password is wrong. Check both, and whether Caps Lock is on."),
    }

    def clean(self) -> dict[str, Any]:
        name = self.cleaned_data.get("username", "")
        self.wait = throttle.seconds_to_wait(self.request, name)
        if self.wait:
            minutes = -(-self.wait // 60)
            message = ngettext(
                "There were too many failed attempts to sign in. Try again in a minute.",
                "There were too many failed attempts to sign in. Try again in %(minutes)s minutes.",
                minutes,
            )
            # The password is not checked: the right one must not get another answer.
            raise ValidationError(message % {"minutes": minutes}, code="throttled")
        try:
            cleaned = super().clean()
        except ValidationError:
            throttle.count_failure(self.request, name)
            raise
        if self.user_cache is not None:
            throttle.forget(self.request, name)
        return cleaned


@method_decorator(login_not_required, name="dispatch")
class SignInView(LoginView):
    """After signing in, people go where they wanted to go, if that is on this site."""

    template_name = "sign_in.html"
    form_class = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # Reveals that the site is empty, but setting it up still needs the code.
        return super().get_context_data(**kwargs) | {"is_empty": not Person.objects.exists()}

    def form_invalid(self, form: Any) -> HttpResponse:
        response = super().form_invalid(form)
        if form.wait:
            response.status_code = 429
            response.headers["Retry-After"] = str(form.wait)
        return response
