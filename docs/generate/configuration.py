"""Generate ``docs/reference/configuration.md`` from the schema that validates a configuration.

``make reference`` runs it. Types, defaults, choices and descriptions come from the schema. The examples are
here, one for each key; a test loads each of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from generator.config import schema
from generator.networks import registry
from generator.records.choices import either

Schema = Mapping[str, Any]

HEAD = """\
# Configuration

`make reference` generates this page from the schema that validates a configuration.

One YAML file describes a gallery, by default `gallery_config.yml`. Two keys are required:
`inputs` and `models`.

```yaml
inputs: [inputs/]
models:
  - name: squeezenet
```

Paths are relative to the file. The first line below is for editors with a YAML language server: they complete
keys and mark mistakes as you type. Copy the schema from the checkout to the file's folder, or write its path:

```yaml
# yaml-language-server: $schema=gallery_config.schema.json
inputs: [inputs/]
models: [{name: vgg16, weights: hed}]
```

All mistakes are reported at once, each with line, column, what was found, what was expected and the nearest
valid name. Nothing is touched, and the exit status is 2.

```yaml
# mistakes.yml
inputs: [inputs/]
top_featurs: 3
models:
  - name: squeezenet
    layers: [maxpool1, fire99]
```

```sh
gallery check -c mistakes.yml
```

```text
mistakes.yml:3:1: unknown key 'top_featurs'; nearest: top_features; known keys: base_url, bias, ...
mistakes.yml:6:24: models[0].layers: no layer 'fire99' in squeezenet; nearest: fire9
```
"""

SECTIONS = {
    "": ("The gallery", "Keys at the top of the file."),
    "PictureKeys": (
        "A picture",
        "An entry of `inputs` is a path, or a mapping with the keys below. If the path matches several "
        "pictures, all keys but `title`, `alt`, `caption` and `slug` apply to each of them. What a picture "
        "says of `layers`, `features` and `method` goes before what a model says, and that before the "
        "gallery's `method`. A picture is on the page of a feature if it shows the layer; where the pictures "
        "of such a page differ in their method, each says which it is.",
    ),
    "CreditKeys": (
        "A credit",
        "The key `credit` of a picture is its author's name, or a mapping with these keys.",
    ),
    "DatasetKeys": (
        "A data set",
        "The key `dataset` is a path, or a mapping with these keys. [Scan a data "
        "set](../how-to/scan-a-data-set.md) says what a data set is.",
    ),
    "LinkKeys": ("A link", "An entry of `links` is a mapping with these keys; both are required."),
    "ModelKeys": ("A model", "An entry of `models` is a mapping with these keys."),
}

CREDIT = "inputs:\n  - path: inputs/chelsea.jpg\n    credit:\n"

EXAMPLES = {
    "": {
        "title": "title: Looking at cats",
        "description": "description: What two networks see in our cats.",
        "base_url": "base_url: https://example.github.io/gallery/",
        "cname": "cname: gallery.example.org",
        "output": "output: public/",
        "inputs": """\
