"""Damaged versions of the files that users have, given to the code that reads them in a build.

Each file must be read or refused with a message. Any result other than success or a ``GalleryError`` is a
finding, and so are ten seconds without an answer, two gigabytes of memory, and the death of the process.
"""
