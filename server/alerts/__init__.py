"""What an operator is told without looking: which alerts stand, what is written of them, and how it is sent."""
