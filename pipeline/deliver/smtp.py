"""Postman: one conversation with the mail server for as many messages as there are, each within its own deadline.

    with Postman(mail) as postman:
        refusal = postman.send(message, "a@example.org")      None: the server said yes

The library's own timeout is one for each read, so a server that sends a byte now and then could hold us for ever: here a timer cuts the
line when a message has had its time. What the server says decides, by where in the conversation it says it:

    greeting, STARTTLS, login, MAIL FROM   the server's state or our settings: nobody is tried further, all is tried again later
    RCPT TO, the text itself               4xx: this recipient later; 5xx: this recipient never
    the line breaks after the text         nobody knows; it is sent again under the same Message-ID
"""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from types import TracebackType
from typing import Literal, Self

from pipeline.deliver.message import Refusal
from pipeline.errors import one_line
from pipeline.model import Drop

Security = Literal["starttls", "tls", "none", "unencrypted"]

_LOGIN = frozenset({530, 534, 535, 538})
"""5xx that mean: not before you have said who you are."""
_DETAIL = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """The mail server and how we speak to it. `config` fills it from the section `mail`."""

    host: str
    port: int
    security: Security
    """`none` is for this machine; `unencrypted` says the same aloud of another one."""
    sender: tuple[str, str]
    """Name and address."""
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    link: str | None = None
    """Where the outputs can be read on the web, if anywhere."""
    limit: float = 60.0
    """Seconds for one message, the greeting and the login included."""


class _Refused(Exception):  # noqa: N818  never leaves this file
    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal


class _Plain(smtplib.SMTP):
    """Made without connecting, so that the line can be cut while the greeting is waited for."""

    def __init__(self, mail: Mail, name: str) -> None:
        super().__init__(local_hostname=name, timeout=mail.limit)
        self._host: str = (
            mail.host
        )  # STARTTLS checks the certificate against it; the library sets it only when it connects at once


class _Secure(smtplib.SMTP_SSL):
    def __init__(self, mail: Mail, name: str, tls: ssl.SSLContext) -> None:
        super().__init__(local_hostname=name, timeout=mail.limit, context=tls)
        self._host: str = mail.host


