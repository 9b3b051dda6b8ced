"""Typed access to an operator's settings in the environment; a wrong value raises a clear sentence."""

import importlib.util
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import available_timezones

from django.core.exceptions import ImproperlyConfigured

from web.numbers import whole_number

#: Names of this machine, as used by the launcher and by monitors.
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")

INSTALL = "run python3 -m intranet.bootstrap base with this setting"

PUBLISHED_PASSWORD = "commonplace"  # noqa: S105 - of the demo persons, and in the documentation


class Environment:
    """Every getter raises `ImproperlyConfigured` with one line: the variable, its value, and what would be right."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self.variables = os.environ if variables is None else variables

    def text(self, name: str, default: str = "") -> str:
        return self.variables.get(name, "").strip() or default

    def boolean(self, name: str, default: bool) -> bool:
        value = self.text(name, "1" if default else "0").lower()
        if value in {"1", "true", "yes", "on"}:
            return True
        if value in {"0", "false", "no", "off"}:
            return False
        raise ImproperlyConfigured(f"{name}={value!r} is neither yes (1) nor no (0).")

    def integer(self, name: str, default: int, *, least: int, most: int) -> int:
        value = self.text(name, str(default))
        number = whole_number(value)
        if number is None or not least <= number <= most:
            raise ImproperlyConfigured(f"{name}={value!r} is not a whole number from {least} to {most}.")
        return number

    def choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        value = self.text(name, default)
        if value not in choices:
            raise ImproperlyConfigured(f"{name}={value!r} is not one of: {', '.join(choices)}.")
        return value

    def time_zone(self, name: str, default: str) -> str:
        value = self.text(name, default)
        if value not in available_timezones():
            raise ImproperlyConfigured(f"{name}={value!r} is not a time zone such as Europe/Berlin.")
        return value

    def sender(self, name: str, default: str) -> str:
        value = self.text(name, default)
        if not re.fullmatch(r"[^@\n]*[^@\s<]@[^@\s]+", value):
            raise ImproperlyConfigured(f"{name}={value!r} is not an e-mail address such as commonplace@example.org.")
        return value

    def folder(self, name: str, default: Path) -> Path:
        return Path(self.text(name, str(default))).expanduser().resolve()

    def secret_key(self, name: str, file: Path) -> str:
        """The key from the environment, else one generated once and stored in a file that only this account can read."""
        if key := self.text(name):
            if len(key) < 32:
                raise ImproperlyConfigured(f"{name} is shorter than 32 characters.")
            return key
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            try:
                return file.read_text().strip()
            except (OSError, ValueError) as error:
                raise ImproperlyConfigured(f"the secret key in {file} cannot be read: {error}. Set {name}.") from None
        except OSError as error:
            raise ImproperlyConfigured(f"INTRANET_VAR: {file} cannot be written: {error.strerror}.") from None
        with os.fdopen(descriptor, "w") as stream:
            key = secrets.token_urlsafe(50)
            stream.write(key)
        return key

    def networks(self, name: str) -> list[IPv4Network | IPv6Network]:
        try:
            return [ip_network(one.strip()) for one in self.text(name).split(",") if one.strip()]
        except ValueError as error:
            raise ImproperlyConfigured(
                f"{name} is not a list of addresses such as 127.0.0.1,10.0.0.0/8: {error}."
            ) from None

    def hosts(self, name: str, served: str) -> list[str]:
        """The host names of the site: those listed, else those in its addresses; always with this machine's own.

        If the site listens beyond this machine and `served`, its address, is not set, its names are unknown: all (`*`).
        """
        listed = [host.strip() for host in self.text(name).split(",") if host.strip()]
        for one in listed:
            if not re.fullmatch(r"\*|\.?[\w.-]+|\[[0-9a-fA-F:.]+\]", one):
                raise ImproperlyConfigured(f"{name}={one!r} is not the name of a host, without http:// and port.")
        host = self.text("HOST", LOOPBACK[0])
        if not listed and not self.text(served) and host not in LOOPBACK and host != "::1":
            return ["*"]
        addresses = (urlsplit(self.text(one)).hostname for one in ("INTRANET_URL", "INTRANET_PUBLIC_URL"))
        found = listed or [f"[{one}]" if ":" in one else one for one in addresses if one]
        return list(dict.fromkeys([*found, *LOOPBACK]))

    def is_exposed(self) -> bool:
        """Whether other machines can reach it, by what it listens on or by the address that readers use."""
        reached = [self.text("HOST", LOOPBACK[0])]
        if url := self.text("INTRANET_URL"):
            reached.append(urlsplit(url).hostname or "")
        return any(f"[{one}]" not in LOOPBACK and one not in LOOPBACK for one in reached)

    def address(self, name: str, default: str) -> str:
        """An absolute http(s) address or a path from the root, without trailing slash."""
        value = self.text(name, default)
        parts = urlsplit(value)
        absolute = parts.scheme in {"http", "https"} and parts.netloc
        rooted = not parts.scheme and not parts.netloc and value.startswith("/")
        if not (absolute or rooted) or parts.query or parts.fragment:
            raise ImproperlyConfigured(
                f"{name}={value!r} is not an http(s) address such as https://public.example.org/."
            )
        return value.rstrip("/")


@dataclass(frozen=True)
class Url:
    """The parts of a service's URL: `scheme://user:password@host:port/path?option=value`."""

    scheme: str
    host: str
    port: int | None
    user: str
    password: str
    path: str
    options: dict[str, str]

    @classmethod
    def parse(cls, name: str, value: str, schemes: tuple[str, ...]) -> "Url":
        try:
            parts = urlsplit(value)
            port = parts.port
        except ValueError as error:
            raise ImproperlyConfigured(f"{name} is not a URL: {error}.") from None
        if parts.scheme not in schemes or "://" not in value:
            known = ", ".join(f"{scheme}://" for scheme in schemes)
            raise ImproperlyConfigured(f"{name} begins with none of: {known}.")
        return cls(
            scheme=parts.scheme,
            host=parts.hostname or "",
            port=port,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            path=unquote(parts.path),
            options=dict(parse_qsl(parts.query)),
        )


