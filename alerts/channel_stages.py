"""How far a message came on its way to a service, and what an operator can do where it stopped."""

from dataclasses import dataclass
from enum import StrEnum

from alerts.sent import Arrival, Sent


class Stage(StrEnum):
    """A step of sending; the message went no further than this one."""

    ADDRESS = "address"
    CONNECTION = "connection"
    ENCRYPTION = "encryption"
    LOGIN = "login"
    SENDER = "sender"
    RECIPIENT = "recipient"
    MESSAGE = "message"
    ANSWER = "answer"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one send, the stage it ended at, and the code of the answer if there was one."""

    sent: Sent
    stage: Stage
    code: int | None = None


_BY_CODE: dict[int | None, str] = {
    301: "The service has moved: take its new address into the channel. Redirects are not followed.",
    302: "The service sends elsewhere: take that address into the channel. Redirects are not followed.",
    307: "The service sends elsewhere: take that address into the channel. Redirects are not followed.",
    308: "The service has moved: take its new address into the channel. Redirects are not followed.",
    401: "The token or password in the address is not, or no longer, accepted: make a new one.",
    403: "The token is known but not allowed to post there: give it the right, or let the bot into the room.",
    404: "Nothing is there: the webhook or the room was deleted, or the address has a typing mistake.",
    410: "The webhook or the room was closed: make a new one.",
    413: "The message is too long for this service.",
    429: "Too many messages: nothing to repair, a running service waits and tries again.",
}
_TROUBLE = range(500, 530)  # of HTTP; what mail servers say of a mail is above
_BY_STAGE = {
    Stage.ADDRESS: "Compare the address with the example in docs/channels.md.",
    Stage.CONNECTION: "Check host and port, that the service runs, and that no firewall stands between.",
    Stage.ENCRYPTION: (
        "Check the port and the mode: mailtos with mode=starttls is port 587, mode=ssl port 465; https needs a "
        "certificate that this machine trusts (an own one: SSL_CERT_FILE for mail, REQUESTS_CA_BUNDLE for the rest)."
    ),
    Stage.LOGIN: "Check user and password; many providers want a password made for this program (an app password).",
    Stage.SENDER: "Take as from= an address that this server lets you send from.",
    Stage.RECIPIENT: "Check to=; a server that relays for nobody needs a login first.",
    Stage.MESSAGE: "The server looked at the mail and did not want it: its own log says more.",
    Stage.ANSWER: "Nobody knows whether it arrived: have a look, then try again.",
}


def advice(result: Result) -> str:
    """Return what an operator can do after `result`; empty when the message arrived."""
    if result.stage is Stage.DONE:
        return ""
    if result.code in _BY_CODE:
        return _BY_CODE[result.code]
    if result.stage in (Stage.MESSAGE, Stage.ANSWER) and result.code in _TROUBLE:
        return "The service has trouble of its own: nothing to repair here, try again later."
    if result.stage is Stage.ANSWER and result.sent.arrival is Arrival.REFUSED:
        return "The service was reached and did not take it: compare the address with the example in docs/channels.md."
    return _BY_STAGE[result.stage]
