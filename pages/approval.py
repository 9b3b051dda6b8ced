"""Asking for approval, and what follows: one function for each event. For callers that have checked permissions.

A page, or a change of a published page, waits as its newest version; readers see what they saw before. What somebody
saves meanwhile becomes the newest version in turn, and is what is decided on.
"""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import F
from wagtail.models import Task, TaskState, Workflow, WorkflowPage, WorkflowState, WorkflowTask

from pages.log_entries import log_change
from pages.models import BasePage, SpaceApprovalTask, SpacePage
from pages.models.approval import settled, waiting_of, workflows
from people.models import Space

#: In Wagtail's log.
COMMENT = "pages.approval.comment"


def workflow() -> Workflow:
    """The workflow of all spaces that ask for approval; made when the first one does."""
    task = SpaceApprovalTask.objects.first() or SpaceApprovalTask.objects.create(name="Approval by the space")
    found = Workflow.objects.filter(workflow_tasks__task=task).first()
    if found is None:
        found = Workflow.objects.create(name="Approval by the space")
        WorkflowTask.objects.create(workflow=found, task=Task.objects.get(pk=task.pk), sort_order=0)
    return found  # type: ignore[no-any-return]


def follow_policy(space: Space, front: SpacePage) -> None:
    """Let Wagtail's admin offer what the space asks for. If it no longer asks, what waits is withdrawn."""
    if space.approval != Space.Approval.NONE:
        WorkflowPage.objects.update_or_create(page_id=front.pk, defaults={"workflow": workflow()})
        return
    if WorkflowPage.objects.filter(page_id=front.pk, workflow__in=workflows()).delete()[0]:
        end_all(BasePage.objects.filter(space=space))


def open_requests() -> Any:
    """All that wait for a decision or were sent back."""
    kind = ContentType.objects.get_for_model(BasePage)
    return WorkflowState.objects.active().filter(base_content_type=kind, workflow__in=workflows())


def end_all(pages: Any) -> None:
    """Withdraw every request for approval of these pages."""
    wanted = {str(pk) for pk in pages.values_list("pk", flat=True)}
    for state in open_requests():
        if state.object_id in wanted:
            state.cancel()


def submit(page: Any, *, by: Any) -> None:
    """Ask for approval of the newest version; again, if it was sent back."""
    state = waiting_of(page)
    if state is None:
        for other in WorkflowState.objects.active().for_instance(page):
            # A page is in one workflow at a time.
            other.cancel(user=by)
        workflow().start(page, by)
    elif state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        state.resume(by)
    else:
        TaskState.objects.filter(pk=state.current_task_state_id).update(revision=page.latest_revision_id)


def approve(state: WorkflowState, *, by: Any, comment: str = "") -> None:
    """Publish the newest version, or schedule it if it has a time. Raises `PermissionDenied`."""
    _act(state, "approve", by, comment)


def send_back(state: WorkflowState, *, by: Any, comment: str) -> None:
    """Ask for changes. Raises `PermissionDenied`."""
    _act(state, "reject", by, comment)


def _act(state: WorkflowState, action: str, by: Any, comment: str) -> None:
    task_state = state.current_task_state.specific
    task_state.task.specific.on_action(task_state, by, action, comment=comment)


def comment_on(page: Any, *, by: Any, comment: str) -> None:
    log_change(page, COMMENT, by=by, revision=page.latest_revision, data={"comment": comment})


def withdraw(page: Any, state: WorkflowState, *, by: Any) -> None:
    """Take a request back. A change of a published page is then no longer its newest version, only in its history."""
    state.cancel(user=by)
    if page.live and page.live_revision_id:
        BasePage.objects.filter(pk=page.pk).update(
            latest_revision=F("live_revision"), has_unpublished_changes=False, draft_title=F("title")
        )


def settle(page: Any, *, by: Any) -> None:
    """Somebody who can publish alone publishes `page` with what waits: that is an approval."""
    if page.space is None or page.space.approval == Space.Approval.NONE or not page.pk:
        return
    state = waiting_of(page)
    if state is None:
        return
    if state.status != WorkflowState.STATUS_IN_PROGRESS:
        state.cancel(user=by)
        return
    state.current_task_state.approve(user=by, update=False)
    settled(state)
