"""`python -m bench`: the standard set."""

from bench import (
    antitrust,
    deliveries,
    import_rate,
    pages,
    polls,
    reuters,
    slow_feeds,
    stories,
    story_growth,
    story_restart,
    topics,
)

if __name__ == "__main__":
    polls.measure()
    print()
    slow_feeds.measure()
    print()
    import_rate.measure()
    print()
    topics.measure()
    print()
    reuters.measure()
    print()
    antitrust.measure()
    print()
    stories.measure()
    print()
    story_growth.measure()
    print()
    story_restart.measure()
    print()
    pages.measure()
    print()
    deliveries.measure()
