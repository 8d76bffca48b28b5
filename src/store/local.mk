# store: the only layer with SQL. The console's store and the runtime's.
