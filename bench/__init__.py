"""Speed, as ratios to yardsticks measured in the same run. Never a test."""
