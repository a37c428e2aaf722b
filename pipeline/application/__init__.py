"""The assembled application: a checked Config on one side, the parts it sets up on the other. The one place of assembly.

assembled.py   Application: a cycle, the editions, what can be asked
brake.py       work in another thread, and how it is ended
done.py        what a cycle did
outside.py     the web, as all of it asks it
"""

from pipeline.application.assembled import Application
from pipeline.application.brake import Brake, in_thread
from pipeline.application.done import Done

__all__ = ["Application", "Brake", "Done", "in_thread"]
