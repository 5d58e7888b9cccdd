"""Encoders of picture files, bit by bit from the specifications, for layouts that Pillow does not write.

PNG: https://www.w3.org/TR/png-3/; TIFF: Adobe's TIFF 6.0 of 1992; BMP: Microsoft's documentation of
BITMAPINFOHEADER and BITMAPV4HEADER; PBM, PGM and PPM: the manual of Netpbm.
"""

from __future__ import annotations

import struct
import zlib

import numpy as np

ADAM7 = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1))
"""The passes of an interlaced PNG: first row, first column, and the steps of both."""
GREY, RGB, PALETTE, GREY_ALPHA, RGB_ALPHA = 0, 2, 3, 4, 6


def packed(samples, bits, order=">"):
    """Return rows of samples (H, N) as bytes: highest bit first, each row filled up to a whole byte."""
    if bits >= 8:
        return np.ascontiguousarray(samples, f"{order}u{bits // 8}").tobytes()
    places = np.arange(bits - 1, -1, -1)
    ones = (np.asarray(samples)[..., np.newaxis] >> places & 1).reshape(len(samples), -1)
    return np.packbits(ones.astype(np.uint8), axis=1).tobytes()


def png_chunk(kind, content):
    """Return a chunk with its length and checksum."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(samples, bits, colour, *chunks, interlaced=False):
    """Return samples (H, W, C) as PNG of a colour type; ``chunks`` are (kind, content) before the pixels."""
    height, width = samples.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, interlaced)
    passes = ADAM7 if interlaced else ((0, 0, 1, 1),)
    rows = b"".join(
        b"\0" + packed(row.reshape(1, -1), bits)
        for top, left, down, across in passes
        for row in samples[top::down, left::across]
    )
    parts = [(b"IHDR", header), *chunks, (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*part) for part in parts)


def tiff(
    samples,
    bits,
    photometric,
    *,
    order="<",
    planar=False,
    deflated=False,
    content=None,
    reverses_bits=False,
    **tags,
):
    """Return samples (H, W, C) as TIFF in one strip, or in one for each plane.

    ``tags`` are further fields by name, each a list of short integers; ``content`` replaces the pixels.
    """
    height, width, channels = samples.shape
    planes = np.moveaxis(samples, -1, 0) if planar else [samples.reshape(height, -1)]
    strips = [packed(plane, bits, order) for plane in planes] if content is None else [content]
    if reverses_bits:
        strips = [
            np.packbits(np.unpackbits(np.frombuffer(one, np.uint8)), bitorder="little").tobytes()
            for one in strips
        ]
    strips = [zlib.compress(strip) for strip in strips] if deflated else strips
    fields = {
        256: [width],
        257: [height],
        258: [bits] * channels,
        259: [8 if deflated else 1],
        262: [photometric],
    }
    fields |= {277: [channels], 278: [height], 284: [1 + planar]}
    fields |= {TIFF_TAGS[name]: values for name, values in tags.items()}
    count = len(fields) + 2
    start = 8 + 2 + 12 * count + 4
    pool = b""

    def entry(tag, values, letter="H"):
        nonlocal pool
        body = struct.pack(f"{order}{len(values)}{letter}", *values)
        if len(body) > 4:
            body, pool = struct.pack(f"{order}I", start + len(pool)), pool + body
        kind = {"H": 3, "I": 4}[letter]
        return struct.pack(f"{order}HHI", tag, kind, len(values)) + body.ljust(4, b"\0")

    entries = {tag: entry(tag, values) for tag, values in fields.items()}
    sizes = [len(strip) for strip in strips]
    entries[279] = entry(279, sizes, "I")
    first = start + len(pool) + (4 * len(strips) if len(strips) > 1 else 0)
    entries[273] = entry(273, [first + sum(sizes[:place]) for place in range(len(sizes))], "I")
    head = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(f"{order}IH", 8, count)
    return head + b"".join(entries[tag] for tag in sorted(entries)) + bytes(4) + pool + b"".join(strips)


TIFF_TAGS = {
    "fill_order": 266,
    "colours": 320,
    "extra": 338,
    "sample_format": 339,
    "subsampling": 530,
}


def bmp(samples, bits, *, masks=(), palette=None, top_down=False, header_size=40):
    """Return samples (H, W) of whole pixels, or (H, W, 3) of 8-bit channels, as uncompressed BMP."""
    height, width = samples.shape[:2]
    rows = samples if top_down else samples[::-1]
    if rows.ndim == 3:
        body = rows[..., ::-1].astype(np.uint8).reshape(height, -1).tobytes()
    else:
        body = packed(rows, bits, "<")
    used = len(body) // height
    lines = (body[place : place + used] for place in range(0, len(body), used))
    pixels = b"".join(line + bytes(-used % 4) for line in lines)
    table = b"" if palette is None else np.pad(palette[:, ::-1], ((0, 0), (0, 1))).astype(np.uint8).tobytes()
    fields = struct.pack("<4I", *(*masks, 0)[:4]) if masks else b""
    extra = fields if header_size > 40 else fields[:12]
    colours = 0 if palette is None else len(palette)
    info = struct.pack(
        "<IiiHHIIiiII", header_size, width, -height if top_down else height, 1, bits, 3 * bool(masks), 0,
        0, 0, colours, 0,
    )  # fmt: skip
    head = info + extra.ljust(header_size - 40, b"\0") + table
    return b"BM" + struct.pack("<IHHI", 14 + len(head) + len(pixels), 0, 0, 14 + len(head)) + head + pixels


def netpbm(kind, samples, most=1):
    """Return samples (H, W, C) as ``P1`` to ``P6`` with a maximum; a 1 of PBM is black."""
    height, width = samples.shape[:2]
    head = f"{kind} {width} {height}\n" + (f"{most}\n" if kind not in ("P1", "P4") else "")
    if kind in ("P1", "P2", "P3"):
        return head.encode() + " ".join(map(str, samples.ravel().tolist())).encode() + b"\n"
    bits = 1 if kind == "P4" else 8 if most < 256 else 16
    return head.encode() + packed(samples.reshape(height, -1), bits)


def gif(indices, palette, *, canvas=None, at=(0, 0), transparent=None, background=0):
    """Return indices (H, W) below 128 as GIF: one frame at (left, top) of a canvas (width, height).

    The pixels are not compressed: every code has 8 bits, because the table is cleared before it grows.
    """
    height, width = indices.shape
    clear, end, run = 128, 129, 100
    codes = [clear]
    for place in range(0, indices.size, run):
        codes += [*indices.ravel()[place : place + run].tolist(), clear]
    data = bytes([*codes[:-1], end])
    blocks = (data[place : place + 255] for place in range(0, len(data), 255))
    table = np.zeros((128, 3), np.uint8)
    table[: len(palette)] = palette
    control = b"" if transparent is None else struct.pack("<3sBBHBB", b"!\xf9\x04", 0, 1, 0, transparent, 0)
    return b"".join(
        (
            b"GIF89a" + struct.pack("<HHBBB", *(canvas or (width, height)), 0xF6, background, 0),
            table.tobytes() + control[:3] + control[4:],
            b"," + struct.pack("<HHHHB", *at, width, height, 0) + b"\x07",
            *(bytes([len(block)]) + block for block in blocks),
            b"\0;",
        )
    )
