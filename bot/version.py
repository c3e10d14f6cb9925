"""The version of the installed package."""

from importlib import metadata


def version() -> str:
    """citebot's version; "(not installed)" for code that runs from a folder without an installation."""
    try:
        return metadata.version("citebot")
    except metadata.PackageNotFoundError:
        return "(not installed)"
