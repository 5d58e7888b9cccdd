"""How fast the engine is beside its peers, with the same numbers: ``make bench``.

One photograph, VGG16, five pools, the three strongest features of each. Every peer runs in a process of its
own, rounds alternate between them so that all see the same machine, and a peer whose reconstructions differ
from ours is named, not timed. Peers in PyTorch live in another environment and share with us a file of
arrays (``work``).
"""
