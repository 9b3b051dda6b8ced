"""Addresses of search."""

from django.urls import path, re_path

from search import views
from search.curation import boosts, reporting
from search.curation import views as curation

app_name = "search"
urlpatterns = [
    path("search/", views.search, name="search"),
    path("search.json", views.search_json, name="search_json"),
    path("search/suggest.json", views.suggest, name="suggest"),
    path("search/words/", curation.words, name="words"),
    path("search/words/<int:pk>/", curation.word_group, name="word_group"),
    path("search/answers/", curation.answers, name="answers"),
    path("search/answers/<int:pk>/-/forget/", curation.forget_answer, name="forget_answer"),
    # Of a page of any kind, at its own address.
    re_path(r"^spaces/(?P<path>[\w/-]+)/-/related/$", views.like, name="related"),
    path("search/boosts/", boosts.boosts, name="boosts"),
    path("search/explain/", views.explain, name="explain"),
    path("search/seen/", reporting.seen, name="seen"),
    path("search/report/", reporting.report, name="report"),
]
