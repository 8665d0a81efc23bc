"""Les formulaires du système qualité."""
