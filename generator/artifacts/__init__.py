"""What a gallery consists of, one file a kind: what a kind's key has, what it needs, how it is made.

A kind is a frozen dataclass. Its fields are all that ``make`` sees besides the values of its needs, so its
key and its needs are read off the fields and cannot forget one. No kind knows whether its value is kept:
``build.run`` alone decides that.
"""
