"""Write the tables of the known networks' layers: ``python -m generator.analysis.layer_tables``."""

from __future__ import annotations

from generator.analysis import inspection
from generator.networks import registry, tables


def main() -> None:
    """Write every table."""
    for name in registry.names():
        for variant in registry.variants(name):
            model = registry.build(name, variant=variant)
            tables.write(name, variant, inspection.measure(model))


if __name__ == "__main__":
    main()
