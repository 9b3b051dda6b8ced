#!/usr/bin/env python
"""The command line of Commonplace: `manage.py help` lists what it can do."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "intranet.settings")
    from intranet import command_line  # noqa: PLC0415 - settings are not named before

    command_line.main(sys.argv)


if __name__ == "__main__":
    main()
