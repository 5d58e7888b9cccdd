"""The cache: what was made once, named by the hash of all that made it.

Question: when is something stale? Options: when its files' times say so; when its inputs hash to another
name. Choice: the name. An artifact is looked up by the hash of its inputs, settings, code and packages, so
that it cannot be stale, only missing. Times serve twice, never for freshness: to spare hashing a file whose
size, times and inode are as they were, and to tell what was not used for long. Cost: every input must be in
the key, which tests hold it to.
"""

from generator.cache.digests import Digests
from generator.cache.entries import Cache
from generator.cache.key import Key, digest, text_digest
from generator.cache.ledger import Ledger
from generator.cache.memo import Memo
from generator.cache.seal import Seal

__all__ = ["Cache", "Digests", "Key", "Ledger", "Memo", "Seal", "digest", "text_digest"]
