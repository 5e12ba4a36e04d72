"""The handful of things that screens are made of."""
