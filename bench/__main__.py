"""`python -m bench`: the standard set."""

from bench import import_rate, polls

if __name__ == "__main__":
    polls.measure()
    print()
    import_rate.measure()
