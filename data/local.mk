# data: shipped connectors, integrations, units.
