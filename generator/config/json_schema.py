"""The JSON schema of ``gallery_config.yml``, generated from the keys that validate it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from generator.config.keys import GalleryKeys
from generator.records import NetworkInfo


class _Untitled(GenerateJsonSchema):
    """Generates a JSON schema without titles; pydantic's titles only repeat the keys."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Return ``False``, so that no key gets a title."""
        del schema
        return False


def schema(networks: Mapping[str, NetworkInfo]) -> dict[str, Any]:
    """Return the JSON schema (draft 2020-12) of ``gallery_config.yml`` for these networks."""
    generated = GalleryKeys.model_json_schema(schema_generator=_Untitled)
    model = generated["$defs"]["ModelKeys"]["properties"]
    model["name"]["anyOf"] = [{"enum": list(networks)}, {"pattern": r"\.(keras|onnx|h5)$"}]
    model["variant"]["enum"] = list(
        dict.fromkeys(name for info in networks.values() for name in info.variants)
    )
    model["weights"]["examples"] = sorted(
        {name for info in networks.values() for name in info.weights_choices}
    )
    return {"$schema": GenerateJsonSchema.schema_dialect, **generated, "title": "gallery_config.yml"}


def json_schema_text(networks: Mapping[str, NetworkInfo]) -> str:
    """Return the text of ``gallery_config.schema.json``."""
    return json.dumps(schema(networks), indent=2, ensure_ascii=False) + "\n"
