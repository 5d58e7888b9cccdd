"""The list of formats is that of Pillow, so that no readable file of a folder is passed over."""

from PIL import Image

from generator.records.picture_formats import FORMATS, HEIC, SUFFIXES


def test_every_suffix_of_a_format_that_is_read_is_known():
    Image.init()
    read = {known.pillow for known in FORMATS}
    of_pillow = {suffix for suffix, kind in Image.registered_extensions().items() if kind in read}
    without_white = {".pfm"}  # always 32-bit floats, which are refused
    assert of_pillow - without_white == set(SUFFIXES) - {*HEIC.suffixes, ".mpo"}
