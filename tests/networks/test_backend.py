"""Keras is loaded quietly, and nothing else that is said meanwhile is lost."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCRIPT = """
import os, threading, time
from generator.networks import backend
threading.Timer(0.5, os.write, (2, b"said meanwhile\\n")).start()
backend.load()
"""


def test_loading_says_nothing_and_loses_nothing():
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stderr == "said meanwhile\n"
