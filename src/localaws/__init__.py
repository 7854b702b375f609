"""AWS on a laptop: moto's own application, mended, with the data planes that moto only pretends to have."""

__version__ = "0.1.0"
