"""The WSGI application that a server such as granian loads."""

import os
import threading

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "intranet.settings")
application = get_wsgi_application()

if settings.INTRANET_ROLE != "public":
    from search.finding import warm  # its models can be imported only now that the application is set up

    threading.Thread(target=warm, name="search-warm", daemon=True).start()
