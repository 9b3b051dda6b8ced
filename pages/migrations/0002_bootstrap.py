"""Gives the pages that Wagtail's first migrations made their language, as Wagtail 8 asks of an own base page."""

from django.db import migrations
from wagtail.models import BootstrapLocaleField, BootstrapTranslatableModel, BootstrapTranslationKeyField


class Migration(migrations.Migration):

    dependencies = [
        ('pages', '0001_initial'),
        ('wagtailcore', '0098_apitoken'),
    ]

    operations = [
        BootstrapLocaleField('pages.BasePage'),
        BootstrapTranslationKeyField('pages.BasePage'),
        BootstrapTranslatableModel('pages.BasePage'),
    ]
