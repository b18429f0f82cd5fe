"""Benchmarks: each compares with a named rival in the same run and prints ratios."""
