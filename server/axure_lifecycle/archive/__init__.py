"""Files that were attached to cases, kept in the home by their content, readable by its owner alone."""

from axure_lifecycle.archive.home import HomeArchive

__all__ = ["HomeArchive"]
