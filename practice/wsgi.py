"""What web servers load; it does not load while the database lacks its guards."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "practice.settings")
application = get_wsgi_application()

from django.db import connection  # noqa: E402 - needs the settings that are set above

from practice import garbage, guards  # noqa: E402

guards.require(connection)
# Processes forked from this one open connections of their own.
connection.close()
garbage.settle()
