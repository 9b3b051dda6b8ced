"""Pure functions on text: no database, no settings of ours. Every app above may use them."""
