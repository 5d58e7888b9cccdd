"""Text from configurations, labels, layers and file names stays text in every file of a built site.

The same gallery is built with harmless and with hostile text. For both, the pages have the same elements with
the same attributes, and the same scripts and links.
"""

import json
import os
import re
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from PIL import Image

from generator import cli
from generator.paths import layer_name

HARMLESS = "a-word"
HOSTILE = (
    "\"><script>alert(1)</script><img src=x onerror=alert(2)> ' onload='alert(3)' ]]> --> </style></title>"
    "</textarea></script><svg onload=alert(4)> {{7*7}} ${7*7} {%x%} javascript:alert(5) \\u003cb\\u003e "
    "&lt;b&gt; "
    "\N{RIGHT-TO-LEFT OVERRIDE}\N{LINE SEPARATOR}\N{FIRST STRONG ISOLATE} `x` \\"
)
NAMES = {HARMLESS: HARMLESS, HOSTILE: "\"><script>alert(6)<'{{7*7}}javascript:"}
"""What can be the name of a file or of a layer: no slash, and not too long."""
FOLLOWED = ("href", "src", "action", "formaction", "data", "poster", "srcset", "xlink:href", "content")


def build(folder, word):
    """Build a gallery in which every text that a user can give is the word, and return its site."""
    import keras

    name, layers = NAMES[word], keras.layers
    keras.utils.set_random_seed(3)
    stack = [
        layers.Input((12, 12, 3)),
        layers.Conv2D(4, 3, name=name),
        layers.MaxPooling2D(2, name=f"p {name}"),
    ]
    stack += [layers.GlobalAveragePooling2D(name="mean"), layers.Dense(2, name="classes")]
    (folder / "inputs").mkdir(parents=True)
    keras.Sequential(stack).save(folder / f"{name}.keras")
    for number, picture in enumerate((name, "b")):
        Image.new("RGB", (20, 20), (90 * number, 50, 200)).save(folder / "inputs" / f"{picture}.png")
    (folder / "labels.txt").write_text(
        f"a {word}\nb {word}\n".replace("\N{LINE SEPARATOR}", ""), encoding="utf-8"
    )
    picture = {
        "path": "inputs/b.png", "title": word, "alt": word, "tags": [word, f"{word} 2"],
        "credit": {"author": word, "licence": word, "licence_url": f"https://x.org/{_url(word)}",
                   "source_url": f"https://x.org/{_url(word)}"},
    }  # fmt: skip
    model = {"name": f"{name}.keras", "slug": "own", "labels": "labels.txt", "layers": "all"}
    config = {
        "title": word, "description": _escaped(word), "base_url": f"https://x.org/{_url(word)}/",
        "inputs": ["inputs/", picture], "models": [model], "top_features": 2, "compare": ["guided"],
    }  # fmt: skip
    (folder / "gallery_config.yml").write_text(json.dumps(config), encoding="utf-8")
    os.chdir(folder)
    assert cli.main(["build", "-q"]) == 0
    assert cli.main(["check", "--site"]) == 0
    return folder / "site"


def _escaped(word):
    """Return Markdown that shows the word as it is."""
    return re.sub(r"([!-/:-@[-`{-~])", r"\\\1", word)


def _url(word):
    """Return the word without what no address may hold."""
    return re.sub(r"[\s?#]", "", word)


@pytest.fixture(scope="module")
def sites(tmp_path_factory):
    before, folder = Path.cwd(), tmp_path_factory.mktemp("injection")
    try:
        yield SimpleNamespace(
            harmless=read(build(folder / "harmless", HARMLESS)),
            hostile=read(build(folder / "hostile", HOSTILE)),
        )
    finally:
        os.chdir(before)


def read(site):
    """Return the files of a site by path; what is made of the names is called alike in both."""
    files = {}
    for path in site.rglob("*"):
        if path.is_file():
            name = re.sub(r"classes/([ab])-[^/]*/", r"classes/\1/", path.relative_to(site).as_posix())
            content = path.read_bytes()
            files[_called_alike(_tag_by_number(name, content))] = content
    return files


def _tag_by_number(name, content):
    """Return the path of a tag's page with 1 or 2 for the tag, whose address a hostile word shortens."""
    number = 2 if b" 2</h1>" in content else 1
    return re.sub(r"^tags/[^/]+/", f"tags/{number}/", name)


def _called_alike(name):
    for word in NAMES.values():
        for form in (word, layer_name(word), "script-alert-6-7-7-javascript"):
            name = name.replace(form, "NAME")
    return name


