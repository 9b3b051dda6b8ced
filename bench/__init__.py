"""Benchmarks as ratios: the cost of a request relative to a minimal Django page, in the same run on
the same machine.
"""
