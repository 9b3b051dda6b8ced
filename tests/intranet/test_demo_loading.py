"""When the demo content is not loaded."""

import io
from typing import Any

import pytest
from django.core.management import call_command

from blog.models import BlogPostPage
from people.models import Person
from tests.factories.people import make_person

pytestmark = pytest.mark.django_db


def load() -> str:
    out = io.StringIO()
    call_command("load_demo", stdout=out)
    return out.getvalue()


def test_a_house_that_somebody_lives_in_is_left_alone(settings: Any):
    settings.INTRANET_DEMO = True
    make_person("somebody")
    assert "nothing was loaded" in load()
    assert not BlogPostPage.objects.exists()


def test_without_the_setting_nothing_is_loaded(settings: Any):
    settings.INTRANET_DEMO = False
    assert "INTRANET_DEMO is off" in load()
    assert not Person.objects.exists()
