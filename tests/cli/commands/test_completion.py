"""``gallery completion``: the script of bash is run, those of the other shells name the same."""

from __future__ import annotations

import subprocess

import pytest

from generator.cli import main
from generator.cli.arguments.verbs import VERBS
from generator.networks import registry
from generator.records.choices import METHODS

ASK = "source gallery.bash; COMP_WORDS=({0}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); "
ASK += '_shtab_gallery; printf "%s\\n" "${{COMPREPLY[@]}}"'


@pytest.fixture
def completed(tmp_path, capsys):
    """Return what completes a line in bash."""
    assert main(["completion", "bash"]) == 0
    (tmp_path / "gallery.bash").write_text(capsys.readouterr().out, encoding="utf-8")
    (tmp_path / "holiday").mkdir()
    (tmp_path / "mine.yml").touch()

    def of(line):
        done = subprocess.run(["bash", "-c", ASK.format(line)], cwd=tmp_path, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout.split()

    return of


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("gallery ''", list(VERBS)),
        ("gallery bu", ["build"]),
        ("gallery build --str", ["--strict"]),
        ("gallery figure --method ''", list(METHODS)),
        ("gallery weights vg", ["vgg16", "vgg19"]),
        ("gallery models ''", list(registry.names())),
        ("gallery check --config mi", ["mine.yml"]),
        ("gallery build --output hol", ["holiday"]),
        ("gallery init hol", ["holiday"]),
        ("gallery completion f", ["fish"]),
    ],
)
def test_bash_completes(completed, line, words):
    assert sorted(completed(line)) == sorted(words)


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_get_the_same_words(capsys, shell):
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert all(word in script for word in (*VERBS, *registry.names(), *METHODS, "older-than", "atrous"))


def test_zsh_shows_whole_sentences(capsys):
    assert main(["completion", "zsh"]) == 0
    script = capsys.readouterr().out
    for verb in ("build", "serve", "why"):
        assert f"    {verb}:'{VERBS[verb].summary}'\n" in script


def test_another_shell_is_refused_with_the_choices(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["completion", "csh"])
    told = capsys.readouterr().err
    assert "invalid choice: 'csh' (choose from 'bash', 'zsh', 'fish')" in told
