"""One peer a file, started as ``python -m benchmarks.peers.NAME WORK``; it answers through ``serving``."""