def database(value: str) -> dict[str, object]:
    """Django's `DATABASES["default"]` for `sqlite:///file` or `postgresql://user:password@host:port/name`."""
    url = Url.parse("DATABASE_URL", value, ("sqlite", "postgresql", "postgres"))
    if url.scheme == "sqlite":
        if url.host or not url.path.lstrip("/"):
            raise ImproperlyConfigured("DATABASE_URL for SQLite is sqlite:///name or sqlite:////absolute/path.")
        name = url.path.removeprefix("/")
        if name != ":memory:" and not Path(name).absolute().parent.is_dir():
            raise ImproperlyConfigured(
                f"DATABASE_URL: there is no folder {Path(name).absolute().parent} for the database."
            )
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": name,
            # No mmap: it was not faster, and counted up to 256 MB as memory of the process.
            # Without these, 151 of 160 parallel writes fail with "database is locked". FULL costs one flush of the disk
            # per transaction: with NORMAL a loss of power takes back what people were told was saved.
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY;",
            },
            "CONN_MAX_AGE": None,
        }
    if not url.path.strip("/"):
        raise ImproperlyConfigured("DATABASE_URL for PostgreSQL is postgresql://user:password@host:port/name.")
    # A transaction pooler such as PgBouncer before 1.21 needs prepare=0.
    prepare = None if url.options.pop("prepare", "1") == "0" else 1
    return {
        "ENGINE": "database.postgresql",
        "NAME": url.path.strip("/"),
        "USER": url.user,
        "PASSWORD": url.password,
        "HOST": url.options.pop("host", url.host),
        "PORT": str(url.port or ""),
        # Otherwise each thread, also that of `/health/`, would wait minutes for a host that does not respond.
        "OPTIONS": {"connect_timeout": "5", "prepare_threshold": prepare, **url.options},
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


def search(value: str) -> dict[str, object]:
    """The default search backend for `whoosh:///folder`, `database://` or `opensearch://host:port/prefix`."""
    url = Url.parse("SEARCH_URL", value, ("whoosh", "database", "opensearch"))
    if url.scheme == "whoosh":
        if not url.path.strip("/"):
            raise ImproperlyConfigured("SEARCH_URL for Whoosh is whoosh:///folder.")
        return {"BACKEND": "search.backends.whoosh", "PATH": url.path, "AUTO_UPDATE": False}
    if url.scheme == "database":
        return {"BACKEND": "modelsearch.backends.database", "AUTO_UPDATE": True}
    if not url.host or not url.path.strip("/"):
        raise ImproperlyConfigured("SEARCH_URL for OpenSearch is opensearch://host:port/prefix.")
    if importlib.util.find_spec("opensearchpy") is None:
        raise ImproperlyConfigured("SEARCH_URL for OpenSearch needs its client: " + INSTALL + ".")
    tls = url.options.get("tls") == "1"
    host: dict[str, object] = {"host": url.host, "port": url.port or 9200, "use_ssl": tls, "verify_certs": tls}
    if url.user:
        host["http_auth"] = (url.user, url.password)
    seconds = url.options.get("bulk_seconds", "60")
    if not 1 <= (whole_number(seconds, digits=4) or 0) <= 3_600:
        raise ImproperlyConfigured("SEARCH_URL: bulk_seconds is not a whole number from 1 to 3600.")
    return {
        "BACKEND": "search.backends.remote",
        "HOSTS": [host],
        # If it fails, the database answers; retrying would only keep the reader waiting.
        "OPTIONS": {"max_retries": 0},
        "INDEX_PREFIX": url.path.strip("/") + "_",
        "BULK_SECONDS": int(seconds),
        "AUTO_UPDATE": False,
    }


def cache(value: str) -> dict[str, object]:
    """Django's `CACHES["default"]` for `locmem://`, `database://table` or `redis://host:port/number`."""
    url = Url.parse("CACHE_URL", value, ("locmem", "database", "redis", "rediss"))
    if url.scheme == "locmem":
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "commonplace"}
    if url.scheme == "database":
        table = url.host or "cache"
        if not re.fullmatch(r"[a-z_][a-z0-9_]{0,50}", table):
            raise ImproperlyConfigured("CACHE_URL for the database is database://table, with a name such as cache.")
        return {"BACKEND": "intranet.caching.DatabaseCache", "LOCATION": table}
    if not url.host:
        raise ImproperlyConfigured("CACHE_URL for Redis is redis://host:port/number.")
    if importlib.util.find_spec("redis") is None:
        raise ImproperlyConfigured(f"CACHE_URL for Redis needs its client: {INSTALL}.")
    # Do not wait for a cache that is slower than what it saves.
    options = {"socket_connect_timeout": 1, "socket_timeout": 1}
    return {"BACKEND": "intranet.caching.RedisCache", "LOCATION": value, "OPTIONS": options}


def email(value: str) -> dict[str, object]:
    """Django's e-mail settings for `file:///folder`, `console://` or `smtp(s)://user:password@host:port`."""
    url = Url.parse("EMAIL_URL", value, ("file", "console", "smtp", "smtps"))
    if url.scheme == "file":
        return {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend", "EMAIL_FILE_PATH": url.path}
    if url.scheme == "console":
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if not url.host:
        raise ImproperlyConfigured(f"EMAIL_URL for a mail server is {url.scheme}://user:password@host:port.")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": url.host,
        "EMAIL_PORT": url.port or (465 if url.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": url.user,
        "EMAIL_HOST_PASSWORD": url.password,
        "EMAIL_USE_SSL": url.scheme == "smtps",
        "EMAIL_USE_TLS": url.scheme == "smtp" and url.options.get("tls", "1") == "1",
        "EMAIL_TIMEOUT": 20,
    }
