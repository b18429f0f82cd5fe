"""What is accepted of an encrypted server, and that encryption is not given up: B48, B49."""

import os
import ssl
import subprocess
import sys
import textwrap
import warnings
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from tests.certificates import Authority
from tests.hostile_crawl import host_of_case, ok
from tests.raw_server import RawServer, running_raw_server, sends

HOST = host_of_case(0)
PLAIN = host_of_case(1)
NOT_ACCEPTED = "the connection failed: its certificate or encryption is not accepted"
READ = "['News']"

# One process for all: what is trusted is of the surroundings, which a crawl takes from the process that starts it.
SCRIPT = """
    import sys
    from dataclasses import replace
    from tests.hostile_crawl import asking, polls, titles
    if __name__ == "__main__":
        addresses = sys.argv[1:]
        requests = [asking(address, number) for number, address in enumerate(addresses)]
        insecure = [
            replace(request, feed_id=1000 + request.feed_id, allow_insecure=True) for request in requests
        ]
        results = polls(requests + insecure)
        for number in sorted(results):
            print(results[number].error or titles(results[number]))
"""


@dataclass(frozen=True, slots=True)
class Told:
    strict: str
    insecure: str


def _old(context: ssl.SSLContext) -> ssl.SSLContext:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1
    return context


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Told]]:
    """What a crawl told of each kind of server, without and with `allow_insecure`."""
    authority = Authority(tmp_path_factory.mktemp("certificates"))
    servers: dict[str, ssl.SSLContext] = {
        "good": authority.server(HOST),
        "expired": authority.server(HOST, days=(-30, -1)),
        "not yet valid": authority.server(HOST, days=(1, 30)),
        "of another host": authority.server("other.example", "127.9.250.250"),
        "signed by itself": authority.server(HOST, signed_by_itself=True),
        "a weak key": authority.server(HOST, key="weak"),
        "TLS 1.0": _old(authority.server(HOST)),
    }
    with ExitStack() as running, running_raw_server() as plain:
        plain.at(PLAIN, sends(ok()))
        addresses = {name: _serve(running, context, sends(ok())) for name, context in servers.items()}
        back = sends(ok(b"", b"Location: " + plain.address(PLAIN).encode(), status=b"301 Moved Permanently"))
        addresses["leads to http"] = _serve(running, servers["good"], back)
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(SCRIPT), *addresses.values()],
            env={**os.environ, "SSL_CERT_FILE": str(authority.store)},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        lines = done.stdout.splitlines()
        assert len(lines) == 2 * len(addresses), done
        assert plain.connections[PLAIN] == 0
    yield {name: Told(*lines[number :: len(addresses)]) for number, name in enumerate(addresses)}


def _serve(running: ExitStack, context: ssl.SSLContext, script: object) -> str:
    server: RawServer = running.enter_context(running_raw_server(context))
    server.scripts[HOST] = script  # type: ignore[assignment]
    return server.address(HOST, "https")


def test_a_server_with_a_good_certificate_is_asked(told: dict[str, Told]) -> None:
    """And SSL_CERT_FILE says who is trusted."""
    assert told["good"] == Told(READ, READ)


@pytest.mark.parametrize(
    "kind", ["expired", "not yet valid", "of another host", "signed by itself", "a weak key", "TLS 1.0"]
)
def test_b48_a_certificate_that_is_not_good_is_refused_unless_the_feed_allows_it(
    kind: str, told: dict[str, Told]
) -> None:
    assert told[kind].strict.startswith(NOT_ACCEPTED), told[kind]
    assert told[kind].strict.endswith("; if you mean it, set `allow_insecure: true` for this feed")
    assert told[kind].insecure == READ


def test_b49_encryption_is_not_given_up_by_a_redirect(told: dict[str, Told]) -> None:
    refused = (
        f"redirects to an address that is not asked: http://{PLAIN} after https:"
        " what was encrypted would go on in the open"
    )
    assert told["leads to http"] == Told(refused, refused)
