"""The kinds of artifacts that a gallery consists of: what each kind's key has, what it needs, how it is made.

A kind is a frozen dataclass. ``make`` sees only its fields and the values of its needs, so its key and its
needs are derived from the fields and cannot omit one. No kind knows whether its value is already kept:
``build.run`` alone decides that.
"""
