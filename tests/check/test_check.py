"""One seeded fault at a time in a sound little site, and the exact line that names it."""

import json
import os

import pytest

from generator.check import broken

PAGE = """<!doctype html>
<link rel="stylesheet" href="../../style.css"><style>p { background: url(../../dot.svg) }</style>
<h1 id="top">Cat</h1>
<p><a href="#top">up</a> <a href="../../index.html?q=1#start">home</a> <a href="mailto:a@b.org">mail</a>
<img src="cat%20one.jpg" srcset="cat%20one.jpg 1x, ../../dot.svg 2x" alt="" width="1" height="1">
<svg><rect id="r" fill="url(#r)" style="fill: url('#r')"/><use xlink:href="#r"/></svg>
<video poster="../../dot.svg"></video><object data="../../dot.svg#a"></object>
<script src="../../search.js"></script><a href="https://example.org/x">out</a>
"""
SVG = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">
<style>rect { fill: url(#a) }</style>
<linearGradient id="a"/><image xlink:href="data:image/png;base64,AAAA"/><use xlink:href="#a"/>
</svg>
"""
SITE = {
    "index.html": '<h1 id="start">Gallery</h1><a href="images/cat/index.html">cat</a>',
    "images/cat/index.html": PAGE,
    "images/cat/cat one.jpg": "",
    "dot.svg": SVG,
    "style.css": "body { background: url('dot.svg') }",
    "search.js": "",
    "gallery.json": "{}",
    "feed.xml": '<feed><link href="https://example.org/"/></feed>',
    ".nojekyll": "",
}


@pytest.fixture
def write(tmp_path):
    def write(files):
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path

    return write


def test_a_sound_site_has_nothing_broken(write):
    assert broken(write(SITE)) == []


@pytest.mark.parametrize(
    ("markup", "line"),
    [
        ('<a href="dog.html"></a>', "href 'dog.html': no such file"),
        ('<a href="../dog/index.html"></a>', "href '../dog/index.html': no such file"),
        ('<a href="Index.html"></a>', "href 'Index.html': no such file"),
        ('<a href="../../../x.html"></a>', "href '../../../x.html': leads out of the site"),
        ('<a href="../../.."></a>', "href '../../..': leads out of the site"),
        ('<a href="../cat/"></a>', "href '../cat/': names a folder, not a file"),
        ('<a href="../.."></a>', "href '../..': names a folder, not a file"),
        ('<a href="/index.html"></a>', "href '/index.html': not a relative link"),
        ('<a href="//example.org/"></a>', "href '//example.org/': not a relative link"),
        ('<a href="file:///site/index.html"></a>', "href 'file:///site/index.html': not a relative link"),
        ('<a href="block1:preactivation.svg"></a>', "href 'block1:preactivation.svg': not a relative link"),
        ('<a href=""></a>', "href '': not a relative link"),
        ('<a href="http://[1"></a>', "href 'http://[1': not an address"),
        ('<a href="#nowhere"></a>', "href '#nowhere': no such anchor"),
        ('<a href="../../index.html#end"></a>', "href '../../index.html#end': no such anchor"),
        ('<a href="../../dot.svg#b"></a>', "href '../../dot.svg#b': no such anchor"),
        ('<script src="no.js"></script>', "src 'no.js': no such file"),
        ('<video poster="no.jpg"></video>', "poster 'no.jpg': no such file"),
        ('<object data="no.svg"></object>', "data 'no.svg': no such file"),
        ('<svg><use xlink:href="#b"/></svg>', "xlink:href '#b': no such anchor"),
        ('<svg><rect fill="url(#b)"/></svg>', "fill '#b': no such anchor"),
        ("<p style=\"background: url('no.png')\">", "style 'no.png': no such file"),
        ("<style>p { background: url(no.png) }</style>", "url 'no.png': no such file"),
        ('<source srcset="cat%20one.jpg 1x,no.jpg 2x">', "srcset 'no.jpg': no such file"),
        ('<source srcset="no.jpg">', "srcset 'no.jpg': no such file"),
        ('<p id="top">', "id 'top' again, first on line 3"),
        ('<img src="cat%20one.jpg" width="1" height="1">', "img 'cat%20one.jpg' without alt"),
        ('<img src="cat%20one.jpg" alt="">', "img 'cat%20one.jpg' without width, height"),
        ("<svg><script></script></svg>", "script in an SVG"),
    ],
)
def test_faults_of_pages_are_named(write, markup, line):
    site = write(SITE | {"images/cat/index.html": PAGE + markup})
    assert broken(site) == [f"images/cat/index.html:9: {line}"]


@pytest.mark.parametrize(("rel", "faults"), [("external", 0), ("next", 1)])
def test_what_leads_to_another_site_need_not_be_there(write, rel, faults):
    link = f'<h1 id="start">Gallery</h1><a href="../other/index.html" rel="{rel}">other</a>'
    assert len(broken(write({**SITE, "index.html": link}))) == faults


def test_a_figure_may_link_to_a_page_by_its_whole_address(write):
    link = '<a href="https://example.org/"/></svg>'
    assert broken(write(SITE | {"dot.svg": SVG.replace("</svg>", link)})) == []


@pytest.mark.parametrize(
    ("markup", "line"),
    [
        ('<use xlink:href="#b"/>', "href '#b': no such id"),
        ('<use href="#b"/>', "href '#b': no such id"),
        ('<rect fill="url(#b)"/>', "fill '#b': no such id"),
        ("<style>rect { fill: url(#b) }</style>", "url '#b': no such id"),
        ('<image href="cat.png"/>', "href 'cat.png': an SVG may refer only to itself"),
        (
            '<image href="https://example.org/"/>',
            "href 'https://example.org/': an SVG may refer only to itself",
        ),
        ('<a href="cat.html"/>', "href 'cat.html': an SVG may refer only to itself"),
        ('<rect id="a"/>', "id 'a' again, first on line 3"),
        ("<script/>", "script in an SVG"),
        ("<rect>", "not well-formed XML: mismatched tag"),
        ('<rect x:href="#a"/>', "not well-formed XML: unbound prefix"),
        ("&nbsp;", "not well-formed XML: undefined entity"),
    ],
)
def test_faults_of_figures_are_named(write, markup, line):
    assert broken(write(SITE | {"dot.svg": SVG.replace("</svg>", f"{markup}</svg>")})) == [
        f"dot.svg:4: {line}"
    ]


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("gallery.json", '{\n"a": }', "gallery.json:2: not JSON: Expecting value"),
        ("gallery.json", '{"a": NaN}', "gallery.json:1: not JSON: NaN is not a number"),
        ("gallery.json", b'"\xff"', "gallery.json:1: not UTF-8"),
        ("feed.xml", "<feed>\n<link></feed>", "feed.xml:2: not well-formed XML: mismatched tag"),
        ("feed.xml", "", "feed.xml:1: not well-formed XML: no element found"),
        ("feed.xml", '<feed><link href="no.html"/></feed>', "feed.xml:1: href 'no.html': no such file"),
        ("style.css", "\nbody { background: url(no.png) }", "style.css:2: url 'no.png': no such file"),
    ],
)
def test_faults_of_other_files_are_named(write, name, content, line):
    assert broken(write(SITE | {name: content})) == [line]


def test_a_folder_without_a_site_is_named(tmp_path):
    assert broken(tmp_path) == ["index.html: missing"]


@pytest.mark.parametrize(
    ("markup", "line"),
    [
        ("<div>", "<div> is never closed"),
        ("<div><p>text</div></div>", "</div> ends what never started"),
        ("<p>text</section>", "</section> ends what never started"),
        ("<ul><li><b>text</ul>", "<b> is never closed"),
        ("<svg><g></svg>", "<g> is never closed"),
    ],
)
def test_markup_that_is_not_well_formed_is_named(write, markup, line):
    assert broken(write(SITE | {"images/cat/index.html": PAGE + markup})) == [
        f"images/cat/index.html:9: {line}"
    ]


def test_what_html_may_leave_open_is_let_be(write):
    lists = "<ul><li>a<li>b<br></ul><table><tr><td>c<td>d</table><dl><dt>e<dd>f</dl>"
    image = "<img src='dot.svg' alt='' width=1 height=1>"
    assert broken(write(SITE | {"about.html": lists + image})) == []


def test_what_files_said_is_known_by_their_bytes(write, monkeypatch):
    faulty = SITE | {"images/cat/index.html": f'{PAGE}<a href="no.html"></a><i id="top"></i>'}
    known = {}
    first = broken(write(faulty), known)
    assert len(first) == 2
    monkeypatch.setattr("generator.check.whole.read", None)
    assert broken(write(faulty), json.loads(json.dumps(known))) == first


def test_a_file_that_changed_is_read_again(write):
    site = write({"index.html": '<a href="other.html">x</a>', "other.html": ""})
    for path in site.iterdir():
        os.utime(path, (1e9, 1e9))
    known = {}
    assert broken(site, known) == broken(site, json.loads(json.dumps(known))) == []
    (site / "other.html").write_text('<a href="gone.html">x</a>')
    (site / "index.html").write_text('<a href="other.html#no">x</a>')
    assert broken(site, json.loads(json.dumps(known))) == broken(site)
    assert len(broken(site)) == 2


def test_only_a_settled_file_is_known_without_reading_it(write, monkeypatch):
    site = write({"index.html": ""})
    (path,) = site.iterdir()
    young, old = {}, {}
    broken(site, young)
    os.utime(path, (1e9, 1e9))
    broken(site, old)
    assert [len(young), len(old)] == [1, 2]
    os.link(path, site / "linked.html")  # as a build keeps it from the old site
    monkeypatch.setattr("generator.check.whole.sha256", None)
    assert broken(site, old) == []
    with pytest.raises(TypeError):
        broken(site, young)


def test_all_faults_are_told_in_order(write):
    pages = {
        "b.html": '<a href="y"></a>\n<a href="x"></a>',
        "a.html": '<p id="i"><a href="z"></a><p id="i">',
    }
    assert broken(write(SITE | pages)) == [
        "a.html:1: href 'z': no such file",
        "a.html:1: id 'i' again, first on line 1",
        "b.html:1: href 'y': no such file",
        "b.html:2: href 'x': no such file",
    ]
