"""Fault injection: a build loses nothing if it is killed, meets a full disk, loses power or races another.

``python -m tests.kills`` prints all tables; the test suite runs a few rows of each. The driving process never
loads TensorFlow and forks for every row, so that a row that computes nothing takes a second. No row waits for
the disk (no fsync): what a process has written survives its death.
"""
