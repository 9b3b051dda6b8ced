"""The WSGI application for servers such as granian."""

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
    from search.finding import warm  # needs the application to be set up

    with contextlib.suppress(DatabaseError, OSError):  # then the product's own name is shown
        write_file()
    threading.Thread(target=warm, name="search-warm", daemon=True).start()
