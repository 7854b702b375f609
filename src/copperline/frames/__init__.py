"""Steps from data frame to data frame that every table goes through; none of them starts a computation."""
