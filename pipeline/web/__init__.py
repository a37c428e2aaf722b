"""What the service answers on `web.listen`: three questions, for machines. Loopback unless the operator says otherwise.

    /healthz   is the process of use?          200 ok, or 503 and why
    /readyz    is its work what it should be?  200 ready, or 503 and a line for each reason
    /metrics   how much of everything          Prometheus's text, if its library is installed

http.py     a responder for GET, strict and small
answers.py  the first two questions, and which address asks what
metrics.py  the third
"""

from pipeline.web.answers import Answers, View
from pipeline.web.http import Reply, Server

__all__ = ["Answers", "Reply", "Server", "View"]
