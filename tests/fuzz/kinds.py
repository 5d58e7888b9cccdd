"""The kinds of files: the seeds that they start from, how they are damaged, and which code reads them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from generator import images
from generator.analysis import inspection
from generator.config import load_config
from generator.errors import GalleryError
from generator.networks import choice, model_file, pickles, registry, torch_archive
from generator.networks.arrays import has_layers, read_arrays
from generator.records.channels import ModelInput
from tests.fuzz import mutation, seeds

SMALL_PIXELS = 1_000_000


@dataclass(frozen=True)
class Kind:
    """One kind of file; ``damages`` are ways to damage it, ``words`` what a dictionary of it has."""

    suffix: str
    seeds: Callable[[], Sequence[bytes]]
    damages: Sequence[Callable[..., bytes]]
    words: Sequence[bytes]
    read: Callable[[Path], None]


def read_config(path):
    """Read a file as the configuration of a folder with the pictures of the example."""
    inputs = path.parent / "inputs"
    if not inputs.exists():
        inputs.symlink_to(seeds.ROOT / "inputs")
    load_config(path, registry.catalogue(), choice.known, inspection.describe)


def read_picture(path):
    """Read a file as a build does, and make the copies of it where that is quick."""
    rgb = images.read(path)
    images.fit(rgb, (64, 64))
    if rgb.shape[0] * rgb.shape[1] <= SMALL_PIXELS:
        images.web_copy(rgb, 32)
        images.small_copy(rgb, 16)


def read_channels(path):
    """Read a file for models of several numbers of channels, and show what was read."""
    for channels in (2, 3, 4):
        with suppress(GalleryError):
            picture = images.read_for(path, ModelInput("net", channels, is_scaled=False))
            images.displayed(images.fit(picture, (8, 8)), (0,))


def read_weights(path):
    """Ask a file for its layers, and read them."""
    has_layers(path, ("predictions",))
    read_arrays(path, seeds.EXPECTED)


def read_model(path):
    """Read the weights of a file, and load it as a user's own model."""
    for read in (read_weights, model_file.load):
        try:
            read(path)
        except GalleryError:
            continue


def read_graph(path):
    """Translate a file, and ask it for its size."""
    model_file.has_open_size(path)
    model_file.load(path, (16, 16))


def read_pickle(path):
    """Read a file by both unpicklers, as if its checksum were known."""
    for read in (pickles.read_pickle, torch_archive.read_torch):
        try:
            read(path)
        except GalleryError:
            continue


