"""Where Wagtail asks a page what it would otherwise look up in the tree or in its sites."""

from typing import Any

from django.conf import settings
from django.urls import resolve
from wagtail.models import AbstractPage

from pages import depth
from pages.addresses import BIN_PATH, HOME_PATH, to_address
from pages.models.approval import PageRights


class PageInWagtail(AbstractPage):
    """Addresses, places and titles as Wagtail's admin gets them."""

    class Meta:
        # Wagtail's own are taken by the concrete page alone: a kind of page without a `Meta` would inherit them from here.
        abstract = True

    def get_absolute_url(self) -> str:
        return to_address(self.url_path)

    @property
    def is_deleted(self) -> bool:
        """Whether the page is in the bin."""
        return self.url_path.startswith(BIN_PATH)

    @classmethod
    def can_create_at(cls, parent: Any) -> bool:
        # Wagtail calls these two everywhere: forms, choosers, bulk actions and permissions.
        return not parent.is_deleted and depth.fits(parent) and bool(super().can_create_at(parent))

    def can_move_to(self, parent: Any) -> bool:
        return not parent.is_deleted and bool(super().can_move_to(parent)) and depth.fits_branch(parent, self)

    def get_url_parts(self, request: Any = None) -> tuple[int, str, str] | None:
        # There is one site, with the root page `/home/`, so no query is needed.
        if not self.url_path.startswith(f"{HOME_PATH}/"):
            return None
        return (1, settings.INTRANET_URL, self.get_absolute_url())

    def permissions_for_user(self, user: Any) -> Any:
        return PageRights(user, self)

    def is_site_root(self) -> bool:
        return self.url_path == f"{HOME_PATH}/"  # nor to know this

    def get_admin_display_title(self) -> str:
        # Choosers, searches and bulk actions show it to readers of the page who may not see its newer draft.
        return str(self.title if self.live else super().get_admin_display_title())

    def _update_descendant_url_paths(self, old_url_path: str, new_url_path: str) -> None:
        """Nothing: `pages.saving` does it, together with the page's own address."""

    def serve(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """For Wagtail's preview and fallback: the view at the page's own address."""
        match = resolve(self.get_absolute_url())
        return match.func(request, *match.args, **match.kwargs)
