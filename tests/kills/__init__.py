"""A build that is killed, starved of disk, cut from power or raced by another loses nothing.

``python -m tests.kills`` prints the tables; the suite runs a few rows of each. The process that drives has no
TensorFlow loaded and forks for every row, so that a row that computes nothing takes a second. The disk is
never waited for: what a process has written outlives it.
"""
