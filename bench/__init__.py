"""How fast a reveal is, beside two comparators: a floor below which no server can go, and the way of the tutorials."""
