"""What a program may ask about people: logins, oneself, the couple, and what one keeps for oneself."""
