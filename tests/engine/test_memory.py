"""What is free, as the system and its control groups say it; and that a sweep keeps within its bound."""

import subprocess
import sys
from pathlib import Path

import pytest

from generator.engine.memory import free_by_proc, free_by_vm_stat, free_bytes

ROOT = Path(__file__).parents[2]
MEMINFO = "MemTotal:       8000 kB\nMemFree:        1000 kB\nMemAvailable:   4000 kB\n"
AVAILABLE = 4000 * 1024

UNIFIED = {
    "proc/self/cgroup": "0::/build/job\n",
    "sys/fs/cgroup/build/job/memory.max": "max\n",
    "sys/fs/cgroup/build/job/memory.current": "900\n",
    "sys/fs/cgroup/build/memory.max": "3000\n",
    "sys/fs/cgroup/build/memory.current": "1000\n",
    "sys/fs/cgroup/build/memory.stat": "anon 500\ninactive_file 300\n",
}
SEPARATE = {
    "proc/self/cgroup": "5:cpu,cpuacct:/a\n4:memory:/host/path\n",
    "sys/fs/cgroup/memory/memory.limit_in_bytes": "5000\n",
    "sys/fs/cgroup/memory/memory.usage_in_bytes": "4500\n",
    "sys/fs/cgroup/memory/memory.stat": "inactive_file 1\ntotal_inactive_file 100\n",
}
UNLIMITED = {**SEPARATE, "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n"}
OVERDRAWN = {**SEPARATE, "sys/fs/cgroup/memory/memory.usage_in_bytes": "6000\n"}


@pytest.mark.parametrize(
    ("files", "free"),
    [({}, AVAILABLE), (UNIFIED, 2300), (SEPARATE, 600), (UNLIMITED, AVAILABLE), (OVERDRAWN, 0)],
)
def test_the_least_of_system_and_control_groups_is_free(tmp_path, files, free):
    for name, text in {"proc/meminfo": MEMINFO, **files}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert free_by_proc(tmp_path) == free


def test_nobody_knows_where_the_system_says_nothing(tmp_path):
    assert free_by_vm_stat("") is None
    assert free_by_proc(tmp_path) is None


def test_macos_counts_pages():
    said = (
        "Mach Virtual Memory Statistics: (page size of 16384 bytes)\n"
        "Pages free:                               10.\nPages active:                            999.\n"
        "Pages inactive:                           20.\nPages speculative:                         3.\n"
        "Pages purgeable:                           2.\n"
    )
    assert free_by_vm_stat(said) == 35 * 16384


def test_this_machine_has_something_free():
    assert 2**20 < free_bytes() < 2**50


SWEEP = r"""
import re, resource, sys
from pathlib import Path
import numpy as np
from generator import load_network
from generator.engine.deconvnet import Deconvnet
from generator.environment import cores

def high_water_bytes():
    status = Path("/proc/self/status")
    if status.exists():  # Linux hands the number of getrusage down from the process that starts this one
        return 1024 * int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)

network = load_network("squeezenet")
engine = Deconvnet(network.model)
trace = engine.forward(network.preprocess(np.zeros((224, 224, 3), np.uint8)), ["maxpool5"])
before = high_water_bytes()
engine.backward(trace, {"maxpool5": np.arange(8)}, memory_budget=2**40)
at_a_time = 8 if engine.bundled else min(8, cores())
print(high_water_bytes() - before, engine.kept_bytes(trace) + at_a_time * engine.row_bytes)
"""


def test_a_sweep_keeps_within_its_bound():
    done = subprocess.run(
        [sys.executable, "-c", SWEEP], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    taken, bound = map(int, done.stdout.split())
    assert bound / 4 < taken < bound
