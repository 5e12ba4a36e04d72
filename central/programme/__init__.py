"""What the chain offers: tiers, rewards, prices, stock, stores."""
