"""A site is written aside and swapped in whole; only what gallery made is ever removed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest

from generator.errors import SiteError
from generator.records import Output
from generator.site import MARKER, remove_site, staged
from generator.site.lock import by_filelock

PAGES = (
    Output("index.html", b"<h1>One</h1>"),
    Output("images/cat/index.html", b"cat"),
    Output(".nojekyll", b""),
)


def write(folder: Path, outputs: Iterable[Output] = PAGES, protected: Sequence[Path] = ()) -> None:
    with staged(folder, protected) as stage:
        for output in outputs:
            stage.write(output)


def write_and_remove(folder: Path, output: Output, path: str, error: Exception | None = None) -> None:
    with staged(folder) as stage:
        stage.write(output)
        stage.remove(path)
        if error:
            raise error


def failing(error: type[BaseException]) -> Iterator[Output]:
    """Give half a site, then fail."""
    yield Output("index.html", b"half")
    raise error


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def pages(folder: Path) -> dict[str, bytes]:
    return {path: content for path, content in contents(folder).items() if path != MARKER}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder that holds a site already."""
    folder = tmp_path / "site"
    write(folder)
    return folder


def test_outputs_arrive_with_their_bytes(site: Path) -> None:
    assert pages(site) == {output.path: output.content for output in PAGES}


def test_parents_of_the_folder_are_made(tmp_path: Path) -> None:
    write(tmp_path / "a" / "b" / "site")
    assert (tmp_path / "a" / "b" / "site" / "index.html").is_file()


def test_each_output_is_on_disk_before_the_next(tmp_path: Path) -> None:
    with staged(tmp_path / "site") as stage:
        stage.write(Output("index.html", b"1"))
        assert [path.read_bytes() for path in tmp_path.rglob("index.html")] == [b"1"]
        assert not (tmp_path / "site").exists()


def test_nothing_is_left_beside_the_site(site: Path) -> None:
    write(site, [Output("index.html", b"2")])
    assert [path.name for path in site.parent.iterdir()] == ["site"]


def test_files_no_longer_made_are_gone(site: Path) -> None:
    write(site, [Output("index.html", b"2")])
    assert pages(site) == {"index.html": b"2"}


def test_the_same_outputs_leave_the_files_untouched(site: Path) -> None:
    before = contents(site), (site / "index.html").stat().st_ino
    write(site, reversed(PAGES))
    assert (contents(site), (site / "index.html").stat().st_ino) == before


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, OSError])
def test_an_exception_midway_keeps_the_old_site(site: Path, error: type[BaseException]) -> None:
    before = contents(site)
    with pytest.raises(error):
        write(site, failing(error))
    assert contents(site) == before
    assert [path.name for path in site.parent.iterdir()] == ["site"]


@pytest.mark.parametrize(
    "path",
    [
        "",
        ".",
        "..",
        "/etc/x",
        "../x",
        "a/../../x",
        "a/../b",
        "./a",
        "a//b",
        "a/",
        "a\\b",
        "a\nb",
        "a\0b",
        MARKER,
    ],
)
def test_outputs_that_leave_the_site_are_refused(site: Path, path: str) -> None:
    before = contents(site.parent)
    with pytest.raises(SiteError, match="must be a relative POSIX path inside the site"):
        write(site, [*PAGES, Output(path, b"x")])
    assert contents(site.parent) == before


def test_two_outputs_of_one_path_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match=r"/site/index\.html: cannot be written: File exists$"):
        write(tmp_path / "site", [PAGES[0], PAGES[0]])


def test_a_removed_output_goes_with_its_empty_folders(tmp_path: Path) -> None:
    with staged(tmp_path / "site") as stage:
        for path in ("images/cat/vgg/pool1.svg", "images/cat/vgg/pool2.svg", "images/dog/index.html"):
            stage.write(Output(path, b"drawn"))
        stage.remove("images/cat/vgg/pool2.svg")
        (vgg,) = tmp_path.rglob("vgg")
        assert [path.name for path in vgg.iterdir()] == ["pool1.svg"]
        stage.remove("images/cat/vgg/pool1.svg")
        assert [path.name for path in vgg.parents[1].iterdir()] == ["dog"]
        stage.remove("images/dog/index.html")
    assert contents(tmp_path / "site") == {MARKER: b""}
    assert [path.name for path in (tmp_path / "site").iterdir()] == [MARKER]


def test_a_removed_output_can_be_written_again(tmp_path: Path) -> None:
    with staged(tmp_path / "site") as stage:
        stage.write(Output("models/index.html", b"with the cat"))
        stage.remove("models/index.html")
        stage.write(Output("models/index.html", b"without"))
    assert pages(tmp_path / "site") == {"models/index.html": b"without"}


