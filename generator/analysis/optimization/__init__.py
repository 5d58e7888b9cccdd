"""Pictures optimized for a feature: what raises it most, found by following its gradient from noise."""
