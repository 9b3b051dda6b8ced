"""A kind of content in an app that the project does not know: notices on a board in every space."""