def test_removing_what_the_old_site_has_too_leaves_that(site: Path) -> None:
    before = contents(site)
    with pytest.raises(ZeroDivisionError):
        write_and_remove(site, PAGES[0], PAGES[0].path, ZeroDivisionError())
    assert contents(site) == before


def test_a_removed_output_may_change_in_the_old_site(site: Path) -> None:
    with staged(site) as stage:
        for output in PAGES:
            stage.write(output)
        stage.remove("index.html")
        (site / "index.html").write_text("somebody is at it")
    assert pages(site) == {output.path: output.content for output in PAGES[1:]}


@pytest.mark.parametrize("path", ["images/dog/index.html", "index.htm", "images"])
def test_an_output_that_was_not_written_cannot_be_removed(site: Path, path: str) -> None:
    before = contents(site)
    with pytest.raises(SiteError, match=rf"site/{path}: cannot be written: "):
        write_and_remove(site, PAGES[1], path)
    assert contents(site) == before


@pytest.mark.parametrize("path", ["../notes.txt", "images/../../notes.txt", "HERE/notes.txt", MARKER])
def test_nothing_outside_the_site_is_removed(site: Path, path: str) -> None:
    (site.parent / "notes.txt").write_text("mine")
    with pytest.raises(SiteError, match="must be a relative POSIX path inside the site"):
        write_and_remove(site, PAGES[1], path.replace("HERE", str(site.parent)))
    assert (site.parent / "notes.txt").read_text() == "mine"


