"""A kind of content of its own, in an app that nothing in the project knows: notices on a board in every space."""