class Postman:
    """A context manager. `tls` holds the certificates that are trusted, else the system's."""

    def __init__(self, mail: Mail, tls: ssl.SSLContext | None = None) -> None:
        self._mail = mail
        self._tls = tls
        self._line: smtplib.SMTP | None = None
        self._late = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._line is not None and kind is None:
            with contextlib.suppress(smtplib.SMTPException, OSError), self._deadline(self._line, 5.0):
                self._line.quit()
        self._hang_up()

    def send(self, message: EmailMessage, to: str) -> Refusal | None:
        """None when the server took it over; then it is the server's to deliver."""
        self._late = False
        sending = "the conversation"
        try:
            line = self._line or self._begun()
            with self._deadline(line, self._mail.limit):
                if self._line is None:
                    self._line = line
                    sending = "the greeting"
                    self._greeted(line)
                sending = "the recipient"
                self._addressed(line, to)
                sending = "the text"
                self._given(line, message.as_bytes(policy=SMTP))
        except _Refused as told:
            self._ready_again(told.refusal)
            return told.refusal
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            self._hang_up()
            return self._broken(error, sending)
        return None

    # ---- the steps
    def _begun(self) -> smtplib.SMTP:
        name = self._mail.sender[1].rpartition("@")[2]
        if self._mail.security == "tls":
            return _Secure(self._mail, name, self._trusted())
        return _Plain(self._mail, name)

    def _trusted(self) -> ssl.SSLContext:
        self._tls = self._tls or ssl.create_default_context()
        return self._tls

    def _greeted(self, line: smtplib.SMTP) -> None:
        mail = self._mail
        self._wanted(line.connect(mail.host, mail.port), everyone=True)
        if mail.security == "starttls":
            line.ehlo()
            if not line.has_extn("starttls"):
                raise _Refused(self._refusal("tls", "the server offers no STARTTLS", everyone=True))
            self._wanted(line.starttls(context=self._trusted()), everyone=True)
        line.ehlo_or_helo_if_needed()
        if mail.user is not None:
            try:
                line.login(mail.user, mail.password or "")
            except smtplib.SMTPAuthenticationError as error:
                reason = "auth" if error.smtp_code >= 500 else "refused"
                raise _Refused(self._refusal(reason, _said(error.smtp_code, error.smtp_error), everyone=True)) from None
            except smtplib.SMTPServerDisconnected:
                raise
            except (smtplib.SMTPException, UnicodeError) as error:
                raise _Refused(self._refusal("auth", str(error), everyone=True)) from None

    def _addressed(self, line: smtplib.SMTP, to: str) -> None:
        self._wanted(line.mail(self._mail.sender[1]), everyone=True)
        self._wanted(line.rcpt(to), final=True)

    def _given(self, line: smtplib.SMTP, text: bytes) -> None:
        try:
            answer = line.data(text)
        except smtplib.SMTPDataError as error:
            answer = error.smtp_code, error.smtp_error if isinstance(error.smtp_error, bytes) else b""
        self._wanted(answer, final=True)

    def _wanted(self, answer: tuple[int, bytes], *, everyone: bool = False, final: bool = False) -> None:
        """Go on after a 2xx. `final`: here a 5xx is for good."""
        code, text = answer
        if self._late:  # the library takes the half line before a cut for an answer
            raise TimeoutError
        if 200 <= code < 300:
            return
        if code == -1:
            raise smtplib.SMTPServerDisconnected("an answer that is no SMTP")
        login = code in _LOGIN
        refusal = self._refusal(
            "auth" if login else "refused",
            _said(code, text),
            for_good=final and 500 <= code < 600 and not login,
            everyone=everyone or login or code == 421,
        )
        raise _Refused(refusal)

    # ---- what went wrong
    def _refusal(self, reason: str, detail: str, *, for_good: bool = False, everyone: bool = False) -> Refusal:
        return Refusal(drop=Drop(reason=reason, detail=self._masked(detail)), for_good=for_good, everyone=everyone)

    def _broken(self, error: Exception, during: str) -> Refusal:
        """The line broke, or never stood. After the text went out the recipient may have it all the same."""
        where = f"{self._mail.host}:{self._mail.port}"
        if isinstance(error, smtplib.SMTPResponseException) and not self._late:  # as the library tells a no to STARTTLS
            return self._refusal("refused", _said(error.smtp_code, error.smtp_error), everyone=True)
        if self._late or isinstance(error, TimeoutError):
            reason, what = "timeout", f"no answer within {self._mail.limit:g} s"
        elif isinstance(error, ssl.SSLCertVerificationError):
            reason, what = "tls", error.verify_message
        elif isinstance(error, ssl.SSLError):
            reason, what = "tls", error.reason or "the TLS handshake failed"
        elif isinstance(error, socket.gaierror):
            reason, what = "dns", str(error.strerror)
        elif isinstance(error, UnicodeError):
            reason, what = "protocol", "a name or address that SMTP cannot carry"
        elif isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException):
            reason, what = "connect", error.strerror or type(error).__name__
        else:
            reason, what = "protocol", f"{error}"
        lost = "; whether the text arrived is not known" if during == "the text" else ""
        # A server that is cut off by one recipient's text may well take another's.
        return self._refusal(reason, f"{where}: {what}, at {during}{lost}", everyone=during != "the text")

    def _masked(self, text: str) -> str:
        """One line, without name and password, in whatever dress the server sends them back."""
        secrets = [s for s in (self._mail.password,) if s]
        both = f"\0{self._mail.user}\0{self._mail.password}"
        for secret in [*secrets, *(b64encode(s.encode()).decode() for s in [*secrets, both])] if secrets else ():
            text = text.replace(secret, "…")
        return one_line(text)[:_DETAIL]

    # ---- the line
    def _ready_again(self, refusal: Refusal) -> None:
        """After a no the server waits for the next message, unless it is about to leave."""
        line = self._line
        if line is None or refusal.everyone:
            self._hang_up()
            return
        try:
            with self._deadline(line, 10.0):
                line.rset()
        except (smtplib.SMTPException, OSError):
            self._hang_up()

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    @contextlib.contextmanager
    def _deadline(self, line: smtplib.SMTP, seconds: float) -> Iterator[None]:
        timer = threading.Timer(seconds, self._cut(line))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self, line: smtplib.SMTP) -> Callable[[], None]:
        def cut() -> None:
            self._late = True
            if line.sock is not None:
                with contextlib.suppress(OSError):
                    # Of the plain class: a TLS socket's own shutdown pulls its state away under the thread that reads.
                    socket.socket.shutdown(line.sock, socket.SHUT_RDWR)

        return cut


def _said(code: int, text: bytes | str) -> str:
    return f"{code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}"
