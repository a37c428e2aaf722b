"""The door that editions leave by: e-mail, webhook, notice.

message.py  an edition as a mail: one recipient, the same bytes at every attempt
smtp.py     Postman: a conversation with the mail server → taken, or why not
hook.py     the headers of a webhook, its signature, and what an answer to it means
notice.py   a few lines to a chat, by apprise

Delivery is at least once, and recognisable: where the answer of the other side was lost, or a kill came between its yes and our note of
it, the same edition goes out again under the same Message-ID or Idempotency-Key. Nothing here remembers; `distribute` does.
"""

from pipeline.deliver.message import Refusal, mail_message, message_id
from pipeline.deliver.smtp import Mail, Postman

__all__ = ["Mail", "Postman", "Refusal", "mail_message", "message_id"]
