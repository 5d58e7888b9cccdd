"""A site is put on a branch of a real remote, and nothing else of anybody's changes."""

import pytest

from generator.errors import PublishError
from generator.publish import Outcome
from tests.publish.conftest import MADE, everything, git, refs, sent, tree, write


def test_the_first_publication_is_the_site_and_nothing_else(repository, bare, site):
    main = git(bare, "rev-parse", "main")
    outcome = sent(repository, site, cname="gallery.example", message="The gallery")
    assert outcome == Outcome(git(bare, "rev-parse", "gh-pages"), 6, added=6)
    published = tree(bare)
    assert published.pop("gallery.json").startswith('{"generator"')
    assert published == {**MADE, "CNAME": "gallery.example"}
    assert git(bare, "log", "--format=%an <%ae> %P|%s", "gh-pages") == "Ann <ann@example.org> |The gallery"
    assert git(bare, "rev-parse", "main") == main
    assert git(bare, "fsck", "--strict", "--no-dangling") == ""


def test_an_update_is_a_commit_on_top_with_the_changed_files_alone(repository, bare, site):
    first = sent(repository, site).commit
    write(site, {"index.html": "<title>More</title>", "images/c.svg": "<svg/>"})
    (site / "images" / "a b.svg").unlink()
    outcome = sent(repository, site)
    assert (outcome.files, outcome.added, outcome.changed, outcome.removed) == (5, 1, 1, 1)
    assert git(bare, "rev-parse", "gh-pages^") == first
    changed = git(bare, "diff", "--name-status", "--no-renames", first, "gh-pages").splitlines()
    assert changed == ["D\timages/a b.svg", "A\timages/c.svg", "M\tindex.html"]


def test_nothing_is_sent_where_nothing_has_changed(repository, bare, site):
    sent(repository, site)
    before = everything(bare)
    assert sent(repository, site) == Outcome("", 5)
    assert everything(bare) == before


@pytest.mark.parametrize("form", ["path", "file", "relative"])
def test_an_address_needs_no_repository(tmp_path, bare, site, form, monkeypatch):
    monkeypatch.chdir(tmp_path)
    address = {"path": bare, "file": bare.as_uri(), "relative": f"./{bare.name}"}[form]
    sent(site, site, remote=address)
    write(site, {"index.html": "<title>More</title>"})
    assert sent(site, site, remote=address).changed == 1
    assert git(bare, "rev-list", "--count", "gh-pages") == "2"


def test_only_trees_of_the_tip_are_fetched_where_the_server_can(repository, bare, site):
    git(bare, "config", "uploadpack.allowFilter", "true")
    git(repository, "remote", "set-url", "origin", bare.as_uri())
    sent(repository, site)
    write(site, {"index.html": "<title>More</title>"})
    assert sent(repository, site).changed == 1
    assert git(bare, "fsck", "--strict", "--no-dangling") == ""


def test_an_orphan_is_the_only_commit_of_its_branch(repository, bare, site):
    sent(repository, site)
    write(site, {"index.html": "<title>More</title>"})
    sent(repository, site)
    assert sent(repository, site, orphan=True).files == 5, "the same files, one commit instead of two"
    assert git(bare, "rev-list", "--count", "gh-pages") == "1"
    assert sent(repository, site, orphan=True) == Outcome("", 5)


def test_a_dry_run_says_what_would_be_sent_and_sends_nothing(repository, bare, site):
    sent(repository, site)
    write(site, {"index.html": "<title>More</title>"})
    before = everything(bare)
    outcome = sent(repository, site, dry_run=True)
    assert (outcome.added, outcome.changed, outcome.removed) == (0, 1, 0)
    assert everything(bare) == before


def test_the_date_is_the_one_that_the_environment_gives(repository, bare, site):
    from generator import publish

    commits = set()
    for _ in range(2):
        with publish.opened(
            publish.find_remote(repository, "origin", "gh-pages"), "1700000000"
        ) as publication:
            publication.add(publish.contents(site))
            commits.add(publication.send("Publish", dry_run=True).commit)
    assert len(commits) == 1, "the same site, name and date are the same commit"


