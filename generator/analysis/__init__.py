"""What can be computed of a model and a picture, or of a model alone."""
