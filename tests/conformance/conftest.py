"""A real server on this machine that sees the uncommitted rows of the test."""

from collections.abc import Iterator
from threading import Thread

import pytest
from django.core.servers.basehttp import WSGIServer
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connections
from django.test.testcases import QuietWSGIRequestHandler


@pytest.fixture
def server_url(db: None) -> Iterator[str]:
    """Answers one request at a time over the test's own connection.

    Nothing is committed, so that nothing has to be flushed: that takes long and takes the root of the tree along.
    """
    shared = connections["default"]
    shared.inc_thread_sharing()
    # As Django's own test client does: a connection within a test's transaction looks used up to this receiver.
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    with WSGIServer(("127.0.0.1", 0), QuietWSGIRequestHandler) as server:
        server.set_app(get_wsgi_application())

        def serve() -> None:
            connections["default"] = shared
            server.serve_forever(poll_interval=0.05)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)
    shared.dec_thread_sharing()
