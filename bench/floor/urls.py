"""Two views: a signed-in page of three rows, and a response that takes one query."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from bench.floor.models import Article


@login_required
def article(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "article.html", {"article": Article.objects.get(pk=pk)})


def one_query(request: HttpRequest) -> HttpResponse:
    return HttpResponse(Article.objects.values_list("title", flat=True).get(pk=1), content_type="text/plain")


urlpatterns = [path("article/<int:pk>/", article), path("one-query/", one_query)]
