"""The settings of the site with one app more."""

from intranet.settings import *  # noqa: F403
from intranet.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.toykind"]
