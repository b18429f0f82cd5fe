"""Loaded into the process that crawl processes are forked from: they die where the folder they run in says."""

from pathlib import Path

from tests.failpoints import die_as_told

die_as_told(Path.cwd())
