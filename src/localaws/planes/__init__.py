"""The planes: one idea of AWS a module, each patching moto before the first request."""
