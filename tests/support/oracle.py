"""``python -m tests.support.oracle``: compare every selected feature of every photograph with loop and tape.

For each photograph and network, print the largest difference as a share of the largest value: between the
single pass and the loop; between the single pass and a float64 gradient tape with overridden ReLU gradient;
and between the method ``gradient`` and ``tf.GradientTape``. Fail if a difference exceeds 1e-5.
"""

import sys
from pathlib import Path

from generator import deconvolve, load_network
from generator.analysis import inspection
from generator.config import load_config
from generator.networks import choice, registry
from tests.support import tapes

ROOT = Path(__file__).parents[2]
TOLERANCE = 1e-5


def errors(network, path, layers, count):
    """Return the worst errors of one photograph: from the loop, the overridden tape and the plain tape."""
    whole = deconvolve(network, path, layers, count)
    loop = deconvolve(network, path, layers, count, full=False)
    gradient = deconvolve(network, path, layers, count, method="gradient")
    chosen = {layer: whole.layers[layer].features for layer in layers}
    batch = network.preprocess(whole.input)
    overridden = tapes.reconstruct(network.model, batch, chosen, "deconvnet")
    plain = tapes.reconstruct(network.model, batch, chosen, "gradient")
    pairs = [
        (whole, {layer: loop.layers[layer].reconstructions for layer in layers}),
        (whole, {layer: network.colours(overridden[layer]) for layer in layers}),
        (gradient, {layer: network.colours(plain[layer]) for layer in layers}),
    ]
    return [
        max(tapes.worst_error(found.layers[layer].reconstructions, rows[layer]) for layer in layers)
        for found, rows in pairs
    ]


def main():
    config = load_config(ROOT / "gallery_config.yml", registry.catalogue(), choice.known, inspection.describe)
    worst = 0.0
    print(f"{'photograph':18} {'network':12} {'loop':>9} {'tape':>9} {'gradient':>9}")
    for spec in config.networks:
        network = load_network(spec.name, spec.weights)
        for image in config.images:
            found = errors(network, image.path, spec.layers, config.top_features)
            worst = max(worst, *found)
            numbers = " ".join(f"{error:9.1e}" for error in found)
            print(f"{image.slug:18} {spec.slug:12} {numbers}", flush=True)
    print(f"largest {worst:.1e}, tolerance {TOLERANCE:.0e}")
    return int(worst > TOLERANCE)


if __name__ == "__main__":
    sys.exit(main())
