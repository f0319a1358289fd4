"""What every test keeps to: order does not matter, and what is missing is said by name."""
