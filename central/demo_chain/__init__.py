"""青禾生活, a believable chain for trying things out: stores, members with a year, rewards."""
