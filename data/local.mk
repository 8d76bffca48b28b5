# data: shipped connectors, integrations, units.
connectorsdir = $(pkgdatadir)/connectors
dist_connectors_DATA = %D%/connectors/http.json %D%/connectors/netsuite.json
integrationsdir = $(pkgdatadir)/integrations
dist_integrations_DATA = %D%/integrations/netsuite-order-to-cash.json \
	%D%/integrations/order-sync.json
# systemd units, with the folder of the programs filled in.
systemdunitdir = $(prefix)/lib/systemd/system
systemdunit_DATA = data/systemd/tailord.service data/systemd/tailor-sync.service
EXTRA_DIST += %D%/systemd/tailord.service.in %D%/systemd/tailor-sync.service.in
CLEANFILES += $(systemdunit_DATA)
data/systemd/%.service: $(top_srcdir)/data/systemd/%.service.in Makefile
	@mkdir -p data/systemd
	$(AM_V_GEN)sed 's|PROGRAMS|$(bindir)|' $< >$@.new && mv $@.new $@
