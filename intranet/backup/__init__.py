"""The whole site in one file, and back: rows of every table worth keeping, uploads, public copies (docs/decisions/0009-backup.md)."""


class Refused(Exception):
    """Why a backup is not made or not restored, in one sentence for the operator."""
