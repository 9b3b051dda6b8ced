from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pages.access import page_or_404
from tests.toykind.models import NoticeBoardPage, NoticePage


def board(request: HttpRequest, space: str) -> HttpResponse:
    page = page_or_404(request.user, NoticeBoardPage.objects.all(), f"/spaces/{space}/notices/")
    return render(request, "toykind/page.html", {"page": page, "space": page.space})


def notice(request: HttpRequest, space: str, slug: str) -> HttpResponse:
    page = page_or_404(request.user, NoticePage.objects.all(), f"/spaces/{space}/notices/{slug}/")
    return render(request, "toykind/page.html", {"page": page, "space": page.space})
