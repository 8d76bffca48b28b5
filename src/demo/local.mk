# demo: a store, a runtime and stand-ins on loopback with sample data.
