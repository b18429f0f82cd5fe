"""Mail handed to a server step by step, so that of each that fails it is known whether the mail was taken."""

import re
import smtplib
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from enum import StrEnum
from typing import Any

from alerts.channel_addresses import check_host, check_peer
from alerts.channel_lines import hold
from alerts.channel_outcome import cause_in_words
from alerts.channel_stages import Result, Stage
from alerts.sent import Arrival, Sent

_GO_ON, _READY = 354, 220
_ANSWERS, _FOR_GOOD = range(200, 600), range(500, 600)
_BUSY = 421  # the server closes the line, whatever was said before
_FULL = 452  # it takes nothing at all for now
_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")  # RFC 3463
_END = b".\r\n"
_GOODBYE_SECONDS = 2.0


class Security(StrEnum):
    """How the connection is encrypted; never less than what is asked for."""

    NONE = "insecure"
    STARTTLS = "starttls"
    TLS = "ssl"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class MailServer:
    """Where mail is handed in, with the login it wants; `seconds` is what each of its answers may take."""

    host: str
    port: int
    security: Security
    user: str | None
    password: str | None
    is_verified: bool  # the certificate is looked at
    seconds: float

    @property
    def where(self) -> str:
        """The server as sentences name it."""
        return f"{self.host} port {self.port}"


class _StoppedError(Exception):
    """A step of handing a mail in did not succeed."""

    def __init__(
        self,
        stage: Stage,
        sentence: str,
        *,
        code: int | None = None,
        is_known: bool = True,
        is_permanent: bool | None = None,
    ) -> None:
        super().__init__(sentence)
        self.stage, self.sentence, self.code, self.is_known = stage, sentence, code, is_known
        self.is_permanent = is_permanent if is_permanent is not None else code in _FOR_GOOD


class _Plain(smtplib.SMTP):
    """Goes to no forbidden address."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        check_host(host, port)
        connection: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]
        check_peer(connection)
        hold(connection)
        return connection


class _Encrypted(smtplib.SMTP_SSL, _Plain):
    """The same, encrypted from the first byte: SMTP_SSL has its socket from the class behind it."""


def hand_in(mail: EmailMessage, sender: str, recipient: str, server: MailServer) -> Result:
    """Hand `mail` to `server` and return what became of it. Blocks; never raises for a server."""
    try:
        client = _connected(server)
    except _StoppedError as stopped:
        return _result(stopped)
    try:
        _log_in(client, server)
        _ask(client, Stage.SENDER, "the sender", "mail", f"FROM:<{sender}>")
        _ask(client, Stage.RECIPIENT, "the recipient", "rcpt", f"TO:<{recipient}>")
        _hand_over(client, mail)
    except _StoppedError as stopped:
        return _result(stopped)
    finally:
        _leave(client)
    return Result(sent=Sent(Arrival.ARRIVED), stage=Stage.DONE)


def _leave(client: smtplib.SMTP) -> None:
    """Say goodbye; nobody waits long for the answer, for everything is known."""
    with suppress(OSError, smtplib.SMTPException):
        if client.sock:
            client.sock.settimeout(_GOODBYE_SECONDS)
        client.quit()
    client.close()


def _connected(server: MailServer) -> smtplib.SMTP:
    """Return a connection that is encrypted as the server's address says."""
    client = _client(server)
    try:
        _connect(client, server)
        if server.security is Security.STARTTLS:
            _encrypt(client, server)
    except _StoppedError:
        client.close()
        raise
    return client


def _client(server: MailServer) -> smtplib.SMTP:
    if server.security is Security.TLS:
        client: smtplib.SMTP = _Encrypted(timeout=server.seconds, context=_context(server))
    else:
        client = _Plain(timeout=server.seconds)
    client._host = server.host  # type: ignore[attr-defined]  # whose certificate it has to be
    return client


def _connect(client: smtplib.SMTP, server: MailServer) -> None:
    try:
        code, said = client.connect(server.host, server.port)
    except ssl.SSLError as error:
        sentence = f"no encrypted connection to {server.where}: {cause_in_words(error)}"
        raise _StoppedError(Stage.ENCRYPTION, sentence) from error
    except (OSError, smtplib.SMTPException, ValueError) as error:
        sentence = f"could not connect to {server.where}: {cause_in_words(error)}"
        raise _StoppedError(Stage.CONNECTION, sentence) from error
    if code != _READY:
        raise _StoppedError(Stage.CONNECTION, f"{server.where} takes no mail now: {_words(code, said)}", code=code)


def _encrypt(client: smtplib.SMTP, server: MailServer) -> None:
    where = server.where
    try:
        client.starttls(context=_context(server))
    except smtplib.SMTPNotSupportedError as error:
        sentence = f"{where} offers no STARTTLS, and nothing is sent unencrypted"
        raise _StoppedError(Stage.ENCRYPTION, sentence) from error
    except smtplib.SMTPResponseException as error:
        # Not taken for permanent: a server is told from an attacker on the line by trying again.
        sentence = f"{where} refused STARTTLS: {_words(error.smtp_code, error.smtp_error)}"
        raise _StoppedError(Stage.ENCRYPTION, sentence) from error
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise _StoppedError(Stage.ENCRYPTION, f"no encrypted connection to {where}: {cause_in_words(error)}") from error


