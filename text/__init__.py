"""Pure functions over words: no database, no settings of ours. Everything above may use them."""
