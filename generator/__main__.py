"""``python -m generator`` is ``gallery``."""

import sys

from generator.cli import main

sys.exit(main())
