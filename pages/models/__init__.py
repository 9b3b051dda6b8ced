"""What a page is, its media, its history and its links."""

from pages.models.base import BasePage, PageAuthor, PageTag
from pages.models.history import Change, FormerAddress, FormerTitle, PageLink
from pages.models.landing import SpaceIndexPage, SpacePage
from pages.models.media import Attachment, Picture, PictureRendition, Recording, Shown
from pages.models.naming import Naming

__all__ = [
    "Attachment",
    "BasePage",
    "Change",
    "FormerAddress",
    "FormerTitle",
    "Naming",
    "PageAuthor",
    "PageLink",
    "PageTag",
    "Picture",
    "PictureRendition",
    "Recording",
    "Shown",
    "SpaceIndexPage",
    "SpacePage",
]
