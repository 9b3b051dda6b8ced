"""Backup and restore of the whole site in one file: rows, uploads, public copies (docs/decisions/0009-backup.md)."""


class Refused(Exception):
    """The reason why a backup or restore is refused, in a sentence for the operator."""
