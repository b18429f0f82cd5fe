"""Labelling by walking through what a trial found, one key for each article."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from scheduler.lock import only_writer
from scheduler.showing import console, show
from scheduler.surroundings import wall_clock
from scheduler.trial_showing import lines_of
from scheduler.trying import Finding
from stories.store import open_store
from stories.store_labels import Label, Verdict, all_labels, save_label

_STOP = frozenset({"q", "\x03", "\x04", "\x1b", ""})


def label_findings(database: Path, topic: str, found: Sequence[Finding], *, is_missed: bool, limit: int) -> None:
    """Show one article after another and keep what is said of it under `topic`; those with a label are left out.

    `is_missed`: the topic does not find them, so that what is right is `missed` and not `good`.
    """
    if not sys.stdin.isatty():
        raise click.UsageError("--label asks for a key after each article, and needs a terminal")
    right = Verdict.MISSED if is_missed else Verdict.GOOD
    with only_writer(database), open_store(database) as store:
        labelled = {label.article_id for label in all_labels(store) if label.topic == topic}
        waiting = [finding for finding in found if finding.candidate.archived.id not in labelled]
        done = 0
        for number, finding in enumerate(waiting[:limit], 1):
            console().print()
            for line in lines_of(finding, sign=f"{number}/{min(limit, len(waiting))}  "):
                show(line)
            key = _key(f"[g] {right}, [b] bad, [s] skip, [q] quit? ")
            if key in _STOP:
                break
            if key != "s":
                verdict = Verdict.BAD if key == "b" else right
                with store.writing():
                    save_label(store, Label(finding.candidate.archived.id, topic, verdict), now=wall_clock())
                done += 1
    left = len(waiting) - done
    console().print(f"\n{done} labelled, {left} left without a label; `wirewatch quality` tells what they mean.")


def _key(question: str) -> str:
    console().print(question, end="")
    while True:
        try:
            key = click.getchar().lower()
        except (KeyboardInterrupt, EOFError):
            key = "q"
        if key in _STOP or key in "gbs":
            console().print(key if key.isprintable() else "")
            return key
        console().print(f"{key if key.isprintable() else ''} is none of these: ", end="")
