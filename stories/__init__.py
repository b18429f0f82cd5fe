"""What an article and a story are, when two are the same, and where all is kept."""
