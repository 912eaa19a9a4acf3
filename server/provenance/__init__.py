"""How a picture was made, told in the picture itself: a visible mark, and signed Content Credentials."""
