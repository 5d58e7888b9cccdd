"""The undamaged files: a small one of each layout that is read, with the same bytes every time."""

from __future__ import annotations

import io
import json
import pickle
import tempfile
import zipfile
from pathlib import Path

import h5py
import numpy as np
from onnx import numpy_helper
from PIL import Image, ImageCms

from tests.fuzz.mutation import packed
from tests.support import onnx_graphs

ROOT = Path(__file__).parents[2]
EXPECTED = {
    "block1_conv1": ((3, 3, 3, 4), (4,)),
    "block1_conv2": ((3, 3, 4, 4), (4,)),
    "predictions": ((16, 5), (5,)),
}
"""The layers of the weights files below, and their shapes."""

CONFIGS = (
    """\
title: Tiny
description: >
  Two
  lines.
base_url: https://example.org/gallery/
output: built
inputs:
  - inputs/
  - path: inputs/chelsea.jpg
    title: "A: \\u0041"
    alt: 'It''s a picture'
    credit: {author: Ann, licence: CC0, licence_url: "https://cc.org/0", source_url: "http://a.org?p=1#x"}
    tags: [animal, "dog"]
    slug: best
  - 'inputs/*o*.jpg'
models:
  - {name: squeezenet, layers: [fire9, conv1, predictions], slug: a, features: {predictions: [tabby, 285]}}
  - name: vgg16
    weights: hed
    layers: pools
    variant: atrous
    input_size: [64, 96]
top_features: 3
feature_pictures: 2
method: guided
compare: [gradient, deconvnet]
seed: peak
bias: subtract
scale: minmax
views: [map, seen]
memory_budget: 2GB
cache_limit: 1.5 GiB
""",
    "inputs: [inputs]\nmodels: [{name: squeezenet}]\n",
)


def configs():
    """Return configurations as bytes, the example of this project among them."""
    example = (ROOT / "gallery_config.yml").read_bytes()
    return [*(text.encode() for text in CONFIGS), example]


def numpy_files():
    """Return small pictures in NumPy's files, of every number type, alone and in archives."""
    bands = np.random.default_rng(1).integers(0, 256, (6, 7, 4), np.uint8)
    forms = [bands, bands[..., :2].astype("<u2"), bands[..., 0] / 9, bands.astype(">f4")]
    found = []
    for form in forms:
        for save in (np.save, np.savez, np.savez_compressed):
            save(alone := io.BytesIO(), form)
            found.append(alone.getvalue())
    return found


def channels():
    """Return small TIFFs of four channels: in one page, and in four."""
    bands = np.random.default_rng(1).integers(0, 256, (6, 7, 4), np.uint8)
    pages = [
        [Image.fromarray(np.ascontiguousarray(bands[..., one]) * scale) for one in range(4)]
        for scale in (np.uint8(1), np.uint16(257), np.float32(0.5))
    ]
    return [
        saved(Image.fromarray(bands), "TIFF", compression="tiff_lzw"),
        saved(Image.fromarray(bands[..., :2], "LA"), "TIFF"),
        *(saved(first, "TIFF", save_all=True, append_images=rest) for first, *rest in pages),
    ]


