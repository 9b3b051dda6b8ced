"""What people say about pages: comments, reactions, and pages saved for later."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConversationConfig(AppConfig):
    name = "conversation"
    verbose_name = _("Conversation")

    def ready(self) -> None:
        from conversation.actions import person_renamed  # noqa: PLC0415 - models are not ready before
        from conversation.told import KINDS  # noqa: PLC0415 - models are not ready before
        from news import kinds  # noqa: PLC0415 - models are not ready before
        from people import written  # noqa: PLC0415 - models are not ready before

        kinds.register(*KINDS)
        written.when_renamed(person_renamed)
