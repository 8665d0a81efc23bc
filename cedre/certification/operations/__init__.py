"""Les gestes de la certification."""
