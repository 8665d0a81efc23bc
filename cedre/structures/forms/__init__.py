"""Les formulaires de ce que la structure pose."""
