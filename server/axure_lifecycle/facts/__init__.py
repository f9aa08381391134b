"""The shipped register of facts, as TOML files, and the loader that refuses a broken one with all its mistakes."""

from axure_lifecycle.facts.loader import RegisterBroken, load_register, shipped_register

__all__ = ["RegisterBroken", "load_register", "shipped_register"]
