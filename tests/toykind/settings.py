"""The settings of the site plus one app."""

from intranet.settings import *  # noqa: F403
from intranet.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.toykind"]
