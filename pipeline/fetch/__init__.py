"""The door to the web: one polite GET, and nothing else leaves the house by HTTP.

client.py   Fetcher: a question → Page, NotModified or Drop, whatever the other side does
guard.py    which addresses may be asked, decided on the parsed address that is dialled
robots.py   what a host's robots.txt allows and how fast
pace.py     whose turn it is: one request at a time to a host, a pause between two, so many in all
wire.py     HTTP/1.1 over a guarded connection, behind httpx's transport interface
coding.py   gzip and deflate undone in bounded steps
"""

from pipeline.fetch.client import Allowance, Fetcher, NotModified, Settings
from pipeline.fetch.robots import Memory as RobotsMemory

__all__ = ["Allowance", "Fetcher", "NotModified", "RobotsMemory", "Settings"]
