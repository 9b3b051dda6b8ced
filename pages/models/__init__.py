"""Pages, their media, history and links."""

from pages.models.approval import SpaceApprovalTask
from pages.models.author_invitation import AuthorInvitation
from pages.models.base import BasePage
from pages.models.deletion import DeletedPage, Deletion
from pages.models.history import Change, FormerAddress, FormerTitle, PageLink, Version
from pages.models.landing import HomePage, SpaceIndexPage, SpacePage
from pages.models.parts import PageAuthor, PageTag
from pages.models.shown import Shown

__all__ = [
    "AuthorInvitation",
    "BasePage",
    "Change",
    "DeletedPage",
    "Deletion",
    "FormerAddress",
    "FormerTitle",
    "HomePage",
    "PageAuthor",
    "PageLink",
    "PageTag",
    "Shown",
    "SpaceApprovalTask",
    "SpaceIndexPage",
    "SpacePage",
    "Version",
]
