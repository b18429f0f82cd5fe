"""Name servers of a test: what they answer, in the crawl process, in place of the system's."""

import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

NOBODY_ANSWERS = "nobody answers"
NEVER = "never"


@dataclass(slots=True)
class KnownNames:
    """Answers by name; each is a list of addresses, or a word for what goes wrong. The last answer stays."""

    answers: Mapping[str, list[tuple[str, ...] | str]]
    _given: dict[str, int] = field(default_factory=dict)

    def __call__(self, host: str, _port: int) -> tuple[str, ...]:
        """Return what `host` stands for when asked for the nth time; raise OSError as the system does."""
        answers = self.answers.get(host)
        if not answers:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        turn = self._given[host] = self._given.get(host, 0) + 1
        answer = answers[min(turn, len(answers)) - 1]
        if answer == NEVER:
            threading.Event().wait()
        if isinstance(answer, str):
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return answer
