"""Approval before publication, on Wagtail's workflow: one task for all spaces that ask for it, decided by our own rights.

Its states, comments and log are Wagtail's, so that the site and Wagtail's admin show and do the same.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from wagtail.models import PagePermissionTester, Task, TaskState, WorkflowState, WorkflowTask

from pages.models.history import Change
from people.models import Space
from people.permissions import may_approve, publishes_alone


def workflows() -> Any:
    """Ours, as a subquery. A site may have others, such as the one that Wagtail comes with."""
    return WorkflowTask.objects.filter(task__in=SpaceApprovalTask.objects.values("pk")).values("workflow")


def waiting_of(page: Any) -> WorkflowState | None:
    """The request for approval of `page` that is open: it waits for a decision, or was sent back."""
    states = WorkflowState.objects.active().for_instance(page).filter(workflow__in=workflows())
    return states.select_related("current_task_state", "requested_by").first()  # type: ignore[no-any-return]


def settled(state: WorkflowState) -> None:
    """There is one task, so its approval is that of the workflow."""
    state.status = WorkflowState.STATUS_APPROVED
    state.save()


def writers_of_waiting(page: Any) -> set[int]:
    """The ids of those who have written anything that readers have not seen yet, and of who asked for approval."""
    published = Change.objects.filter(page=page.pk, published=True).aggregate(newest=Max("revision"))["newest"]
    writers = set(page.revisions.filter(pk__gt=published or 0).values_list("user_id", flat=True))
    state = waiting_of(page)
    return {pk for pk in (*writers, state and state.requested_by_id) if pk}


def may_decide(person: Any, page: Any) -> bool:
    """Who can approve in the space; not who has written it, where the space asks for a second person."""
    if page.space is None or not may_approve(person, page.space):
        return False
    return page.space.approval != Space.Approval.SECOND or person.pk not in writers_of_waiting(page)


class SpaceApprovalTask(Task):
    """The only task of the workflow that spaces use."""

    class Meta:
        verbose_name = _("approval by the space")
        verbose_name_plural = _("approvals by spaces")

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, Any, bool]]:
        if not may_decide(user, obj):
            return []
        return [
            ("reject", _("Send back"), True),
            ("approve", _("Approve"), False),
            ("approve", _("Approve with a comment"), True),
        ]

    @transaction.atomic
    def on_action(self, task_state: TaskState, user: Any, action_name: str, **kwargs: Any) -> None:
        page = task_state.workflow_state.content_object
        if action_name not in {name for name, *_rest in self.get_actions(page, user)}:
            raise PermissionDenied
        # What is decided on, and published then, is the newest version.
        task_state.revision = page.latest_revision
        task_state.save(update_fields=["revision"])
        if action_name == "reject":
            super().on_action(task_state, user, action_name, **kwargs)
            return
        # Not by `WorkflowState.finish`, which lets nobody publish who could not do so without the task.
        task_state.approve(user=user, update=False, **kwargs)
        settled(task_state.workflow_state)
        page.latest_revision.publish(user=user, skip_permission_checks=True)

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> Any:
        # Site editors have the list on the site, which asks who can read what.
        return (
            self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS)
            if user.is_superuser
            else TaskState.objects.none()
        )

    @classmethod
    def get_description(cls) -> str:
        return str(_("Owners of the space, and the editors that they have named, can approve"))


class PageRights(PagePermissionTester):  # type: ignore[misc]
    """What Wagtail's admin lets a person do: it publishes nothing that the person could not publish on the site."""

    def _publishes_alone(self) -> bool:
        return self.page.space is None or publishes_alone(self.user, self.page.space)

    def can_publish(self) -> bool:
        return bool(super().can_publish()) and self._publishes_alone()

    def can_publish_subpage(self) -> bool:
        return bool(super().can_publish_subpage()) and self._publishes_alone()

    def can_move_to(self, destination: Any) -> bool:
        if not super().can_move_to(destination):
            return False
        goes_elsewhere = destination.space_id != self.page.space_id and destination.space is not None
        return not goes_elsewhere or publishes_alone(self.user, destination.space) or not self._has_published()

    def _has_published(self) -> bool:
        return bool(self.page.get_descendants(inclusive=True).filter(live=True).exists())
