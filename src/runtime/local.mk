# runtime: tailord.
