"""What makes evidence provable to others."""
