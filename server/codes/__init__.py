"""Codes for the printer: their sizes, the stations' labels, and sheets of labels. Knows no socket and no exhibition."""
