#!/usr/bin/env python
"""The command line of Commonplace: `manage.py help` lists what it can do."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "intranet.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        from intranet import settings  # noqa: F401 - a wrong setting is told in one line, whatever the command

        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"commonplace: {error}")


if __name__ == "__main__":
    main()
