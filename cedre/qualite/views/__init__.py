"""Les pages du système qualité."""
