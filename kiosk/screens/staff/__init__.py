"""The screens of staff: they look at them between two customers, so each says one thing."""