class Skeleton(HTMLParser):
    """The elements of a page with the names of their attributes, what it follows, and its scripts."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.followed, self.scripts, self._open = [], [], [], ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, tuple(name for name, _ in attrs)))
        self.followed += [value or "" for name, value in attrs if name in FOLLOWED]
        self._open = tag

    def handle_endtag(self, tag):
        self._open = ""

    def handle_data(self, data):
        if self._open == "script":
            self.scripts.append(data)

    def handle_comment(self, data):
        self.elements.append(("comment", data))

    def handle_decl(self, decl):
        self.elements.append(("declaration", decl))


def xml_skeleton(content):
    return [(element.tag, tuple(element.attrib)) for element in ElementTree.fromstring(content).iter()]


def json_skeleton(value):
    """Return the keys and the kinds of the values of JSON."""
    if isinstance(value, dict):
        return {_called_alike(key): json_skeleton(item) for key, item in value.items()}
    return [json_skeleton(item) for item in value] if isinstance(value, list) else type(value).__name__


def of_kind(files, *suffixes):
    return {name: content for name, content in files.items() if name.endswith(suffixes)}


def test_the_words_are_in_the_site(sites):
    pages = "".join(content.decode() for content in of_kind(sites.hostile, ".html").values())
    assert "&lt;script&gt;alert(1)" in pages
    assert "alert(6)" in pages


def test_pages_have_the_same_elements_whatever_the_words(sites):
    pages = of_kind(sites.hostile, ".html")
    assert pages.keys() == of_kind(sites.harmless, ".html").keys()
    for name, content in pages.items():
        hostile, harmless = Skeleton(content.decode()), Skeleton(sites.harmless[name].decode())
        assert hostile.elements == harmless.elements, name
        assert len(hostile.scripts) == len(harmless.scripts)
        strange = {target for target in hostile.followed if re.match(r"\s*[a-z]+script:|\s*data:", target)}
        assert strange <= set(harmless.followed), name


def test_figures_feeds_and_maps_have_the_same_elements_whatever_the_words(sites):
    files = of_kind(sites.hostile, ".svg", ".xml")
    assert files.keys() == of_kind(sites.harmless, ".svg", ".xml").keys()
    assert len(files) > 8
    for name, content in files.items():
        found, wanted = xml_skeleton(content), xml_skeleton(sites.harmless[name])
        if name.endswith(".svg"):  # long words are set in more lines
            assert set(found) <= {*wanted, ("{http://www.w3.org/2000/svg}tspan", ("dy", "x"))}, name
        else:
            assert found == wanted, name


def test_data_has_the_same_keys_whatever_the_words(sites):
    files = of_kind(sites.hostile, ".json")
    assert len(files) >= 3
    for name, content in files.items():
        found, wanted = json.loads(content), json.loads(sites.harmless[name])
        assert json_skeleton(found) == json_skeleton(wanted), name


def test_scripts_of_data_cannot_be_left(sites):
    shards = of_kind(sites.hostile, ".js")
    for name, content in shards.items():
        if name.startswith("search/"):
            text = content.decode()
            assert not re.search(r"</script|<!--|[\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}]", text), name
            json.loads(text[text.index(",") + 1 : text.rindex(")")])
        else:
            assert content == sites.harmless[name], name
    for name, content in of_kind(sites.hostile, ".css").items():
        assert content == sites.harmless[name], name


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//x.org", "https:x", "http:///x", " "]
)
@pytest.mark.parametrize("key", ["base_url", "licence_url"])
def test_an_address_of_another_kind_is_refused(tiny_gallery, capsys, key, url):
    inputs = f"[{{path: inputs, credit: {{licence_url: '{url}'}}}}]" if key != "base_url" else "[inputs]"
    top = f"base_url: '{url}'\n" if key == "base_url" else ""
    (tiny_gallery / "gallery_config.yml").write_text(
        f"{top}inputs: {inputs}\nmodels: [{{name: squeezenet}}]\n"
    )
    if not (url == " " and key == "base_url"):  # no address at all is allowed
        assert cli.main(["check"]) == 2
        assert "expected an address that starts with http:// or https://" in capsys.readouterr().err
    else:
        assert cli.main(["check"]) == 0


@pytest.mark.parametrize("label", ["a\x01", "\x1b[31m", "\ufffe", "a\x7f"])
def test_labels_with_control_characters_are_refused(tiny_gallery, capsys, label):
    (tiny_gallery / "mine.keras").touch()
    (tiny_gallery / "labels.txt").write_text(f"cat\n{label}\n", encoding="utf-8")
    (tiny_gallery / "gallery_config.yml").write_text(
        "inputs: [inputs]\nmodels: [{name: mine.keras, labels: labels.txt}]\n"
    )
    assert cli.main(["check"]) == 2
    told = capsys.readouterr().err
    assert "models[0].labels: 'labels.txt':2: control characters are not allowed, found " in told
