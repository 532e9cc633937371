"""What the words mean: plain values, units in their names, nothing of ours imported."""
