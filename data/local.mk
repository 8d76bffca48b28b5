# data: shipped connectors, integrations, units.
connectorsdir = $(pkgdatadir)/connectors
dist_connectors_DATA = %D%/connectors/http.json %D%/connectors/netsuite.json
integrationsdir = $(pkgdatadir)/integrations
dist_integrations_DATA = %D%/integrations/netsuite-order-to-cash.json \
	%D%/integrations/order-sync.json
