"""Other people's clients, unmodified, through their documented use: what they accept is what the service would say."""
