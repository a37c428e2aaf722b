"""Clocks: collect on a rhythm, publish at each digest's hour, for years.

service.py   the service: its turns, its beat, its end
clocks.py    when turns come; APScheduler lives here and nowhere else
reload.py    the configuration, read again when a file changes
note.py      how the service is, for `marsad status`
notify.py    the supervisor's socket
"""

from pipeline.schedule.clocks import scheduler
from pipeline.schedule.service import Service

__all__ = ["Service", "scheduler"]
