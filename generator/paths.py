"""The path of every file in a site: pure functions from names to relative POSIX paths.

The packages that draw, write and link take all paths and ids from here. Paths never contain a hash, so that
links to a figure from other sites stay valid. Only ``TEMPLATES`` lies outside sites: pages are made from it.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from pathlib import Path
from urllib.parse import quote

_HERE = Path(__file__).parent
TEMPLATES = next(filter(Path.is_dir, (_HERE / "templates", _HERE.with_name("templates"))))
"""The project's own templates: inside an installed package, beside the package in a checkout."""

INDEX = "index.html"
MANIFEST = "gallery.json"
NOT_FOUND = "404.html"
ROBOTS = "robots.txt"
SITEMAP = "sitemap.xml"
NO_JEKYLL = ".nojekyll"
ABOUT = "about/index.html"
EMBED = "embed/index.html"
TAGS = "tags/index.html"
FEED = "feed.xml"
LONGEST_NAME = 120
_UNUSABLE = re.compile(r'[\\:*?"<>|]')
THUMBNAIL_FORMATS = ("avif", "webp", "jpg")
"""The formats of a thumbnail, from the smallest files to the one that every browser supports."""


def gallery_page(number: int) -> str:
    """Return the path of a page of the gallery, counted from 1.

    >>> gallery_page(1), gallery_page(2)
    ('index.html', 'page/2/index.html')
    """
    return INDEX if number == 1 else f"page/{number}/{INDEX}"


def album_page(album: str, number: int = 1) -> str:
    """Return the path of a page of an album; ``number`` counts from 1.

    >>> album_page("cats"), album_page("cats", 2)
    ('albums/cats/index.html', 'albums/cats/page/2/index.html')
    """
    return f"albums/{album}/{gallery_page(number)}"


def own_page(name: str) -> str:
    """Return the path of a page of the user's own."""
    return f"{name}/{INDEX}"


def tag_page(tag: str, number: int = 1) -> str:
    """Return the path of a page of a tag, by the tag's slug; ``number`` counts from 1.

    >>> tag_page("bird"), tag_page("bird", 2)
    ('tags/bird/index.html', 'tags/bird/page/2/index.html')
    """
    return f"tags/{tag}/{gallery_page(number)}"


def search_shard(number: int) -> str:
    """Return the path of a part of the index by which the gallery is filtered, counted from 1."""
    return f"search/{number}.js"


def search_entries(name: str = "") -> str:
    """Return the path of a part of the index of the whole site; the first has no name and names the others.

    >>> search_entries(), search_entries("models/vgg16")
    ('search/entries.js', 'search/entries/models/vgg16.js')
    """
    return f"search/entries/{name}.js" if name else "search/entries.js"


def image_page(image: str) -> str:
    """Return the path of an image's page."""
    return f"images/{image}/{INDEX}"


def compare_page(image: str) -> str:
    """Return the path of the page that shows panels of an image side by side."""
    return f"images/{image}/compare/{INDEX}"


def picture_path(image: str) -> str:
    """Return the path of an image's web copy."""
    return f"images/{image}/picture.jpg"


def thumbnail_path(image: str) -> str:
    """Return the path of an image's thumbnail."""
    return f"images/{image}/thumbnail.jpg"


def sized_thumbnail_path(image: str, name_px: int, suffix: str) -> str:
    """Return the path of an image's thumbnail with a width and a format."""
    return f"images/{image}/thumbnail-{name_px}.{suffix}"


def seen_path(image: str) -> str:
    """Return the path of an image through the reconstruction of its deepest layer."""
    return f"images/{image}/seen.webp"


def seen_inset_path(image: str) -> str:
    """Return the path of the small copy of that, which tiles show in their corner."""
    return f"images/{image}/seen-96.webp"


def card_path(image: str) -> str:
    """Return the path of the social card of an image's page."""
    return f"images/{image}/card.jpg"


def result_path(image: str) -> str:
    """Return the path of the JSON file with the content of an image's page."""
    return f"images/{image}/result.json"


def layer_name(layer: str) -> str:
    """Return the name of a layer in paths, without the characters that no file on Windows can have.

    >>> layer_name("block1_conv1:preactivation")
    'block1_conv1-preactivation'
    """
    return _UNUSABLE.sub("-", layer)


def figure_path(image: str, model: str) -> str:
    """Return the path of the figure with all panels of an image and a model."""
    return f"images/{image}/{model}.svg"


def panel_path(image: str, model: str, layer: str, method: str = "") -> str:
    """Return the path of a layer's panel; ``method`` is empty for the gallery's main method.

    >>> panel_path("cat", "vgg16", "block1_conv1:preactivation")
    'images/cat/vgg16/block1_conv1-preactivation.svg'
    >>> panel_path("cat", "vgg16", "block1_pool", "guided")
    'images/cat/vgg16/guided/block1_pool.svg'
    """
    folder = f"images/{image}/{model}/{method}" if method else f"images/{image}/{model}"
    return f"{folder}/{layer_name(layer)}.svg"


def network_page(model: str) -> str:
    """Return the path of a network's page."""
    return f"models/{model}/{INDEX}"


def layer_page(model: str, layer: str) -> str:
    """Return the path of a layer's page."""
    return f"models/{model}/{layer_name(layer)}/{INDEX}"


def feature_page(model: str, layer: str, feature: int) -> str:
    """Return the path of a feature's page.

    >>> feature_page("vgg16", "block4_pool", 44)
    'models/vgg16/block4_pool/44/index.html'
    """
    return f"models/{model}/{layer_name(layer)}/{feature}/{INDEX}"


