"""A small newsroom served on loopback: to try the program out, and to test it."""
