"""Damage: from bytes to other bytes, the same for the same random numbers."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib

import onnx

INTEGERS = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 2**63 - 1, 2**64 - 1)
LARGEST_BYTES = 200_000  # of a case: repeated pieces must not make the run slow


def damaged(random, content, words, others=()):
    """Return the bytes with one to six pieces of damage."""
    for _ in range(random.choice((1, 1, 2, 3, 6))):
        content = random.choice(DAMAGES)(random, content, words, others)[:LARGEST_BYTES]
    return content


def _place(random, content):
    """Return a slice of at least nothing and mostly a few bytes."""
    start = random.randrange(len(content) + 1)
    return start, min(len(content), start + random.choice((1, 2, 4, 8, 64, 1024)))


def flip(random, content, words, others):
    changed = bytearray(content)
    for _ in range(random.randint(1, 8)):
        if changed:
            changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def cut(random, content, words, others):
    return content[: random.randrange(len(content) + 1)]


def remove(random, content, words, others):
    start, end = _place(random, content)
    return content[:start] + content[end:]


def repeat(random, content, words, others):
    start, end = _place(random, content)
    return content[:end] + content[start:end] * random.choice((1, 2, 100)) + content[end:]


def splice(random, content, words, others):
    if not others:
        return content
    other, (start, end) = random.choice(others), _place(random, content)
    first = random.randrange(len(other) + 1)
    return content[:start] + other[first : first + random.choice((8, 256, len(other)))] + content[end:]


def write_word(random, content, words, others):
    start, end = _place(random, content)
    return content[:start] + random.choice(words) + content[random.choice((start, end)) :]


def write_integer(random, content, words, others):
    width = random.choice("BHIQ")
    code = random.choice("<>") + width
    size = struct.calcsize(code)
    start = random.randrange(len(content) + 1)
    value = random.choice(INTEGERS) % 2 ** (8 * size)
    return content[:start] + struct.pack(code, value) + content[start + size :]


DAMAGES = (flip, flip, cut, remove, repeat, splice, write_word, write_integer, write_integer)


def damaged_lines(random, content, words, others=()):
    """Return a text with lines doubled, dropped, moved, indented, or with other values."""
    lines = content.split(b"\n")
    for _ in range(random.choice((1, 2, 4))):
        place = random.randrange(len(lines))
        match random.randrange(6):
            case 0:
                lines.insert(place, random.choice(lines))
            case 1 if len(lines) > 1:
                del lines[place]
            case 2:
                lines[place] = b" " * random.choice((1, 2, 4, 60)) + lines[place].lstrip()
            case 3:
                key, colon, _ = lines[place].partition(b":")
                lines[place] = key + colon + b" " + random.choice(words)
            case 4:
                lines[place] = random.choice(words) + b": " + lines[place]
            case _:
                lines[place] = damaged(random, lines[place], words)
    return b"\n".join(lines)[:LARGEST_BYTES]


def damaged_png(random, content, words, others=()):
    """Return a PNG with other chunks whose checksums are right, so that its decoder goes on."""
    chunks, position = [], 8
    while position + 12 <= len(content):
        (length,) = struct.unpack(">I", content[position : position + 4])
        chunks.append([content[position + 4 : position + 8], content[position + 8 : position + 8 + length]])
        position += 12 + length
    chunk = random.choice(chunks)
    match random.randrange(4):
        case 0:
            chunks.insert(random.randrange(len(chunks)), list(chunk))
        case 1:
            chunks.remove(chunk)
        case _:
            chunk[1] = damaged(random, chunk[1], words)
    framed = (struct.pack(">I", len(body)) + kind + body + _checksum(kind + body) for kind, body in chunks)
    return content[:8] + b"".join(framed)


def _checksum(body):
    return struct.pack(">I", zlib.crc32(body))


def damaged_zip(random, content, words, others=()):
    """Return a whole archive with one member changed inside, renamed, doubled or left out."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = [[name, archive.read(name)] for name in archive.namelist()]
    member = random.choice(members)
    match random.randrange(8):
        case 0:
            member[0] = random.choice(("../" + member[0], "/" + member[0], member[0] * 9000, "a\\b", ""))
        case 1:
            members.append(list(member))
        case 2:
            members.remove(member)
        case 3 | 4 | 5 if member[0].endswith(".json"):
            member[1] = damaged_json(random, member[1])
        case _:
            member[1] = damaged(random, member[1], words)
    return packed(members, random.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)))


