"""Which remote is meant, in whose name, by which git; and what is said where that is not to be had."""

import pytest

from generator.errors import ConfigError, PublishError
from generator.publish import find_remote
from tests.publish.conftest import git, sent, write


def test_a_remote_of_no_such_name_is_refused_with_the_nearest(repository):
    git(repository, "remote", "add", "upstream", "https://example.org/a.git")
    with pytest.raises(ConfigError) as caught:
        find_remote(repository, "orign", "gh-pages")
    assert str(caught.value) == (
        f"--remote: no remote 'orign'; nearest: origin; remotes of {repository}: origin, upstream; "
        "you can also give an address"
    )


def test_without_a_repository_only_an_address_will_do(site):
    with pytest.raises(ConfigError) as caught:
        find_remote(site, "origin", "gh-pages")
    assert str(caught.value) == (
        f"--remote: no remote 'origin'; {site} is not in a git repository; you can also give an address"
    )
    assert find_remote(site, "git@example.org:a.git", "gh-pages").address == "git@example.org:a.git"


@pytest.mark.parametrize("name", ["-f", "a b", "a..b", "", "x.lock"])
def test_a_name_that_no_branch_can_have_is_refused(repository, name):
    with pytest.raises(ConfigError) as caught:
        find_remote(repository, "origin", name)
    assert str(caught.value) == f"--branch: {name!r} is not a valid branch name; choose one such as gh-pages"


@pytest.mark.parametrize(
    ("script", "message"),
    [
        (None, "git is not installed; 'gallery publish' needs it"),
        ("echo git version 2.30.2", "git 2.31 or newer is needed; found git version 2.30.2"),
    ],
)
def test_no_git_and_an_old_one_are_told(tmp_path, repository, monkeypatch, script, message):
    folder = tmp_path / "bin"
    folder.mkdir()
    if script:
        write(folder, {"git": f"#!/bin/sh\n{script}\n"})
        (folder / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    with pytest.raises(PublishError) as caught:
        find_remote(repository, "origin", "gh-pages")
    assert str(caught.value) == message


def test_nobody_publishes_nothing(home, repository, site, monkeypatch):
    (home / ".gitconfig").write_text("")
    with pytest.raises(PublishError) as caught:
        sent(repository, site)
    assert str(caught.value) == (
        "git does not know your name and email address; set them once:\n"
        '  git config --global user.name "Your Name"\n'
        "  git config --global user.email you@example.org"
    )
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Cy")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "cy@example.org")
    assert sent(repository, site).commit


@pytest.mark.parametrize("where", ["repository", "condition", "command"])
def test_who_publishes_is_who_commits_in_the_repository(home, repository, bare, site, where, monkeypatch):
    if where == "repository":
        git(repository, "config", "user.name", "Bo")
    elif where == "condition":
        write(home, {"work": "[user]\n\tname = Bo\n"})
        git(repository, "config", "--global", f"includeIf.gitdir:{repository}/.path", "work")
    else:
        for name, value in (("COUNT", "1"), ("KEY_0", "user.name"), ("VALUE_0", "Bo")):
            monkeypatch.setenv(f"GIT_CONFIG_{name}", value)
    sent(repository, site)
    assert git(bare, "log", "-1", "--format=%an %cn", "gh-pages") == "Bo Bo"


def test_addresses_are_rewritten_as_git_does_and_pushes_go_where_pushes_go(repository, bare, site):
    git(repository, "remote", "set-url", "origin", "https://example.org/read-only.git")
    git(repository, "remote", "set-url", "--push", "origin", "work:the remote.git")
    git(repository, "config", f"url.{bare.parent}/.insteadOf", "work:")
    assert sent(repository, site).commit == git(bare, "rev-parse", "gh-pages")


def test_passwords_in_an_address_are_not_printed(repository):
    git(repository, "remote", "set-url", "origin", "https://ann:secret@example.org/a.git")
    remote = find_remote(repository, "origin", "gh-pages")
    assert remote.place == "branch 'gh-pages' of https://example.org/a.git"