def pictures():
    """Return a small picture in every format and mode, with all that formats carry beside pixels."""
    rgb = np.random.default_rng(0).integers(0, 256, (24, 40, 3), np.uint8)
    picture = Image.fromarray(rgb)
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "a picture"
    exif.get_ifd(0x8825).update({1: "N", 2: (46.0, 57.0, 1.5)})
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = made[:24] + bytes(12) + made[36:]  # without the time of its making
    marked = {"exif": exif, "icc_profile": profile}
    return [
        saved(picture, "JPEG", quality=90, comment=b"a comment", **marked),
        saved(picture, "JPEG", progressive=True, subsampling=2),
        saved(picture.convert("CMYK"), "JPEG"),
        saved(picture, "PNG", **marked),
        saved(picture.convert("P"), "PNG", transparency=bytes(range(256))),
        saved(Image.fromarray(rgb[..., 0].astype(np.uint16) * 257), "PNG"),
        saved(picture.convert("LA"), "PNG"),
        saved(picture.convert("P"), "GIF", save_all=True, append_images=[picture.rotate(90).convert("P")]),
        saved(picture, "BMP"),
        saved(picture.convert("P"), "BMP"),
        saved(picture, "TIFF", compression="tiff_lzw", **marked),
        saved(picture.convert("CMYK"), "TIFF", compression="packbits"),
        saved(Image.fromarray(rgb[..., 0].astype(np.uint16) * 257), "TIFF"),
        saved(picture.convert("1"), "TIFF", compression="group4"),
        saved(picture.convert("LAB"), "TIFF"),
        saved(picture.convert("RGBA"), "WEBP", lossless=True, **marked),
        saved(picture, "WEBP", save_all=True, append_images=[picture.rotate(90)]),
        saved(picture, "AVIF", **marked),
        saved(picture, "JPEG2000"),
        saved(picture.convert("RGBA"), "JPEG2000", no_jp2=True),
        saved(picture, "PPM"),
        b"P3\n# plain\n2 2\n255\n" + b" ".join(str(n).encode() for n in range(12)),
        b"P6 3 2 65535\n" + bytes(range(36)),
        b"P4\n16 2\n" + bytes(4),
        b"Pf\n2 2\n-1.0\n" + np.ones(4, "<f4").tobytes(),
    ]


def saved(picture, kind, **options):
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def arrays():
    random = np.random.default_rng(3)
    return {
        layer: [random.standard_normal(shape).astype(np.float32) for shape in shapes]
        for layer, shapes in EXPECTED.items()
    }


def h5_files():
    """Return weights in each layout of HDF5: as Keras has written them, and as others may store them."""
    layouts = [_h5(write) for write in (_old, _old_model, _named, _numbered, _packed, _latest)]
    return [*layouts, _whole_h5()]


def _h5(write):
    file = io.BytesIO()
    write(file)
    return file.getvalue()


def _old(file, prefix="/", **options):
    with h5py.File(file, "w", **options) as opened:
        top = opened.require_group(prefix)
        top.attrs["layer_names"] = [name.encode() for name in EXPECTED]
        for layer, found in arrays().items():
            group = top.create_group(layer)
            names = [f"{layer}/{part}:0" for part in ("kernel", "bias")]
            group.attrs["weight_names"] = [name.encode() for name in names]
            for name, array in zip(names, found, strict=True):
                group[name] = array


def _old_model(file):
    _old(file, "model_weights")


def _latest(file):
    _old(file, libver="latest")


def _named(file):
    with h5py.File(file, "w") as opened:
        for number, (layer, found) in enumerate(arrays().items()):
            group = opened.create_group(f"layers/layer_{number}/vars")
            group.attrs["name"] = layer
            for index, array in enumerate(found):
                group[str(index)] = array


def _numbered(file):
    with h5py.File(file, "w") as opened:
        for key, found in zip(("conv2d", "conv2d_1", "dense"), arrays().values(), strict=True):
            for index, array in enumerate(found):
                opened[f"layers/{key}/vars/{index}"] = array


def _packed(file):
    """Write chunks, filters, checksums, a soft link and texts of variable length."""
    with h5py.File(file, "w") as opened:
        for number, (layer, found) in enumerate(arrays().items()):
            group = opened.create_group(f"layers/layer_{number}/vars")
            group.attrs.create("name", layer, dtype=h5py.string_dtype())
            for index, array in enumerate(found):
                group.create_dataset(
                    str(index), data=array, compression="gzip", shuffle=True, fletcher32=True
                )
        opened["again"] = h5py.SoftLink("/layers")


def archives():
    """Return ``.keras`` files: a plain, a nested and a sequential model, without the clock of Keras."""
    import keras

    from tests.support import tiny

    keras.utils.set_random_seed(7)
    layers = keras.layers
    inner = keras.Sequential([layers.Input((8, 8, 3)), layers.Conv2D(2, 3, name="conv")], name="inner")
    outer = keras.Sequential([layers.Input((8, 8, 3)), layers.Rescaling(1 / 255), inner, layers.Flatten()])
    return [_archive(model) for model in (tiny.network(), outer)]