def test_a_folder_of_someone_else_is_refused_untouched(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    folder = tmp_path / "sub"
    folder.mkdir()
    (folder / "chapter.tex").write_text("more")
    for refused in (write, remove_site):
        with pytest.raises(SiteError, match=r"sub: is not empty and was not made by gallery.*choose another"):
            refused(folder)
    assert contents(tmp_path) == {"thesis.tex": b"years of work", "sub/chapter.tex": b"more"}


def test_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("notes")
    for refused in (write, remove_site):
        with pytest.raises(SiteError, match="site: is a file"):
            refused(tmp_path / "site")


def test_a_symbolic_link_is_refused(site: Path) -> None:
    link = site.with_name("link")
    link.symlink_to(site)
    for refused in (write, remove_site):
        with pytest.raises(SiteError, match="link: is a symbolic link"):
            refused(link)
    assert pages(site)


def test_home_root_and_project_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, project = tmp_path / "home" / "me", tmp_path / "project" / "deep"
    for folder in (home, project):
        folder.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(project)
    for folder in (home, home.parent, project, project.parent, Path(), Path(".."), Path("/")):
        with pytest.raises(SiteError, match="choose an output folder of its own"):
            write(folder)
        with pytest.raises(SiteError, match="choose an output folder of its own"):
            remove_site(folder)


def test_a_folder_that_holds_config_or_inputs_is_refused(site: Path) -> None:
    for inside in (site, site / "gallery_config.yml", site / "inputs" / "cat.jpg"):
        with pytest.raises(SiteError, match="site: contains "):
            write(site, protected=[site.parent / "elsewhere", inside])
        with pytest.raises(SiteError, match="site: contains "):
            remove_site(site, protected=[inside])
    write(site, protected=[site.parent / "gallery_config.yml", site.parent / "site-inputs"])


def test_a_gitkeep_counts_as_empty_and_is_kept(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / ".gitkeep").touch()
    assert remove_site(tmp_path / "site") is False
    write(tmp_path / "site")
    write(tmp_path / "site", PAGES[:1])
    assert set(pages(tmp_path / "site")) == {"index.html", ".gitkeep"}
    assert remove_site(tmp_path / "site") is True
    assert set(contents(tmp_path / "site")) == {".gitkeep"}


def test_files_of_the_user_outlive_builds_and_removal(site: Path) -> None:
    (site / "CNAME").write_text("gallery.example")
    (site / "broken").symlink_to("nowhere")
    write(site)
    write(site, PAGES[:1])
    assert set(pages(site)) == {"index.html", "CNAME"}
    assert remove_site(site) is True
    assert sorted(path.name for path in site.iterdir()) == [MARKER, "CNAME", "broken"]
    assert remove_site(site) is False


@pytest.mark.parametrize("kept", [{"CNAME"}, {"CNAME", ".gitkeep"}, {"notes/plan.txt", "CNAME"}])
def test_after_removal_a_site_is_built_beside_users_files(site: Path, kept: set[str]) -> None:
    for path in kept:
        (site / path).parent.mkdir(exist_ok=True)
        (site / path).write_text(f"mine: {path}")
    assert remove_site(site) is True
    mine = {path: f"mine: {path}".encode() for path in kept}
    assert pages(site) == mine
    write(site)
    assert pages(site) == {output.path: output.content for output in PAGES} | mine
    assert remove_site(site) is True
    assert pages(site) == mine


def test_a_site_is_built_where_only_a_cname_is(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "CNAME").write_text("gallery.example")
    assert remove_site(tmp_path / "site") is False
    write(tmp_path / "site")
    assert pages(tmp_path / "site") == {output.path: output.content for output in PAGES} | {
        "CNAME": b"gallery.example"
    }


def test_a_folder_without_any_file_of_the_user_is_removed(site: Path) -> None:
    (site / "notes.txt").write_text("mine")
    assert remove_site(site) is True
    (site / "notes.txt").unlink()
    assert remove_site(site) is True
    assert not site.exists()


def test_what_the_user_writes_until_the_swap_is_kept(
    site: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    (site / "notes.txt").write_text("mine")
    (site / "CNAME").symlink_to("nowhere")

    def meanwhile() -> None:
        (site / "notes.txt").write_text("mine, with a late thought")
        (site / "drafts").mkdir()
        (site / "drafts" / "new.txt").write_text("later")
        (site / "index.html").write_text("no place for notes")

    monkeypatch.setattr("os.sync", meanwhile)
    write(site, [Output("index.html", b"<h1>Two</h1>")])
    assert pages(site) == {
        "index.html": b"<h1>Two</h1>",
        "notes.txt": b"mine, with a late thought",
        "drafts/new.txt": b"later",
    }, way
    assert (site / "CNAME").readlink() == Path("nowhere")


def test_a_page_that_changes_during_the_build_is_reported(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.sync", lambda: (site / "index.html").write_text("no place for notes"))
    with pytest.raises(SiteError, match=r"index\.html: changed while the site was built; build again$"):
        write(site, PAGES[:1])
    monkeypatch.undo()
    write(site, PAGES[:1])
    assert pages(site) == {"index.html": b"<h1>One</h1>"}


def test_what_stays_the_same_is_the_same_file(site: Path) -> None:
    before = (site / "index.html").stat()
    (site / "images" / "cat" / "index.html").unlink()
    (site.parent / "elsewhere").write_bytes(b"cat")
    (site / "images" / "cat" / "index.html").symlink_to(site.parent / "elsewhere")
    write(site, [*PAGES, Output("new.html", b"new")])
    after = (site / "index.html").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert not (site / "images" / "cat" / "index.html").is_symlink()
    assert pages(site) == {output.path: output.content for output in PAGES} | {"new.html": b"new"}


def test_empty_folders_of_the_user_outlive_builds_and_removal(site: Path) -> None:
    (site / ".git" / "refs" / "tags").mkdir(parents=True)
    write(site, PAGES[:1])
    assert (site / ".git" / "refs" / "tags").is_dir()
    assert remove_site(site) is True
    assert sorted(path.name for path in site.iterdir()) == [MARKER, ".git"], "or no build follows"
    write(site)
    assert pages(site) == {output.path: output.content for output in PAGES}


def test_a_file_of_the_user_is_never_overwritten(site: Path) -> None:
    (site / "feed.xml").write_text("mine")
    before = contents(site)
    with pytest.raises(SiteError, match=r"feed\.xml: was not made by gallery and is in the way"):
        write(site, [*PAGES, Output("feed.xml", b"ours")])
    assert contents(site) == before


def test_removal_takes_the_whole_site(site: Path) -> None:
    assert remove_site(site) is True
    assert list(site.parent.iterdir()) == []
    assert remove_site(site) is False


def test_removal_follows_neither_links_nor_a_forged_marker(site: Path) -> None:
    outside = site.parent / "outside"
    outside.mkdir()
    (outside / "index.html").write_text("safe")
    (site / "link").symlink_to(outside)
    (site / MARKER).write_text("index.html\n../outside/index.html\nlink/index.html\n")
    remove_site(site)
    assert (outside / "index.html").read_text() == "safe"


def test_leftovers_of_dead_builds_are_cleared(site: Path) -> None:
    for state in ("new", "old"):
        left = site.with_name(f".site.gallery-{state}")
        left.mkdir()
        (left / MARKER).touch()
        (left / "index.html").touch()
    write(site)
    assert [path.name for path in site.parent.iterdir()] == ["site"]


@pytest.mark.parametrize("way", ["stage", "removal"])
def test_our_marker_goes_last(site: Path, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    """Whoever dies midway must leave a folder that the next build knows as ours."""
    unlink, marks = Path.unlink, []

    def marked(path: Path, missing_ok: bool = False) -> None:
        if path.name == MARKER:
            marks.append(sorted(entry.name for entry in path.parent.iterdir()))
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", marked)
    if way == "stage":
        write(site, PAGES[:1])
    else:
        remove_site(site)
    assert marks == [[MARKER]]


def test_what_only_looks_like_a_leftover_is_the_users(site: Path) -> None:
    theirs = site.with_name(".site.gallery-new")
    theirs.mkdir()
    (theirs / "thesis.txt").write_text("years of work")
    with pytest.raises(SiteError, match=r"\.site\.gallery-new: was not made by gallery and is in the way"):
        write(site)
    assert (theirs / "thesis.txt").read_text() == "years of work"


def test_a_site_lost_between_two_renames_comes_back(site: Path) -> None:
    before = contents(site)
    site.rename(site.with_name(".site.gallery-old"))
    with pytest.raises(ValueError, match="early"), staged(site):
        raise ValueError("early")
    assert contents(site) == before


@pytest.fixture(params=["at once", "in two steps"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How the swap is done: as this system can, and as the others do."""
    if request.param == "in two steps":
        monkeypatch.setattr("generator.site.exchange._in_one_step", lambda *_: False)
    return str(request.param)


def test_the_swap_leaves_nothing_behind(site: Path, way: str) -> None:
    write(site, PAGES[:1])
    assert pages(site) == {"index.html": b"<h1>One</h1>"}
    assert [path.name for path in site.parent.iterdir()] == ["site"], way


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system has no such step")
def test_nobody_ever_finds_no_site(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "rename", lambda *_: pytest.fail("renamed in two steps"))
    write(site, PAGES[:1])
    assert pages(site) == {"index.html": b"<h1>One</h1>"}


def test_a_swap_that_fails_puts_the_old_site_back(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, rename = contents(site), Path.rename

    def fail_for_stage(source: Path, target: Path) -> Path:
        if source.name.endswith("-new"):
            raise OSError(28, "No space left on device")
        return rename(source, target)

    monkeypatch.setattr("generator.site.exchange._in_one_step", lambda *_: False)
    monkeypatch.setattr(Path, "rename", fail_for_stage)
    with pytest.raises(SiteError, match="site: cannot be written: No space left on device"):
        write(site, PAGES[:1])
    assert contents(site) == before


@pytest.mark.parametrize("back", [True, False])
def test_a_signal_between_two_renames_loses_nothing(
    site: Path, monkeypatch: pytest.MonkeyPatch, back: bool
) -> None:
    before, rename = contents(site), Path.rename

    def interrupted(source: Path, target: Path) -> Path:
        if source.name.endswith("-new"):
            raise KeyboardInterrupt
        if source.name.endswith("-old") and not back:
            raise OSError(5, "Input/output error")
        return rename(source, target)

    with monkeypatch.context() as patch:
        patch.setattr("generator.site.exchange._in_one_step", lambda *_: False)
        patch.setattr(Path, "rename", interrupted)
        with pytest.raises(KeyboardInterrupt if back else SiteError):
            write(site, PAGES[:1])
    if not back:
        assert not site.exists()
        write(site)  # finds the old site aside, puts it back, and builds on
    assert contents(site) == before


def test_a_broken_site_is_not_swapped_in(site: Path) -> None:
    before, seen = contents(site), []

    def check(stage: Path) -> list[str]:
        seen.append(pages(stage))
        return ["index.html:1: no such file", "index.html:2: no such id"]

    with (
        pytest.raises(SiteError, match=r"was not swapped in: index.html:1: no such file \(and 1 more\)"),
        staged(site, check=check) as stage,
    ):
        stage.write(Output("index.html", b"broken"))
    assert seen == [{"index.html": b"broken"}]
    assert contents(site) == before


HOLD = """
import sys
from pathlib import Path
from generator.site import staged
with staged(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(site: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process in the middle of a build."""
    command = [sys.executable, "-c", HOLD, str(site)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_build_stops_with_a_clear_word(site: Path, holder: subprocess.Popen[str]) -> None:
    word = f"another gallery \\(process {holder.pid}\\) is at work on it"
    with pytest.raises(SiteError, match=word):
        write(site)
    with pytest.raises(SiteError, match=word):
        remove_site(site)


def test_a_dead_builds_lock_is_taken_over(site: Path, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()
    assert site.with_name(".site.lock").exists()
    write(site, PAGES[:1])
    assert pages(site) == {"index.html": b"<h1>One</h1>"}
    assert [path.name for path in site.parent.iterdir()] == ["site"]


def test_the_lock_of_windows_admits_one_at_a_time(site: Path) -> None:
    path = site.with_name(".site.lock")
    with (
        by_filelock(path, site),
        pytest.raises(SiteError, match=r"another gallery is at work on it"),
        by_filelock(path, site),
    ):
        pass
    with by_filelock(path, site):
        assert path.exists()
