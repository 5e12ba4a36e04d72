"""A till of the chain as a client of the API: for a counter without a POS, and for trying out."""
