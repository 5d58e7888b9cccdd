"""The progress of a command: what the bar and the lines say, and when."""

from __future__ import annotations

from generator.cli.console import Plain, Terminal


def test_the_bar_counts_only_what_is_known():
    with Terminal() as progress:
        (task,) = progress._bar.tasks
        assert (task.fields["count"], task.total) == ("", None)
        progress.passed(0, 6)
        assert (task.fields["count"], task.total, task.completed) == ("0/6", 6, 0)
        progress.shown("cat", 1, 6)
        assert (task.fields["count"], task.description) == ("1/6", "cat")
        progress.passed(4, 6)
        progress.say("rendering the pages")
        assert (task.fields["count"], task.description) == ("4/6", "rendering the pages")


def test_a_download_counts_megabytes():
    with Terminal() as progress:
        with progress.fetching("VGG16") as listen:
            listen(3_000_000, None)
            assert progress._bar.tasks[1].fields["count"] == "3"
            listen(5_000_000, 553_000_000)
            assert progress._bar.tasks[1].fields["count"] == "5/553"
        assert len(progress._bar.tasks) == 1, "what is fetched takes no line"


def test_lines_of_a_download_differ(capsys):
    with Plain().fetching("SqueezeNet") as listen:
        for received in range(0, 5_000_001, 100_000):
            listen(received, 5_000_000)
    assert capsys.readouterr().err == "".join(f"fetching SqueezeNet: {n} of 5 MB\n" for n in range(6))


def test_beside_the_bar_a_step_has_no_details():
    with Terminal() as progress:
        progress.say("cat through squeezenet by deconvnet: 9 rows in 1.54 s, peak 692 MB")
        assert progress._bar.tasks[0].description == "cat through squeezenet by deconvnet"


def test_lines_name_only_pictures_of_which_something_was_made(capsys):
    progress = Plain()
    progress.passed(0, 6)
    progress.shown("cat", 1, 6)
    progress.passed(2, 6)
    assert capsys.readouterr().err == "1/6 cat\n"


def test_a_scan_says_its_rate_and_the_time_left(capsys, monkeypatch):
    monkeypatch.setattr("generator.cli.console.SCAN_SECONDS", 0)
    progress = Plain()
    progress.scanned(0, 50_000, 0.0)
    progress.scanned(3200, 50_000, 41.2)
    assert capsys.readouterr().err == "scanned 3200 of 50000 pictures, 41 a second, 18 min 56 s left\n"
    quiet = Plain(quiet=True)
    quiet.scanned(3200, 50_000, 41.2)
    monkeypatch.undo()
    seldom = Plain()
    seldom.scanned(1, 2, 1.0)
    assert capsys.readouterr().err == ""


def test_the_bar_shows_the_rate_of_a_scan():
    with Terminal() as progress:
        (task,) = progress._bar.tasks
        progress.scanned(3200, 50_000, 41.2)
        assert (task.fields["count"], task.description) == ("3200/50000", "scanning, 41 pictures a second")
