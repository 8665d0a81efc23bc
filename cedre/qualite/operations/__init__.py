"""Les gestes du système qualité."""
