"""Made-up entries of a large gallery, to measure and to test the search of a site with."""

from __future__ import annotations

from random import Random

from generator.pages.search_entries import Entry, EntryGroup

LAYERS, FEATURES, CLASSES, PICTURES, TAGS, ALBUMS, PAGES = 10, 500, 300, 200, 20, 10, 5
BEGINNINGS = ("Am", "Be", "Cor", "Du", "El", "Fa", "Gri", "Hu", "Iber", "Jo", "Kö", "Lé", "Mar", "Nu", "Or")
ENDINGS = ("ant", "bird", "cat", "dog", "eel", "fly", "grass", "hen", "ibis", "jay", "kite", "lark", "moth")


def parts(seed: int = 0) -> tuple[list[EntryGroup], dict[str, list[EntryGroup]]]:
    """Return the lone groups and the parts of an index of 5,000 features and 200 pictures."""
    random = Random(seed)
    labels = [f"{_word(random)} {_word(random)}" for _ in range(CLASSES)]
    tags = [_word(random).lower() for _ in range(TAGS)]
    pictures = [_picture(random, number, labels, tags) for number in range(PICTURES)]
    layers = [f"fire{number}" if number % 2 else f"block{number}_pool" for number in range(LAYERS)]
    lone = [
        EntryGroup("album", [_named(f"albums/{one}", _words(random, 3), random) for one in range(ALBUMS)]),
        EntryGroup("tag", [Entry(tag, f"tags/{tag}/index.html") for tag in dict.fromkeys(tags)]),
        EntryGroup("page", [_named(f"page-{one}", _words(random, 4), random) for one in range(PAGES)]),
    ]
    network = [
        EntryGroup("network", [Entry("SqueezeNet", "models/squeezenet/index.html")]),
        EntryGroup(
            "layer", [Entry(one, f"models/squeezenet/{one}/index.html") for one in layers], "SqueezeNet"
        ),
        *(EntryGroup("feature", _features(random, layer), "SqueezeNet", 1) for layer in layers),
        EntryGroup("class", [_class(number, label) for number, label in enumerate(labels)], "SqueezeNet"),
    ]
    return lone, {"models/squeezenet": network, "pictures/1": [EntryGroup("picture", pictures)]}


def _features(random: Random, layer: str) -> list[Entry]:
    """Return features, each with its pair in one of the pictures."""
    found = []
    for number in range(FEATURES):
        slug = f"picture-{random.randrange(PICTURES)}"
        view = f"#{slug}-squeezenet-{layer}.{random.randrange(3)}.reconstruction"
        link = f"models/squeezenet/{layer}/{number}/index.html"
        found.append(Entry(f"{layer}/{number}", link, f"images/{slug}/squeezenet/{layer}.svg{view}"))
    return found


def _class(number: int, label: str) -> Entry:
    name = f"n{number:08}"
    return Entry(label, f"models/squeezenet/classes/{name}/index.html", texts=(name,))


def _picture(random: Random, number: int, labels: list[str], tags: list[str]) -> Entry:
    guesses = random.sample(labels, 5)
    texts = (*guesses, *random.sample(tags, 2), _words(random, 12), _words(random, 30))
    link, small = f"images/picture-{number}/index.html", f"images/picture-{number}/thumbnail-320.webp"
    return Entry(f"{_words(random, 2)} {number}", link, small, f"{guesses[0]} 59 %", texts)


def _named(folder: str, name: str, random: Random) -> Entry:
    return Entry(name, f"{folder}/index.html", texts=(_words(random, 400),))


def _words(random: Random, count: int) -> str:
    return " ".join(_word(random) for _ in range(count))


def _word(random: Random) -> str:
    return random.choice(BEGINNINGS) + random.choice(ENDINGS)
