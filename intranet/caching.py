"""Caches that may be away: nothing that is remembered there is lost elsewhere, so a dead one costs time and never a page."""

import logging
import time
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.core.cache.backends.db import DatabaseCache as DjangoDatabaseCache
from django.core.cache.backends.redis import RedisCache as DjangoRedisCache
from django.db import connections, router, transaction

logger = logging.getLogger("intranet.cache")

PAUSE_SECONDS = 5.0
"""After a failure the cache is not asked for so long: nobody waits for it at every request."""
PROBE = "intranet.caching.probe"


class Tolerant:
    """Answers as an empty cache does while the one behind it fails. `clear` alone says so: who empties it has to know."""

    asked_again_at = 0.0

    def tried(self, name: str, missing: Any, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() < Tolerant.asked_again_at:
            return missing
        try:
            with self.guarded():
                return getattr(super(), name)(*args, **kwargs)
        except Exception as error:  # each client has errors of its own, and none of them is worth a page
            Tolerant.asked_again_at = time.monotonic() + PAUSE_SECONDS
            logger.warning("the cache does not answer: %s", (str(error) or type(error).__name__).splitlines()[0])
            return missing

    def guarded(self) -> AbstractContextManager[Any]:
        return nullcontext()

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        return self.tried("get", default, key, default, version)

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> Any:
        return self.tried("set", None, key, value, *args, **kwargs)

    def add(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> Any:
        return self.tried("add", True, key, value, *args, **kwargs)

    def touch(self, key: Any, *args: Any, **kwargs: Any) -> Any:
        return self.tried("touch", False, key, *args, **kwargs)

    def delete(self, key: Any, version: Any = None) -> Any:
        return self.tried("delete", False, key, version)

    def has_key(self, key: Any, version: Any = None) -> Any:
        return self.tried("has_key", False, key, version)

    def get_many(self, keys: Any, version: Any = None) -> Any:
        return self.tried("get_many", {}, keys, version)

    def set_many(self, data: Any, *args: Any, **kwargs: Any) -> Any:
        return self.tried("set_many", list(data), data, *args, **kwargs)

    def delete_many(self, keys: Any, version: Any = None) -> Any:
        return self.tried("delete_many", None, keys, version)

    def probe(self) -> None:
        """Raises what is wrong with it. For `/health/`."""
        with self.guarded():
            super().set(PROBE, "1", 60)  # type: ignore[misc]
            if super().get(PROBE) != "1":  # type: ignore[misc]
                raise OSError("the cache forgets at once")


class RedisCache(Tolerant, DjangoRedisCache):
    pass


class DatabaseCache(Tolerant, DjangoDatabaseCache):
    def guarded(self) -> AbstractContextManager[Any]:
        """A statement that fails must not take the transaction of a page with it, as it does on PostgreSQL."""
        alias = router.db_for_write(self.cache_model_class)
        in_transaction = connections[alias].in_atomic_block
        return transaction.atomic(using=alias) if in_transaction else nullcontext()