inputs:
  - inputs/*.jpg
  - path: inputs/chelsea.jpg
    title: Chelsea""",
        "sort": "sort: title",
        "pages": "pages: texts/",
        "models": """\
models:
  - name: squeezenet
  - name: vgg16
    weights: hed""",
        "dataset": "dataset: inputs/",
        "top_features": "top_features: 5",
        "feature_pictures": "feature_pictures: 10",
        "method": "method: guided",
        "compare": "compare: [guided, gradient]",
        "seed": "seed: peak",
        "bias": "bias: subtract",
        "scale": "scale: minmax",
        "fit": "fit: pad",
        "views": "views: [map, reconstruction, seen]",
        "templates": "templates: theme/",
        "links": """\
links:
  - {title: Digits, address: digits/}
  - {title: Our institute, address: https://example.org/}""",
        "cache_limit": "cache_limit: 20GB",
        "memory_budget": "memory_budget: 1.5GiB",
    },
    "PictureKeys": {
        "path": "inputs:\n  - path: inputs/",
        "title": "inputs:\n  - path: inputs/chelsea.jpg\n    title: Chelsea the cat",
        "alt": "inputs:\n  - path: inputs/chelsea.jpg\n    alt: A tabby cat with green eyes.",
        "credit": "inputs:\n  - path: inputs/chelsea.jpg\n    credit: Stefan van der Walt",
        "tags": "inputs:\n  - path: inputs/\n    tags: [animal, holiday 2025]",
        "caption": "inputs:\n  - path: inputs/chelsea.jpg\n    caption: Chelsea, a *tabby*, in 2013.",
        "hidden": "inputs:\n  - inputs/\n  - path: inputs/chelsea.jpg\n    hidden: true",
        "draft": "inputs:\n  - inputs/\n  - path: inputs/chelsea.jpg\n    draft: true",
        "layers": """\
inputs:
  - path: inputs/chelsea.jpg
    layers: [fire9]
  - path: inputs/hen.jpg
    layers: {squeezenet: convs}""",
        "features": """\
inputs:
  - path: inputs/chelsea.jpg
    features: {maxpool5: [7, 44]}
  - path: inputs/hen.jpg
    features: {squeezenet: {maxpool5: [29]}}""",
        "method": "inputs:\n  - inputs/\n  - path: inputs/chelsea.jpg\n    method: guided",
        "slug": "inputs:\n  - path: inputs/chelsea.jpg\n    slug: our-cat",
    },
    "CreditKeys": {
        "author": f"{CREDIT}      author: Stefan van der Walt",
        "licence": f"{CREDIT}      licence: CC0 1.0",
        "licence_url": f"{CREDIT}      licence_url: https://creativecommons.org/publicdomain/zero/1.0/",
        "source_url": f"{CREDIT}      source_url: https://scikit-image.org/docs/stable/api/skimage.data.html",
    },
    "DatasetKeys": {
        "source": "dataset:\n  source: inputs/",
        "examples": "dataset:\n  source: inputs/\n  examples: 16",
        "layers": "dataset:\n  source: inputs/\n  layers: all",
        "distinct": "dataset:\n  source: inputs/\n  distinct: false",
    },
    "LinkKeys": {
        "title": "links:\n  - {title: Digits, address: ../digits/}",
        "address": "links:\n  - {title: Digits, address: 'https://example.org/digits/'}",
    },
    "ModelKeys": {
        "name": "models:\n  - name: squeezenet\n  - name: shapes.keras",
        "weights": "models:\n  - name: vgg16\n    weights: hed",
        "variant": "models:\n  - name: vgg16\n    weights: hed\n    variant: atrous",
        "input_size": "models:\n  - name: vgg16\n    weights: hed\n    input_size: [320, 480]",
        "code": "models:\n  - name: mine.keras\n    code: layers.py",
        "preprocessing": "models:\n  - name: shapes.keras\n    preprocessing: unit",
        "predictions": "models:\n  - name: shapes.keras\n    predictions: classes",
        "labels": "models:\n  - name: shapes.keras\n    labels: shapes.txt",
        "display": "models:\n  - name: mine.keras\n    display: [2, 1, 0]",
        "fit": """\
models:
  - name: squeezenet
  - name: squeezenet
    slug: whole-pictures
    fit: pad""",
        "layers": """\
models:
  - name: squeezenet
    layers: pools
  - name: squeezenet
    slug: two-layers
    layers: [maxpool1, fire9]""",
        "features": """\
models:
  - name: squeezenet
    features:
      fire9: [7, 44]
      predictions: [tabby cat, 285]""",
        "method": "models:\n  - name: squeezenet\n  - name: vgg16\n    method: guided",
        "dataset": """\
dataset: inputs/
models:
  - name: squeezenet
    dataset: [fire9]
  - name: vgg16
    dataset: false""",
        "slug": "models:\n  - name: squeezenet\n    slug: small-network",
        "title": "models:\n  - name: squeezenet\n    title: A small network",
    },
}


def page() -> str:
    """Return the page in Markdown."""
    whole = schema(registry.catalogue())
    parts = {"": whole, **whole["$defs"]}
    return HEAD + "".join(_section(name, parts[name]) for name in SECTIONS)


def _section(name: str, part: Schema) -> str:
    title, intro = SECTIONS[name]
    needed = part.get("required", ())
    of = f" of {title.lower()}" if name else ""
    return f"\n## {title}\n\n{intro}\n" + "".join(
        f"\n### `{key}`{of}\n\n{_key(known, key in needed, EXAMPLES[name][key])}"
        for key, known in part["properties"].items()
    )


def _key(known: Schema, needed: bool, example: str) -> str:
    """Return the entry of one key: description, accepted values, default, example."""
    facts = " ".join(filter(None, (f"*Accepts* {kind(known)}.", _default(known, needed))))
    return f"{known['description']}\n\n{facts}\n\n```yaml\n{example}\n```\n"


def _default(known: Schema, needed: bool) -> str:
    """Return the default of a key, or nothing if its description already says it."""
    if needed:
        return "*Required.*"
    if "default" not in known:
        return "" if "by default" in known["description"] else "*Default:* none."
    default = known["default"]
    shown = default if isinstance(default, str) else json.dumps(default)
    return f"*Default:* `{shown}`." if shown not in ("", "[]") else "*Default:* none."


def kind(known: Schema) -> str:
    """Describe the values that a part of the schema accepts.

    >>> kind({"type": "array", "items": {"type": "integer", "minimum": 1}})
    'a list of whole numbers from 1'
    """
    if "const" in known:
        return f"`{json.dumps(known['const'])}`"
    if "enum" in known:
        return either([f"`{choice}`" for choice in known["enum"]])
    choices = known.get("oneOf", known.get("anyOf", ()))
    if choices:
        return either([kind(choice) for choice in choices])
    if "$ref" in known:
        title, _ = SECTIONS[known["$ref"].rpartition("/")[2]]
        return f"[a mapping](#{title.lower().replace(' ', '-')})"
    return _TYPES[known.get("type", "string")](known)


def _array(known: Schema) -> str:
    count = known.get("maxItems")
    return f"a list of {f'{count} ' if count else ''}{_several(known['items'])}"


def _several(known: Schema) -> str:
    """Return the plural of ``kind``."""
    words = kind(known)
    plurals = {"a whole number": "whole numbers", "text": "texts", "[a mapping]": "[mappings]"}
    for one, more in plurals.items():
        words = words.replace(one, more)
    return words


def _object(known: Schema) -> str:
    return f"a mapping of names to {kind(known['additionalProperties']).replace('a list', 'lists', 1)}"


def _text(known: Schema) -> str:
    form = f" of the form `{known['pattern']}`" if "pattern" in known else ""
    such = (
        f", such as {either([f'`{example}`' for example in known['examples']])}"
        if "examples" in known
        else ""
    )
    return f"text{form}{such}"


_TYPES = {
    "string": _text,
    "integer": lambda known: (
        f"a whole number from {known['minimum']}" + (f" to {known['maximum']}" if "maximum" in known else "")
    ),
    "array": _array,
    "boolean": lambda _known: "true or false",
    "object": _object,
}
