"""Files that users may have, damaged at random, given to what a build reads them with.

Whatever is in a file, it is read or refused in words: anything but success or a ``GalleryError`` is a
finding, and so are ten seconds without an answer, two gigabytes of memory and the death of the process.
"""
