"""AWS on a laptop: moto's own application, mended, with the data planes that moto only pretends to have."""
