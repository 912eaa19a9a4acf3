"""The process that owns the models and the trackers, and the server's hold on it. JPEGs go in, JPEGs and poses out."""