ONNX_WORDS = (
    *(b"Conv", b"Relu", b"Reshape", b"Pad", b"Resize", b"Split", b"Slice", b"ConstantOfShape", b"Expand"),
    *(b"axes", b"pads", b"strides", b"kernel_shape", b"group", b"image", b"../x", b"location", b"If"),
    *(b"\xff\xff\xff\xff\xff\xff\xff\xff\x7f", b"\x80\x80\x80\x80\x10", b"\x08\x0a", b"\x10\x01"),
)
HDF5_WORDS = (
    *(b"\x89HDF\r\n\x1a\n", b"TREE", b"HEAP", b"SNOD", b"OHDR", b"OCHK", b"GCOL", b"FRHP", b"BTHD", b"FADB"),
    *(
        b"weight_names",
        b"layer_names",
        b"model_weights",
        b"model_config",
        b"vars",
        b"name",
        b"/",
        b"..",
        b"\0" * 8,
        b"\xff" * 8,
    ),
)
PICTURE_WORDS = (
    *(
        b"IHDR",
        b"IDAT",
        b"PLTE",
        b"tRNS",
        b"iCCP",
        b"eXIf",
        b"acTL",
        b"fcTL",
        b"fdAT",
        b"IEND",
        b"zTXt",
        b"iTXt",
    ),
    *(
        b"\xff\xd8",
        b"\xff\xc0",
        b"\xff\xc2",
        b"\xff\xda",
        b"\xff\xe1",
        b"\xff\xe2",
        b"II*\0",
        b"MM\0*",
        b"GIF89a",
    ),
    *(
        b"RIFF",
        b"VP8X",
        b"VP8L",
        b"ALPH",
        b"ANIM",
        b"ftypavif",
        b"meta",
        b"iloc",
        b"jP  ",
        b"ihdr",
        b"BM",
        b"P7\n",
    ),
)
CONFIG_WORDS = (
    *(
        b"inputs",
        b"models",
        b"path",
        b"layers",
        b"all",
        b"features",
        b"predictions",
        b"null",
        b"true",
        b"-1",
        b"1e9",
    ),
    *(
        b"[]",
        b"{}",
        b"- ",
        b"[",
        b"]",
        b"{",
        b"}",
        b"&a",
        b"*a",
        b"!!python/name:os.system",
        b"? ",
        b"|",
        b">",
        b"%",
    ),
    *(b"\xff", b"\0", b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"\\ud800", b"'", b'"', b"\t", b"#", b"---", b"..."),
    *(
        b"**/*",
        b"../..",
        b"/dev/zero",
        b"/proc/self/mem",
        b"x" * 300,
        b"inputs/chelsea.jpg",
        b"mine.keras",
        b"my.h5",
    ),
)
ZIP_WORDS = (
    b"PK\3\4",
    b"PK\1\2",
    b"PK\5\6",
    b"PK\6\6",
    b"config.json",
    b"model.weights.h5",
    b"../",
    *HDF5_WORDS,
)
ARRAY_WORDS = (
    *(b"\x93NUMPY\1\0", b"\x93NUMPY\2\0", b"\x93NUMPY\3\0", b"PK\3\4", b"PK\1\2", b"PK\5\6", b"PK\6\6"),
    *(b"'descr'", b"'shape'", b"'fortran_order'", b"True", b"|O", b"|u1", b"<u2", b">f8", b"<f4", b"|V8"),
    *(b"(4,)", b"()", b"(-1, 4, 4)", b"99999999999", b"(0, 4, 4)", b"1e9", b"[", b"{" * 99, b"\xff\xff"),
)
PICKLE_WORDS = (
    *(
        b"cos\nsystem\n",
        b"cbuiltins\neval\n",
        b"(S'true'\ntR.",
        b"\x93",
        b"\x81",
        b"\x92",
        b"R",
        b"b",
        b"Q",
        b"\x86",
    ),
    *(
        b"cnumpy.core.multiarray\n_reconstruct\n",
        b"cnumpy\ndtype\n",
        b"cnumpy\nndarray\n",
        b"O8",
        b"f4",
        b"j",
        b"h\0",
    ),
)
RAW, LINES, PNG = mutation.damaged, mutation.damaged_lines, mutation.damaged_png


def picture_damage(random, content, words, others):
    """Return a picture damaged as its format allows."""
    whole = content.startswith(b"\x89PNG") and random.random() < 0.5
    return (PNG if whole else RAW)(random, content, words, others)


def array_damage(random, content, words, others):
    """Return a file of NumPy damaged as bytes, or an archive also in its members."""
    whole = content.startswith(b"PK") and random.random() < 0.5
    return (mutation.damaged_zip if whole else RAW)(random, content, words, others)


KINDS = {
    "config": Kind(".yml", seeds.configs, (LINES, LINES, RAW), CONFIG_WORDS, read_config),
    "picture": Kind(".img", seeds.pictures, (picture_damage,), PICTURE_WORDS, read_picture),
    "array": Kind(".npz", seeds.numpy_files, (array_damage,), ARRAY_WORDS, read_channels),
    "channels": Kind(".tif", seeds.channels, (RAW,), PICTURE_WORDS, read_channels),
    "h5": Kind(".h5", seeds.h5_files, (RAW,), HDF5_WORDS, read_model),
    "keras": Kind(".keras", seeds.archives, (mutation.damaged_zip,) * 3 + (RAW,), ZIP_WORDS, read_model),
    "onnx": Kind(".onnx", seeds.graphs, (RAW, *(mutation.damaged_graph,) * 5), ONNX_WORDS, read_graph),
    "pickle": Kind(
        ".pkl", lambda: [*seeds.pickles(), *seeds.state_dicts()], (RAW,), PICKLE_WORDS, read_pickle
    ),
}


@cache
def seeds_of(kind):
    """Return the seeds of a kind, made once a process."""
    return tuple(KINDS[kind].seeds())


def case(kind, seed, number):
    """Return the bytes of one case: the same for the same kind, seed and number."""
    random, contents = Random(f"{kind} {seed} {number}"), seeds_of(kind)
    damage = random.choice(KINDS[kind].damages)
    return damage(random, random.choice(contents), KINDS[kind].words, contents)
