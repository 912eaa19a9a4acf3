"""What Prometheus is told: every number that an operator may watch, none of which belongs to a visitor."""
