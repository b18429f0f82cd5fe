"""What became of a message, worked out from the requests that carried it and the answers they got."""

import re
import socket
import ssl
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from alerts.channel_addresses import ForbiddenAddressError
from alerts.channel_stages import Result, Stage
from alerts.channel_wire import Exchange, retry_after
from alerts.sent import Arrival, Sent

# What the message itself is to blame for: others may be taken.
_OF_MESSAGE = frozenset({400, 413, 414, 415, 422})
# Not worth many more tries; 408, 425 and 429 ask for one. A redirect that says it is for good is an address to correct.
_NOT_PERMANENT = frozenset({408, 421, 423, 425, 429})
# What a service says that has enough to do, whatever the message.
_BUSY = frozenset({408, 421, 423, 425, 429, 503})
# A gateway that heard nothing, or nothing it understood, from the service behind it may have passed the message on.
_OF_GATEWAY = frozenset({502, 504})
_PERMANENT_REDIRECTS = frozenset({301, 308})
_UNAUTHORIZED = 401

# Slack says in a word what is wrong: by a webhook with a status, to a bot in an answer of 200.
_WORD = re.compile(r"[a-z][a-z_]{2,60}")
_SLACK_MESSAGE = frozenset(
    {
        "invalid_payload",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_attachments",
        "invalid_arguments",
        "msg_too_long",
        "msg_blocks_too_long",
        "no_text",
        "too_many_attachments",
    }
)
_SLACK_LOGIN = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "invalid_token",
        "no_permission",
    }
)
_SLACK_PERMANENT = _SLACK_LOGIN | {
    "action_prohibited",
    "channel_is_archived",
    "channel_not_found",
    "is_archived",
    "missing_scope",
    "no_service",
    "no_team",
    "not_in_channel",
    "restricted_action",
    "team_disabled",
    "user_not_found",
}
# Telegram and Discord say 400 also of a room that is not there: then no message will be taken.
_NOT_THERE = re.compile(r"chat not found|peer_id_invalid|thread not found|unknown (?:channel|webhook)", re.I)
_SLACK_HURRY = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})

_CAUSES: tuple[tuple[type[BaseException], Callable[[Any], str]], ...] = (
    (ForbiddenAddressError, str),
    (ssl.SSLCertVerificationError, lambda error: f"its certificate is not accepted ({error.verify_message})"),
    (ssl.SSLError, lambda error: f"no TLS is spoken there ({error.reason or 'TLS failed'})"),
    (ConnectionRefusedError, lambda _: "connection refused"),
    (ConnectionResetError, lambda _: "connection reset"),
    (BrokenPipeError, lambda _: "connection closed"),
    (TimeoutError, lambda _: "timed out"),
    (socket.gaierror, lambda _: "no such host"),
)


def outcome(exchanges: Sequence[Exchange], now: datetime | None) -> Result:
    """Return what became of a message that a plug-in did not get rid of with `exchanges`, the last of which decided."""
    last = exchanges[-1]
    if last.status is None:
        return _without_answer(last)
    if last.status < 300:
        return _refused_politely(last, now)
    word, said = _word(last), _said(last)
    is_of_message = last.status in _OF_MESSAGE and word not in _SLACK_PERMANENT and not _NOT_THERE.search(said)
    sentence = f"the service answered {last.status}{f' ({said})' if said else ''}"
    if 300 <= last.status < 400:
        sentence = f"the service answered {last.status} (a redirect, which is not followed)"
    if last.status in _OF_GATEWAY:
        sent = Sent(
            Arrival.UNKNOWN, f"{sentence}, and may have passed the message on", retry_after=retry_after(last, now)
        )
        return Result(sent=sent, stage=Stage.ANSWER, code=last.status)
    sent = Sent(
        Arrival.REFUSED,
        sentence,
        is_permanent=_is_permanent(last.status),
        is_of_message=is_of_message,
        may_be_of_message=last.status not in _BUSY,
        retry_after=retry_after(last, now),
    )
    return Result(sent=sent, stage=_stage(last.status, word, is_of_message=is_of_message), code=last.status)


