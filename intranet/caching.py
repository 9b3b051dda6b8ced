"""Caches that may be unavailable: nothing is only there, so a failing cache costs time but never a page."""

import logging
import time
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.core.cache.backends.db import DatabaseCache as DjangoDatabaseCache
from django.core.cache.backends.redis import RedisCache as DjangoRedisCache
from django.db import connections, router, transaction

logger = logging.getLogger("intranet.cache")

#: After a failure the cache is not used for this long, so that not every request waits for it.
PAUSE_SECONDS = 5.0
PROBE = "intranet.caching.probe"


class Tolerant:
    """Behaves like an empty cache while the real one fails. Only `clear` raises, because its caller has to know."""

    asked_again_at = 0.0

    def tried(self, name: str, missing: Any, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() < Tolerant.asked_again_at:
            return missing
        try:
            with self.guarded():
                return getattr(super(), name)(*args, **kwargs)
        except Exception as error:  # each client has its own exceptions, and none of them should break a page
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
        with self.guarded():
            super().set(PROBE, "1", 60)  # type: ignore[misc]
            if super().get(PROBE) != "1":  # type: ignore[misc]
                raise OSError("the cache forgets at once")


class RedisCache(Tolerant, DjangoRedisCache):
    pass


class DatabaseCache(Tolerant, DjangoDatabaseCache):
    def guarded(self) -> AbstractContextManager[Any]:
        """On PostgreSQL a failing statement must not abort the transaction of the page."""
        alias = router.db_for_write(self.cache_model_class)
        in_transaction = connections[alias].in_atomic_block
        return transaction.atomic(using=alias) if in_transaction else nullcontext()
