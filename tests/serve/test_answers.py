"""What a browser is given for an address: every status, and nothing from outside the site."""

import pytest

from generator.serve.answers import Shown, answer
from generator.serve.notices import SCRIPT, STYLE, failure

TAG = b'<script src="/-/reload.js" data-version="v1"></script>'
HOSTILE = """title: <script>alert("1")</script> & 'two'"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("around") / "site"
    for path in ("images/a cat", "empty", "v1.5"):
        (folder / path).mkdir(parents=True)
    (folder / "index.html").write_text("<title>Home</title><body></BODY></body></html>")
    (folder / "404.html").write_text("<p>Nothing here.")
    (folder / "images" / "a cat" / "index.html").write_text("<p>A cat")
    for name in (
        "panel.svg",
        "search.js",
        "data.json",
        "feed.xml",
        "small.avif",
        "small.webp",
        "big.jpg",
        "CNAME",
        "ä.txt",
    ):
        (folder / name).write_text(name)
    (folder / "v1.5" / "index.html").write_text("<p>1.5")
    (folder.parent / "secret.txt").write_text("secret")
    (folder.parent / "site-2").mkdir()
    (folder.parent / "site-2" / "index.html").write_text("secret")
    (folder / "leak.txt").symlink_to("../secret.txt")
    (folder / "leaks").symlink_to("..")
    (folder / "empty" / "index.html").symlink_to("../../secret.txt")
    (folder / "inner.svg").symlink_to("panel.svg")
    (folder / "loop").symlink_to("loop")
    return folder


@pytest.mark.parametrize(
    ("target", "status", "kind"),
    [
        ("/", 200, "text/html"),
        ("/index.html", 200, "text/html"),
        ("/?q=cat", 200, "text/html"),
        ("/images/a%20cat/", 200, "text/html"),
        ("/v1.5/", 200, "text/html"),
        ("/panel.svg", 200, "image/svg+xml"),
        ("/panel.svg?x=/../", 200, "image/svg+xml"),
        ("/inner.svg", 200, "image/svg+xml"),
        ("/search.js", 200, "text/javascript"),
        ("/data.json", 200, "application/json"),
        ("/feed.xml", 200, "application/xml"),
        ("/small.avif", 200, "image/avif"),
        ("/small.webp", 200, "image/webp"),
        ("/big.jpg", 200, "image/jpeg"),
        ("/CNAME", 200, "application/octet-stream"),
        ("/%C3%A4.txt", 200, "text/plain"),
        (SCRIPT, 200, "text/javascript"),
        (STYLE, 200, "text/css"),
        ("/images", 404, "text/html"),
        ("/images/", 404, "text/html"),
        ("/empty/", 404, "text/html"),
        ("/leak.txt", 404, "text/html"),
        ("/leaks/secret.txt", 404, "text/html"),
        ("/leaks/site/index.html", 200, "text/html"),
        ("/loop", 404, "text/html"),
        ("/../secret.txt", 404, "text/html"),
        ("/images/../index.html", 404, "text/html"),
        ("/./index.html", 404, "text/html"),
        ("/images//a%20cat/", 404, "text/html"),
        ("//index.html", 404, "text/html"),
        ("/%2e%2e/secret.txt", 404, "text/html"),
        ("/..%2fsecret.txt", 404, "text/html"),
        ("/%2E%2E%2Fsecret.txt", 404, "text/html"),
        ("/..%5csecret.txt", 404, "text/html"),
        ("/..\\secret.txt", 404, "text/html"),
        ("/%252e%252e/secret.txt", 404, "text/html"),
        ("/..%252fsecret.txt", 404, "text/html"),
        ("/%c0%ae%c0%ae/secret.txt", 404, "text/html"),
        ("/../site-2/", 404, "text/html"),
        ("/index.html%00.svg", 404, "text/html"),
        ("/index.html%0a", 404, "text/html"),
        ("/index.html/", 404, "text/html"),
        ("/index.html/x", 404, "text/html"),
        ("/\xff", 404, "text/html"),
        (f"/{'x' * 300}", 404, "text/html"),
        (f"/{'x/' * 3000}", 404, "text/html"),
        ("//etc/passwd", 404, "text/html"),
        ("/C:/secret.txt", 404, "text/html"),
        ("/-/", 404, "text/html"),
    ],
)
def test_every_address_has_its_status(site, target, status, kind):
    given = answer(Shown("v1", site, None), target)
    assert (given.status, given.kind) == (status, kind)
    assert b"secret" not in given.content


@pytest.mark.parametrize(
    ("target", "place"),
    [
        ("/images/a%20cat", "/images/a%20cat/"),
        ("/images/a%20cat?x=1&y=/", "/images/a%20cat/?x=1&y=/"),
        ("/v1%2e5", "/v1.5/"),
    ],
)
def test_a_folder_leads_to_the_slash_at_its_end(site, target, place):
    given = answer(Shown("v1", site, None), target)
    assert (given.status, given.content, given.headers) == (301, b"", {"Location": place})


def test_pages_get_one_script_before_the_end_of_their_body_and_nothing_else_does(site):
    shown = Shown("v1", site, None)
    assert answer(shown, "/").content == b"<title>Home</title><body></BODY>" + TAG + b"</body></html>"
    assert answer(shown, "/nothing").content == b"<p>Nothing here." + TAG
    assert answer(shown, "/panel.svg").content == b"panel.svg"
    assert TAG not in (site / "index.html").read_bytes()


def test_a_failure_takes_the_place_of_pages_alone(site):
    shown = Shown("v1", site, failure(HOSTILE))
    for target in ("/", "/images/a%20cat/", "/images/a%20cat", "/index.html", "/gone", "/v1.5/"):
        given = answer(shown, target)
        assert (given.status, given.kind) == (500, "text/html")
        assert given.content.count(TAG) == 1
        escaped = b"title: &lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#x27;two&#x27;"
        assert b"<pre>" + escaped + b"</pre>" in given.content
    assert answer(shown, "/panel.svg").status == 200
    assert answer(shown, "/gone.svg").status == 404


def test_before_the_first_build_there_is_a_notice_and_nothing_else():
    shown = Shown("v1")
    assert answer(shown, "/").status == 503
    assert b"The first build is running" in answer(shown, "/any/").content
    assert answer(shown, "/panel.svg").content == b"404 Not Found\n"