def _log_in(client: smtplib.SMTP, server: MailServer) -> None:
    try:
        client.ehlo_or_helo_if_needed()
        if server.user and server.password:
            client.login(server.user, server.password)
    except smtplib.SMTPNotSupportedError as error:
        if server.security is Security.NONE:
            sentence = f"{server.host} takes no login on a connection that is not encrypted"
            raise _StoppedError(Stage.ENCRYPTION, sentence) from error
        raise _StoppedError(Stage.LOGIN, f"{server.host} takes no login") from error
    except smtplib.SMTPHeloError as error:
        sentence = f"{server.where} takes no mail from here: {_words(error.smtp_code, error.smtp_error)}"
        raise _StoppedError(Stage.CONNECTION, sentence, code=error.smtp_code) from error
    except smtplib.SMTPResponseException as error:
        # Without its words: some servers repeat what they were sent, and it would be the password in another form.
        sentence = f"{server.host} refused the login: {_numbers(error.smtp_code, error.smtp_error)}"
        raise _StoppedError(Stage.LOGIN, sentence, code=error.smtp_code) from error
    except UnicodeEncodeError as error:
        sentence = "the user or password in the address is not plain ASCII, and no login can be made of it"
        raise _StoppedError(Stage.LOGIN, sentence, is_permanent=True) from error
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise _StoppedError(Stage.LOGIN, f"{server.host} broke off at the login: {cause_in_words(error)}") from error


def _ask(client: smtplib.SMTP, stage: Stage, what: str, command: str, arguments: str) -> None:
    """Send one command before the mail itself; nothing is taken yet, whatever happens."""
    try:
        code, said = client.docmd(command, arguments)
    except ValueError as error:
        raise _StoppedError(stage, f"{what} has an address that is not plain ASCII", is_permanent=True) from error
    except (OSError, smtplib.SMTPException) as error:
        raise _StoppedError(stage, f"the mail server broke off at {what}: {cause_in_words(error)}") from error
    if not 200 <= code < 300:
        raise _StoppedError(stage, f"the mail server refused {what}: {_words(code, said)}", code=code)


def _hand_over(client: smtplib.SMTP, mail: EmailMessage) -> None:
    """Send the mail. Until its last line is out it cannot have been taken; after that, only the answer tells."""
    try:
        code, said = client.docmd("data")
        if code != _GO_ON:
            raise _StoppedError(Stage.MESSAGE, f"the mail server refused the mail: {_words(code, said)}", code=code)
        # In one piece, and the sign of its end at the end of it: what breaks off here has not been taken.
        client.send(_dotted(mail.as_bytes()) + _END)
    except (OSError, smtplib.SMTPException) as error:
        raise _StoppedError(Stage.MESSAGE, f"the mail server broke off in the mail: {cause_in_words(error)}") from error
    try:
        code, said = client.getreply()
    except (OSError, smtplib.SMTPException) as error:
        sentence = f"the mail server did not say whether it took the mail: {cause_in_words(error)}"
        raise _StoppedError(Stage.ANSWER, sentence, is_known=False) from error
    if code not in _ANSWERS:
        sentence = f"the mail server did not say whether it took the mail: {_words('', said)}"
        raise _StoppedError(Stage.ANSWER, sentence, is_known=False)
    if not 200 <= code < 300:
        raise _StoppedError(Stage.MESSAGE, f"the mail server refused the mail: {_words(code, said)}", code=code)


def _result(stopped: _StoppedError) -> Result:
    arrival = Arrival.REFUSED if stopped.is_known else Arrival.UNKNOWN
    sent = Sent(
        arrival,
        stopped.sentence,
        is_permanent=stopped.is_permanent,
        # Sender and recipient are the same for each mail of a channel, and so is whoever asks to come later.
        is_of_message=stopped.code in _FOR_GOOD and stopped.stage is Stage.MESSAGE,
        may_be_of_message=stopped.code not in (None, _BUSY, _FULL) and stopped.stage is Stage.MESSAGE,
    )
    return Result(sent=sent, stage=stopped.stage, code=stopped.code)


def _context(server: MailServer) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not server.is_verified:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _dotted(mail: bytes) -> bytes:
    lines = mail if mail.endswith(b"\r\n") else mail + b"\r\n"
    return lines.replace(b"\r\n.", b"\r\n..")


def _numbers(code: int, said: Any) -> str:
    """Return the code of an answer, and the one that is meant for programs if it has one."""
    enhanced = _ENHANCED.match(_words("", said))
    return f"{code} {enhanced[0]}" if enhanced else str(code)


def _words(code: int | str, said: Any) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return f"{code} {' '.join(text.split())}".strip()
