"""From articles to people who were told: matching, deciding, the message, the outbox, channels."""
