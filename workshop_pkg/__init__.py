"""The companion package of the Recommender Workshop: what its notebooks import."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("recommender-workshop")
except PackageNotFoundError:  # the folder was copied without being installed
    __version__ = "0+unknown"

__all__ = ["__version__"]