# What is the user's


def dirty(repository):
    """Leave everything in a repository that a tool could step on."""
    write(repository, {"paper.txt": "stashed"})
    git(repository, "stash")
    write(repository, {"staged.txt": "staged", "paper.txt": "changed", "untracked.txt": "untracked"})
    git(repository, "add", "staged.txt")
    hook = repository / ".git" / "hooks" / "pre-push"
    write(hook.parent, {hook.name: f"#!/bin/sh\ntouch '{repository}/hook-ran'\n"})
    hook.chmod(0o755)


def plain(repository):
    return repository


def detached(repository):
    git(repository, "checkout", "--quiet", "--detach")
    return repository


def worktree(repository):
    folder = repository.with_name("second tree")
    git(repository, "worktree", "add", "--quiet", "-b", "second", str(folder))
    return folder


def submodule(repository):
    outer = repository.with_name("outer")
    git(repository.parent, "init", "--quiet", str(outer))
    git(outer, "submodule", "--quiet", "add", git(repository, "remote", "get-url", "origin"), "inner")
    return outer / "inner"


def without_commits(repository):
    folder = repository.with_name("new")
    git(repository.parent, "init", "--quiet", str(folder))
    git(folder, "remote", "add", "origin", git(repository, "remote", "get-url", "origin"))
    return folder


def folder_within(repository):
    (repository / "a folder").mkdir()
    return repository / "a folder"


LAYOUTS = [plain, detached, worktree, submodule, without_commits, folder_within]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_nothing_of_the_users_repository_changes(tmp_path, repository, bare, site, layout):
    dirty(repository)
    folder = layout(repository)
    ours = (bare, site)
    before = {path: facts for path, facts in everything(tmp_path).items() if not is_in(path, ours)}
    assert sent(folder, site).commit == git(bare, "rev-parse", "gh-pages")
    assert {path: facts for path, facts in everything(tmp_path).items() if not is_in(path, ours)} == before


def is_in(path, folders):
    return any(path.is_relative_to(folder) for folder in folders)


