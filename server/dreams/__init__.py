"""Pictures made from words for visitors: their lane, the process that makes them, and what each visitor is told."""
