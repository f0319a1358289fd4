"""What a reveal is measured against: floors that do the least, and what people usually build."""
