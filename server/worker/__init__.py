"""The process that owns the models, and the server's hold on it. Batches of JPEGs go in, JPEGs come out."""
