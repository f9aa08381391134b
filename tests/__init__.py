"""A package, because some wheels install a `tests` of their own, which would stand before a folder that is none."""