def test_a_run_from_a_hook_works_on_no_repository_of_its_caller(repository, bare, site, monkeypatch):
    monkeypatch.setenv("GIT_DIR", str(repository / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(repository / ".git" / "index"))
    before = everything(repository)
    sent(repository, site)
    assert everything(repository) == before


# What is on the branch already

FOREIGN = (
    "branch '{branch}' of {bare}: holds {lost}, which gallery did not make and which is not in the site; "
    "{hint}put it into the site's folder too, choose another --branch, or delete this one first"
)


def committed(bare, tmp_path, files, branch="gh-pages", amend=False):
    """Commit files to a branch as somebody else would."""
    clone = tmp_path / "elsewhere"
    git(tmp_path, "clone", "--quiet", str(bare), str(clone))
    there = f"refs/heads/{branch}" in refs(bare)
    git(clone, "checkout", "--quiet", *([branch] if there else ["--orphan", branch]))
    git(clone, "rm", "-rfq", *([] if there else ["."]), "--ignore-unmatch", "none")
    write(clone, files)
    git(clone, "add", "-A")
    git(clone, "commit", "--quiet", *(["--amend", "--no-edit"] if amend else ["-m", "Theirs"]))
    git(clone, "push", "--quiet", "--force", "origin", branch)


def refused(bare, repository, site, **options):
    before = refs(bare)
    with pytest.raises(PublishError) as caught:
        sent(repository, site, **options)
    assert refs(bare) == before
    return str(caught.value)


def test_a_branch_of_other_content_is_left_alone(tmp_path, repository, bare, site):
    committed(bare, tmp_path, {"essay.html": "dear", "index.html": "mine"})
    message = FOREIGN.format(branch="gh-pages", bare=bare, lost="essay.html and 1 more", hint="")
    assert refused(bare, repository, site) == message
    assert refused(bare, repository, site, orphan=True) == message


def test_the_branch_that_one_works_on_is_left_alone(repository, bare, site):
    message = (
        f"branch 'main' of {bare}: is checked out in {repository}; choose another --branch, such as gh-pages"
    )
    assert refused(bare, repository, site, branch="main") == message
    git(bare, "update-ref", "-d", "refs/heads/main")
    assert refused(bare, repository, site, branch="main") == message


def test_the_default_branch_with_other_content_is_left_alone(repository, bare, site):
    message = FOREIGN.format(branch="main", bare=bare, lost="paper.txt", hint="")
    assert refused(bare, repository, site, remote=bare, branch="main") == message


@pytest.mark.parametrize("amend", [False, True])
def test_a_file_that_somebody_added_since_is_not_lost(tmp_path, repository, bare, site, amend):
    sent(repository, site)
    committed(bare, tmp_path, {"CNAME": "gallery.example\n"}, amend=amend)
    hint = "set cname: in the configuration, "
    message = FOREIGN.format(branch="gh-pages", bare=bare, lost="CNAME", hint=hint)
    assert refused(bare, repository, site) == message
    assert sent(repository, site, cname="gallery.example").commit == ""


def test_a_gallery_that_was_published_by_hand_is_taken_over(tmp_path, repository, bare, site):
    by_hand = {
        path.relative_to(site).as_posix(): path.read_text() for path in site.rglob("*") if path.is_file()
    }
    committed(bare, tmp_path, by_hand, branch="by-hand")
    write(site, {"index.html": "<title>More</title>"})
    assert sent(repository, site, branch="by-hand").changed == 1


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"generator": {"name": "another"}, "artifacts": ["essay.html"]}']
)
def test_a_manifest_that_is_not_ours_gives_nothing_away(tmp_path, repository, bare, site, text):
    committed(bare, tmp_path, {"gallery.json": text, "essay.html": "dear"}, branch="odd")
    assert "holds essay.html and " in refused(bare, repository, site, branch="odd")


# What a site's folder may hold


def test_what_cannot_be_published_is_named(tmp_path, repository, bare, site):
    (site / "link").symlink_to(tmp_path)
    assert (
        refused(bare, repository, site)
        == f"{site / 'link'}: is a symbolic link; GitHub Pages does not accept these"
    )
    (site / "link").unlink()
    (site / "a\nb").touch()
    assert refused(bare, repository, site).endswith("a\\nb': cannot be published under this name; rename it")


def test_a_cname_of_the_users_own_is_published_unless_the_configuration_says_another(repository, bare, site):
    write(site, {"CNAME": "mine.example\n"})
    sent(repository, site)
    assert tree(bare)["CNAME"] == "mine.example"
    message = (
        f"{site / 'CNAME'}: says 'mine.example', the configuration 'other.example'; change one or remove it"
    )
    assert refused(bare, repository, site, cname="other.example") == message
    assert sent(repository, site, cname="mine.example").commit == ""


def test_a_checkout_of_the_branch_in_the_sites_folder_is_not_published(repository, bare, site):
    git(site, "init", "--quiet")
    sent(repository, site)
    assert not [name for name in tree(bare) if name.startswith(".git")]


def test_bytes_are_published_as_they_are_whatever_git_is_set_to(home, repository, bare, site):
    (home / ".gitattributes").write_text("* text eol=lf\n*.svg ident\n")
    git(repository, "config", "--global", "core.attributesFile", str(home / ".gitattributes"))
    git(repository, "config", "--global", "core.autocrlf", "input")
    git(repository, "config", "--global", "core.hooksPath", str(home))
    (site / "odd.svg").write_bytes(b"$Id$\r\n\xff")
    sent(repository, site)
    assert git(bare, "rev-parse", "gh-pages:odd.svg") == git(site, "hash-object", "--no-filters", "odd.svg")
