"""When a change counts, and as how many."""

import os
import threading
import time

import pytest

from generator.serve import watching
from generator.serve.watching import await_change, described, marks


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "theme").mkdir()
    (tmp_path / "theme" / "base.html").write_text("one")
    return tmp_path


def noticed(folder, change):
    """Return the seconds until a change is noticed that is made while somebody waits for one."""
    before, seen = marks([folder]), []

    def wait():
        await_change(lambda: [folder], before)
        seen.append(time.monotonic())

    waiting = threading.Thread(target=wait, daemon=True)
    waiting.start()
    time.sleep(0.03)
    change()
    made = time.monotonic()
    waiting.join(5)
    assert seen, "the change was not noticed"
    return seen[0] - made


def renamed_over(path, text):
    """Write as editors do: aside, then over the old file."""
    aside = path.with_name(f".{path.name}.swp")
    aside.write_text(text)
    aside.rename(path)


def copied_with_its_time(path):
    """Write as ``cp -p`` does: as long as before, into the same file, with the same time."""
    before = path.stat()
    path.write_text("two")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


CHANGES = {
    "copied": lambda folder: copied_with_its_time(folder / "theme" / "base.html"),
    "written": lambda folder: (folder / "theme" / "base.html").write_text("three"),
    "renamed over": lambda folder: renamed_over(folder / "theme" / "base.html", "two"),
    "removed": lambda folder: (folder / "theme" / "base.html").unlink(),
    "renamed": lambda folder: (folder / "theme" / "base.html").rename(folder / "theme" / "page.html"),
    "added": lambda folder: (folder / "theme" / "page.html").touch(),
    "the folder removed": lambda folder: (folder / "theme").rename(folder.with_name("away")),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_is_noticed_soon(folder, change):
    assert noticed(folder, lambda: change(folder)) < 1


@pytest.fixture
def patient(monkeypatch):
    """Wait longer than a busy machine lets a writer pause."""
    monkeypatch.setattr(watching, "QUIET_S", 0.4)


def test_a_burst_of_writes_is_one_change(folder, patient):
    path = folder / "theme" / "base.html"

    def burst():
        for count in range(20):
            path.write_text("x" * count)
            time.sleep(0.02)

    assert noticed(folder, burst) > 0.3


def test_what_never_rests_is_not_waited_for_for_ever(folder, monkeypatch):
    monkeypatch.setattr(watching, "PATIENCE_S", 0.3)
    path, done = folder / "theme" / "log.html", threading.Event()

    def write():
        while not done.is_set():
            path.write_text(str(time.monotonic_ns()))
            time.sleep(0.005)

    writing = threading.Thread(target=write)
    writing.start()
    assert noticed(folder, lambda: None) < 1
    done.set()
    writing.join()


def test_a_change_that_is_taken_back_is_none(folder, patient):
    path, before, seen = folder / "theme" / "base.html", marks([folder]), []
    waiting = threading.Thread(
        target=lambda: seen.append(await_change(lambda: [folder], before)), daemon=True
    )
    waiting.start()
    for name in ("4913", ".base.html.swp", "base.html~"):
        probe = path.with_name(name)
        probe.touch()
        time.sleep(0.01)
        if name == "4913":
            probe.unlink()
    time.sleep(0.7)
    assert seen == []
    path.touch()
    os.utime(path, ns=(0, 0))
    waiting.join(5)
    assert seen == [marks([folder])]


def test_what_is_missing_or_cannot_be_has_a_mark_too(folder):
    paths = [folder / "gone", folder / "a\0b", folder / ("x" * 300)]
    assert marks(paths) == {str(path): None for path in paths}


def test_many_changes_are_counted():
    now = {f"{number}.jpg": (1,) for number in range(9)}
    assert described({}, now) == "0.jpg added, 1.jpg added, 2.jpg added and 6 more"
