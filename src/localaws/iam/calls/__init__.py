"""From an HTTP request to what it asks for: actions on resources, with the facts that conditions look at."""
