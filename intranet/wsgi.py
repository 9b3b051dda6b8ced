"""The WSGI application that a server such as granian loads."""

import contextlib
import os
import threading

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "intranet.settings")
application = get_wsgi_application()

if settings.INTRANET_ROLE != "public":
    from intranet.organisation import write_file
    from search.finding import warm  # its models can be imported only now that the application is set up

    with contextlib.suppress(DatabaseError, OSError):  # without it the product's own name stands there
        write_file()
    threading.Thread(target=warm, name="search-warm", daemon=True).start()