def _whole_h5():
    """Return the file of a whole model; all its names are given, because Keras numbers its own."""
    import keras

    keras.utils.set_random_seed(7)
    layers = [keras.layers.Input((8, 8, 3), name="image"), keras.layers.Conv2D(2, 3, name="conv")]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.h5")
        keras.Sequential(layers, name="whole").save(path)
        return path.read_bytes()


def graphs():
    """Return ONNX files: with an operator of each family, with computed shapes, and of open size."""
    return [made().SerializeToString(deterministic=True) for made in (_residual, _computed, _open)]


def _residual():
    graph = onnx_graphs.Graph((1, 3, 16, 16), opset=18)
    x = graph.add("Relu", [graph.conv("image", 4, 3, pads=[0, 1, 1, 1], strides=[2, 2])])
    y = graph.conv(graph.add("MaxPool", [x], kernel_shape=[3, 3], pads=[1] * 4), 4, 4, group=4, pads=[1] * 4)
    x = graph.add("Add", [graph.add("Mul", [y, graph.add("Sigmoid", [y])]), x])
    x = graph.add("Concat", graph.add("Split", [x], outputs=2, axis=1, num_outputs=2), axis=1)
    x = graph.add("BatchNormalization", [x, *np.ones((4, 4), np.float32)])
    x = graph.add("AveragePool", [x], kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1, pads=[1, 0, 0, 0])
    x = graph.add("Flatten", [graph.add("GlobalAveragePool", [x])])
    return graph.model(graph.add("Softmax", [graph.add("Gemm", [x, graph.weights(4, 5)])]))


def _computed():
    graph = onnx_graphs.Graph((1, 3, 16, 16), opset=13)
    x = graph.add("Pad", ["image", np.array([0, 0, 1, 1] * 2)])
    x = graph.add("Resize", [x, "", np.array([1, 1, 2, 2], np.float32)], mode="linear")
    x = graph.add("Slice", [graph.add("Transpose", [x], perm=[0, 2, 3, 1]), *np.array([[1], [5], [2]])])
    batch = graph.add("Gather", [graph.add("Shape", [x]), np.array([0])])
    fill = graph.add("ConstantOfShape", [np.array([1])], value=numpy_helper.from_array(np.array([-1])))
    x = graph.add("Reshape", [x, graph.add("Concat", [batch, fill], axis=0)])
    return graph.model(graph.add("MatMul", [x, graph.weights(432, 3)]))


def _open():
    graph = onnx_graphs.Graph(("batch", 3, "height", "width"))
    x = graph.conv("image", 4, 3, scopes=["", "features", "features.0", "conv2d"])
    return graph.model(graph.add("ReduceMean", [x], axes=[2, 3]))


def _archive(model):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.keras")
        model.save(path)
        with zipfile.ZipFile(path) as archive:
            members = {name: archive.read(name) for name in sorted(archive.namelist())}
    facts = json.loads(members["metadata.json"]) | {"date_saved": "2020-01-01@00:00:00"}
    return packed((members | {"metadata.json": json.dumps(facts).encode()}).items())


def pickles():
    """Return a pickle as the package of SqueezeNet has it, and another protocol."""
    found = {layer: list(pair) for layer, pair in arrays().items()}
    return [pickle.dumps(found, protocol) for protocol in (0, 2, 4)]


def state_dicts():
    """Return a PyTorch state dict as before 1.6, written by hand: five pickles and a storage."""
    tensor = (
        b"\x80\x02ccollections\nOrderedDict\n)R(X\x08\x00\x00\x00c.weightctorch._utils\n_rebuild_tensor_v2\n"
        b"((X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x06NtQ"
        b"K\x00(K\x02K\x03t(K\x03K\x01t\x89)RtRu."
    )
    head = [b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9 j\xa8P\x19.", pickle.dumps(1001, 2)]
    machine = pickle.dumps({"protocol_version": 1001, "little_endian": True, "type_sizes": {}}, 2)
    numbers = (6).to_bytes(8, "little") + np.arange(6, dtype="<f4").tobytes()
    return [b"".join([*head, machine, tensor, pickle.dumps(["0"], 2), numbers])]
