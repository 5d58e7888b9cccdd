"""What can be made with the generator, beyond its own verbs."""
