"""What is left of the environment when the configuration has been read."""

import os
import subprocess
import sys

SCRIPT = """\
import os
from scheduler.surroundings import take_secrets_out_of_environment
take_secrets_out_of_environment()
print(*sorted(os.environ))
"""


def test_secrets_leave_the_environment_and_what_screens_go_by_stays() -> None:
    stay = {"PATH": os.environ["PATH"], "HOME": "/nowhere", "NO_COLOR": "1", "TERM": "dumb", "LC_ALL": "C.UTF-8"}
    go = {"WIREWATCH_SLACK_URL": "s3cr3t", "KEY": "s3cr3t", "http_proxy": "http://127.0.0.1:9/"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env={**stay, **go}, capture_output=True, text=True, check=True
    )
    assert set(done.stdout.split()) == set(stay)