def packed(members, compression=zipfile.ZIP_STORED):
    """Return a zip of (name, content), without a clock."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members:
            entry = zipfile.ZipInfo(name[:65_000])
            entry.compress_type = compression
            archive.writestr(entry, content)
    return file.getvalue()


LAMBDA = {"class_name": "__lambda__", "config": {"code": "4wE=", "defaults": None, "closure": None}}
HOSTILE = (
    None, True, -1, 0, 2**31, 10**30, 1e308, "", "x", "../x", [], {}, [[]], [1, 2, 3], [None],
    {"class_name": "Lambda", "config": {"name": "l", "function": LAMBDA}},
    {"module": "os", "class_name": "system", "config": "true", "registered_name": None},
    {"module": "keras.layers", "class_name": "TorchModuleWrapper", "config": {}, "registered_name": None},
    {"module": "builtins", "class_name": "eval", "config": {"name": "x"}, "registered_name": "builtins>eval"},
    {"class_name": "__tensor__", "config": {"value": [1], "dtype": "float32"}},
    {"class_name": "__numpy__", "config": {"value": [1], "dtype": "object"}},
)  # fmt: skip


def damaged_json(random, content):
    """Return JSON in which some values are missing, elsewhere, or of another kind."""
    tree = json.loads(content)
    for _ in range(random.choice((1, 1, 2, 4))):
        holders = list(_holders(tree))
        if not holders:
            break
        holder, other = random.choice(holders), random.choice(holders)
        key = random.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
        match random.randrange(4):
            case 0:
                del holder[key]
            case 1:
                holder[key] = json.loads(json.dumps(other))
            case 2 if isinstance(holder[key], int):
                holder[key] = random.choice(INTEGERS)
            case _:
                holder[key] = random.choice(HOSTILE)
    return json.dumps(tree).encode()


def _holders(tree):
    """Yield every list and mapping that holds anything."""
    if isinstance(tree, dict | list) and tree:
        yield tree
        for value in tree.values() if isinstance(tree, dict) else tree:
            yield from _holders(value)


def words_of(*contents):
    """Return the words and numbers in texts, for a dictionary."""
    return sorted({word for text in contents for word in text.replace(b":", b" ").split() if len(word) < 40})


OPERATORS = (
    *("Conv", "ConvTranspose", "Gemm", "MatMul", "MaxPool", "AveragePool", "Pad", "Resize", "Reshape"),
    *("Squeeze", "Unsqueeze", "Slice", "Split", "Concat", "Gather", "Transpose", "Add", "Mul", "Div"),
    *("Clip", "Expand", "Range", "ConstantOfShape", "Shape", "PRelu", "ReduceMean", "LayerNormalization"),
)
OPTIONS = (
    *("axis", "axes", "pads", "strides", "group", "kernel_shape", "perm", "alpha", "ceil_mode", "dilations"),
)
SIGNED = (*(one - 2**64 * (one >= 2**63) for one in INTEGERS), -1, -2, 2, 3, 1000, 2**31, -(2**63))


def damaged_graph(random, content, words, others=()):
    """Return an ONNX file with other operators, options, shapes, constants or edges."""
    model = onnx.load_model_from_string(content)
    for _ in range(random.choice((1, 1, 2, 3))):
        random.choice((_other_node, _other_node, _other_tensor, _other_input))(random, model.graph)
    return model.SerializeToString(deterministic=True)


def _other_node(random, graph):
    node = random.choice(graph.node)
    names = [one.name for one in graph.initializer] + [one for each in graph.node for one in each.output]
    match random.randrange(5):
        case 0:
            node.op_type = random.choice(OPERATORS)
        case 1 | 2 if node.attribute:
            _other_attribute(random, random.choice(node.attribute))
        case 3 if node.input:
            node.input[random.randrange(len(node.input))] = random.choice([*names, "", "image"])
        case _:
            value = random.choice(SIGNED)
            added = random.choice((value, [value] * 4, 0.5, b"x"))
            node.attribute.append(onnx.helper.make_attribute(random.choice(OPTIONS), added))


def _other_attribute(random, attribute):
    if attribute.ints:
        attribute.ints[random.randrange(len(attribute.ints))] = random.choice(SIGNED)
    elif attribute.type == onnx.AttributeProto.INT:
        attribute.i = random.choice(SIGNED)
    else:
        attribute.type = random.choice((1, 2, 3, 4, 5, 6, 7, 8))


def _other_input(random, graph):
    place = random.randrange(4)
    graph.input[0].type.tensor_type.shape.dim[place].dim_value = random.choice(SIGNED)


def _other_tensor(random, graph):
    tensor = random.choice(graph.initializer)
    match random.randrange(4):
        case 0 if tensor.dims:
            tensor.dims[random.randrange(len(tensor.dims))] = random.choice(SIGNED)
        case 1:
            tensor.data_type = random.randrange(24)
        case 2:
            tensor.raw_data = tensor.raw_data[: random.randrange(len(tensor.raw_data) + 1)]
        case _ if tensor.raw_data:
            width = 8 if tensor.data_type == onnx.TensorProto.INT64 else 4
            number = struct.pack("<q", random.choice(SIGNED))[:width]
            start = random.randrange(0, len(tensor.raw_data), width)
            tensor.raw_data = tensor.raw_data[:start] + number + tensor.raw_data[start + width :]
