"""What visitors write, checked before it becomes a picture in a room full of people. Knows no model and no network."""
