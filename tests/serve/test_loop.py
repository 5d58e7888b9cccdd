"""Build, show, wait, again: what a build's failures and changes in its middle lead to."""

import http.client
import threading
import time
from contextlib import contextmanager
from queue import Queue

import pytest

from generator.errors import ConfigError, SiteError
from generator.serve import serve


class Counted:
    """A site made of one file, which says how the build goes; each build waits until it is let through."""

    def __init__(self, folder):
        self.source, self.site = folder / "source", folder / "site"
        self.site.mkdir()
        self.builds, self.through, self.over = Queue(), Queue(), False
        self.changes = []
        self.source.write_text("one")

    def sources(self):
        if self.over:
            raise KeyboardInterrupt
        return [self.source]

    def build(self):
        text = self.source.read_text()
        self.builds.put(text)
        self.through.get(timeout=10)
        if text.startswith("wrong"):
            raise ConfigError(f"source:1:1: found <{text}>")
        if text.startswith("bug"):
            raise KeyError(text)
        (self.site / "index.html").write_text(f"<p>{text}")
        return self.site

    def check(self):
        if "broken" in (self.site / "index.html").read_text():
            raise SiteError("index.html:1: href 'no.html': no such file")


@contextmanager
def looping(made):
    """Give the port on which a site is served by a thread."""
    announced, ended = Queue(), []

    def run():
        with pytest.raises(KeyboardInterrupt):
            serve(made, 0, announced.put, made.changes.append)
        ended.append(True)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield int(announced.get(timeout=10).rstrip("/").split(":")[-1])
    made.over = True
    thread.join(10)
    assert ended


@pytest.fixture
def made(tmp_path):
    return Counted(tmp_path)


def page(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/")
    response = connection.getresponse()
    found = response.status, response.read().decode()
    connection.close()
    return found


def built(made, port, text=None):
    """Change the source, let the build of it through, and return the page that is shown before the next."""
    if text:
        made.source.write_text(text)
    said = made.builds.get(timeout=10)
    version = page(port)[1].partition("data-version=")[2]
    made.through.put(True)
    end = time.monotonic() + 10
    while version in page(port)[1]:
        assert time.monotonic() < end
    return said, *page(port)


def test_every_failure_is_shown_until_the_next_change_mends_it(made, capsys):
    with looping(made) as port:
        assert built(made, port)[:2] == ("one", 200)
        status, text = built(made, port, "wrong <b>")[1:]
        assert (status, "<pre>source:1:1: found &lt;wrong &lt;b&gt;&gt;</pre>" in text) == (500, True)
        status, text = built(made, port, "bug")[1:]
        assert (status, "<pre>KeyError: &#x27;bug&#x27;</pre>" in text) == (500, True)
        assert "Traceback" not in text
        said, status, text = built(made, port, "two")
        assert (said, status, text.startswith("<p>two<script ")) == ("two", 200, True)
        assert made.builds.empty()
    assert made.changes == ["source changed"] * 3
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "source:1:1: found <wrong <b>>"
    assert (told[1], told[-1]) == ("Traceback (most recent call last):", "KeyError: 'bug'")


def test_what_is_broken_is_shown_at_once_and_told_when_it_is_found(made, capsys):
    with looping(made) as port:
        built(made, port)
        built(made, port, "broken")
        end = time.monotonic() + 10
        while page(port)[0] == 200:
            assert time.monotonic() < end
        assert "<pre>index.html:1: href &#x27;no.html&#x27;: no such file</pre>" in page(port)[1]
        assert built(made, port, "mended")[1] == 200
    assert capsys.readouterr().err == "index.html:1: href 'no.html': no such file\n"


def test_changes_during_a_build_lead_to_one_more(made):
    with looping(made) as port:
        assert made.builds.get(timeout=10) == "one"
        assert page(port)[0] == 503
        for text in ("two", "three"):
            made.source.write_text(text)
        made.through.put(True)
        assert built(made, port)[0] == "three"
        assert page(port)[1].startswith("<p>three")
        assert made.builds.empty()
