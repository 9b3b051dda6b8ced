"""Addresses of wikis. A slug is never `-`, so what follows `/-/` cannot collide with a page."""

from django.urls import path, register_converter

from wiki import choosing, history, maintenance, views, writing


class WikiPath:
    """`wiki` and the slugs below it, none of which is a single hyphen."""

    regex = r"wiki(?:/(?!-(?:/|\Z))[\w-]+)*"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(WikiPath, "wiki")

app_name = "wiki"

urlpatterns = [
    path("spaces/<slug:space>/wiki/-/new/", writing.write, name="new"),
    path("spaces/<slug:space>/wiki/-/suggest.json", choosing.suggest, name="suggest"),
    path("spaces/<slug:space>/wiki/-/to/", views.named, name="named"),
    path("spaces/<slug:space>/<wiki:path>/-/changes/", history.recent_changes, name="changes"),
    path("spaces/<slug:space>/wiki/-/pages/", maintenance.all_pages, name="pages"),
    path("spaces/<slug:space>/wiki/-/wanted/", maintenance.wanted, name="wanted"),
    path("spaces/<slug:space>/wiki/-/orphans/", maintenance.orphans, name="orphans"),
    path("spaces/<slug:space>/<wiki:path>/", views.page, name="page"),
    path("spaces/<slug:space>/<wiki:path>/-/edit/", writing.write, name="edit"),
    path("spaces/<slug:space>/<wiki:path>/-/section/<str:section>/", writing.write, name="section"),
    path("spaces/<slug:space>/<wiki:path>/-/history/", history.of_page.versions, name="history"),
    path("spaces/<slug:space>/<wiki:path>/-/history/<int:revision>/", history.of_page.version, name="version"),
    path("spaces/<slug:space>/<wiki:path>/-/diff/", history.of_page.diff, name="diff"),
    path("spaces/<slug:space>/<wiki:path>/-/blame/", history.of_page.blame, name="blame"),
    path("spaces/<slug:space>/<wiki:path>/-/restore/", history.of_page.restore, name="restore"),
    path("spaces/<slug:space>/<wiki:path>/-/below/", views.below, name="below"),
    path("spaces/<slug:space>/<wiki:path>/-/order/", maintenance.order, name="order"),
    path("spaces/<slug:space>/<wiki:path>/-/backlinks/", views.backlinks, name="backlinks"),
    path("spaces/<slug:space>/<wiki:path>/-/raw/", views.raw, name="raw"),
    path("spaces/<slug:space>/<wiki:path>/-/move/", maintenance.move, name="move"),
    path("spaces/<slug:space>/<wiki:path>/-/audience/", maintenance.audience, name="audience"),
    path("spaces/<slug:space>/<wiki:path>/-/unpublish/", maintenance.unpublish, name="unpublish"),
    path("spaces/<slug:space>/<wiki:path>/-/delete/", maintenance.delete, name="delete"),
]