def examples_path(model: str, layer: str, feature: int, suffix: str = "svg") -> str:
    """Return the path of a feature's montage, the strongest places of a data set; small as ``jpg``.

    >>> examples_path("vgg16", "block4_pool", 44)
    'models/vgg16/block4_pool/44/examples.svg'
    """
    return f"models/{model}/{layer_name(layer)}/{feature}/examples.{suffix}"


def example_link(page: str, model: str, layer: str, feature: int, place: int, view: str) -> str:
    """Return the relative link from a page to one view of a place in a montage; ``place`` counts from 0."""
    anchor = f"{id_of(figure_name(model, layer, str(feature)))}.{place}.{view}"
    return f"{link(page, examples_path(model, layer, feature))}#{anchor}"


def class_page(model: str, name: str) -> str:
    """Return the path of a class's page; ``name`` is its WordNet id, or its label if it has none.

    A number is escaped, because a layer called ``classes`` may have a feature of that number.

    >>> class_page("own", "garden hose"), class_page("own", "10")
    ('models/own/classes/garden-20-hose/index.html', 'models/own/classes/-31-0/index.html')
    """
    folder = _folder_name(id_of(name))
    if folder.isdigit():
        folder = f"-{ord(folder[0]):x}-{folder[1:]}"
    return f"models/{model}/classes/{folder}/{INDEX}"


def figure_name(image: str, model: str, layer: str, method: str = "") -> str:
    """Return the name of a panel, the prefix of all ids in it.

    >>> figure_name("cat", "vgg16", "block1_pool"), figure_name("cat", "vgg16", "block1_pool", "guided")
    ('cat-vgg16-block1_pool', 'cat-vgg16-guided-block1_pool')
    """
    return "-".join((image, model, method, layer) if method else (image, model, layer))


def id_of(name: str) -> str:
    """Return a name as an id that needs no escaping in HTML, CSS and addresses.

    >>> id_of("cat-vgg16-block1_conv1:preactivation")
    'cat-vgg16-block1_conv1-3a-preactivation'
    """
    return re.sub(r"[^A-Za-z0-9_-]", lambda match: f"-{ord(match[0]):x}-", name)


def pair_anchor(image: str, model: str, layer: str, place: int, method: str = "") -> str:
    """Return the id of the SVG view of one feature's pair in a panel; ``place`` counts from 0.

    >>> pair_anchor("cat", "vgg16", "block1_pool", 2)
    'cat-vgg16-block1_pool.2.view'
    """
    return f"{id_of(figure_name(image, model, layer, method))}.{place}.view"


def pair_link(page: str, image: str, model: str, layer: str, place: int, method: str = "") -> str:
    """Return the relative link from a page to one feature's pair in a panel.

    >>> pair_link("images/cat/index.html", "cat", "vgg16", "block1_pool", 2)
    'vgg16/block1_pool.svg#cat-vgg16-block1_pool.2.view'
    """
    path = panel_path(image, model, layer, method)
    return f"{link(page, path)}#{pair_anchor(image, model, layer, place, method)}"


def view_link(page: str, image: str, model: str, layer: str, place: int, view: str, method: str = "") -> str:
    """Return the relative link from a page to one view of a feature in a panel: a map, or its reconstruction.

    >>> view_link("images/cat/index.html", "cat", "vgg16", "block1_pool", 2, "map")
    'vgg16/block1_pool.svg#cat-vgg16-block1_pool.2.map'
    """
    return pair_link(page, image, model, layer, place, method).removesuffix("view") + view


def view_anchor(model: str) -> str:
    """Return the id of a model's section in an image's page; the slash avoids collisions with other ids."""
    return f"{model}/"


def panel_anchor(model: str, layer: str) -> str:
    """Return the id of a layer's figure in an image's page.

    >>> panel_anchor("vgg16", "block1_conv1:preactivation")
    'vgg16/block1_conv1-preactivation'
    """
    return f"{model}/{layer_name(layer)}"


def link(page: str, target: str) -> str:
    """Return the relative link from one path to another, escaped for use in a URL.

    >>> link("images/cat/index.html", "assets/style.css")
    '../../assets/style.css'
    >>> link("images/cat/index.html", "images/cat/picture.jpg"), link("index.html", "index.html")
    ('picture.jpg', 'index.html')
    """
    here, there = page.split("/")[:-1], target.split("/")
    shared = 0
    while shared < min(len(here), len(there) - 1) and here[shared] == there[shared]:
        shared += 1
    return quote("/".join([".."] * (len(here) - shared) + there[shared:]))


def address(base_url: str, path: str) -> str:
    """Return the absolute address of a path; an ``index.html`` has the address of its folder.

    >>> address("https://example.org/gallery", "images/cat/index.html")
    'https://example.org/gallery/images/cat/'
    """
    folder, name = posixpath.split(path)
    shown = f"{folder}/".lstrip("/") if name == INDEX else path
    return f"{base_url.rstrip('/')}/{quote(shown)}"


def _folder_name(name: str) -> str:
    """Return a name short enough for a folder; a long name is cut and gets its checksum as suffix.

    >>> _folder_name("tabby"), len(_folder_name("-732b-" * 50))
    ('tabby', 133)
    """
    if len(name) <= LONGEST_NAME:
        return name
    return f"{name[:LONGEST_NAME]}-{hashlib.sha256(name.encode()).hexdigest()[:12]}"
