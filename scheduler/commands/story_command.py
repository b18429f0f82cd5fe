"""`wirewatch story`: one story as a timeline."""

import click

from scheduler.options import Paths, with_format, with_paths


@click.command("story")
@click.argument("story")
@with_paths
@with_format
def command(paths: Paths, story: str, form: str) -> None:
    """Show STORY as a timeline: who told it when, whom they credit, why each article joined, and what was told.

    STORY is its number, or an article of it: an id, a beginning of one of four characters or more, or an address. The
    number of a story that went into another one shows that other one.
    """
    from scheduler.sections import show_head, show_sections
    from scheduler.showing import show_json
    from scheduler.story_finding import find_story
    from scheduler.story_timeline import head_of, sections_of, timeline_of, values_of
    from stories.store import read_store

    with read_store(paths.database_path()) as store:
        timeline = timeline_of(store, find_story(store, story))
    if form == "json":
        show_json(values_of(timeline))
        return
    show_head(head_of(timeline))
    show_sections(sections_of(timeline))
