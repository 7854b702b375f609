"""Every mutating request of a run, each a point at which its process is killed; what comes of it is compared."""
