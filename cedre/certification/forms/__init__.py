"""Les formulaires de la certification."""