def _is_permanent(status: int) -> bool:
    return status in _PERMANENT_REDIRECTS or (400 <= status < 500 and status not in _NOT_PERMANENT)


def _stage(status: int, word: str, *, is_of_message: bool) -> Stage:
    if status == _UNAUTHORIZED or word in _SLACK_LOGIN:
        return Stage.LOGIN
    return Stage.MESSAGE if is_of_message else Stage.ANSWER


def _without_answer(last: Exchange) -> Result:
    reason = cause_in_words(last.cause)
    if last.is_connected:
        sentence = f"{last.host} did not answer: {reason}"
        return Result(sent=Sent(Arrival.UNKNOWN, sentence), stage=Stage.ANSWER)
    if is_of_encryption(last.cause):
        sentence = f"no encrypted connection to {last.host}: {reason}"
        return Result(sent=Sent(Arrival.REFUSED, sentence), stage=Stage.ENCRYPTION)
    return Result(sent=Sent(Arrival.REFUSED, f"could not connect to {last.host}: {reason}"), stage=Stage.CONNECTION)


def _refused_politely(last: Exchange, now: datetime | None) -> Result:
    """Return what an answer of success means that does not say what the service says of a message it took."""
    if not last.is_whole:
        sentence = f"the service answered {last.status}, and its answer broke off"
        return Result(sent=Sent(Arrival.UNKNOWN, sentence), stage=Stage.ANSWER, code=last.status)
    word, said = _word(last), _said(last)
    sentence = f"the service answered {last.status}, but not that it took the message{f' ({said})' if said else ''}"
    sent = Sent(
        Arrival.REFUSED,
        sentence,
        is_permanent=word in _SLACK_PERMANENT | _SLACK_MESSAGE,
        is_of_message=word in _SLACK_MESSAGE,
        may_be_of_message=word not in _SLACK_HURRY,
        retry_after=retry_after(last, now) if word in _SLACK_HURRY else None,
    )
    return Result(sent=sent, stage=Stage.LOGIN if word in _SLACK_LOGIN else Stage.MESSAGE, code=last.status)


def _word(exchange: Exchange) -> str:
    said = exchange.json.get("error") or exchange.body.decode("utf-8", "replace").strip()
    return said if isinstance(said, str) and _WORD.fullmatch(said) else ""


def _said(exchange: Exchange) -> str:
    """Return what a service says is wrong: a word, or the sentence that its JSON has for it."""
    answer = exchange.json
    for name in ("error", "description", "message", "errors"):  # Slack and ntfy; Telegram; Discord; Pushover
        said = answer.get(name)
        said = said[0] if isinstance(said, list) and said else said
        if isinstance(said, str) and said.strip():
            return said.strip()  # cut where secrets are blotted out, not before: half of one is one too
    return _word(exchange)


def cause_in_words(error: BaseException | None) -> str:
    """Return the innermost cause of `error` that says something, in a few words."""
    causes = _chain(error)
    for kind, words in _CAUSES:
        if found := next((each for each in causes if isinstance(each, kind)), None):
            return words(found)
    texts = [getattr(each, "strerror", None) or str(each) for each in causes]
    return next((text.rpartition("): ")[2] for text in reversed(texts) if text), "no reason given")


def is_of_encryption(error: BaseException | None) -> bool:
    """Say whether `error` comes from TLS."""
    return any(isinstance(each, ssl.SSLError) for each in _chain(error))


def _chain(error: BaseException | None) -> list[BaseException]:
    """Return `error` and what it came from, outermost first: causes, contexts, and what is wrapped as an argument."""
    found: list[BaseException] = []
    waiting = [error]
    while waiting:
        each = waiting.pop(0)
        if each is None or each in found:
            continue
        found.append(each)
        inside = [
            argument for argument in (*each.args, getattr(each, "reason", None)) if isinstance(argument, BaseException)
        ]
        waiting += [*inside, each.__cause__, each.__context__]
    return found
