"""Frames and requests that were right once, changed by chance with a seed: the server refuses them, and never fails."""
