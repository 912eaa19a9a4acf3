"""The process that makes pictures from words: apart from the one that paints, and behind it in the cores' favour."""
