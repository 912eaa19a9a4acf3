"""Clips of an artwork on a gallery wall, rendered from known homographies: what trackers are measured on."""
