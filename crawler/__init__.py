"""From a feed's address to articles: asking politely, parsing, refusing. No database."""
