# The targets of claircore v0.0.7. Each is the npm script of its name: see docs/concepts/local-development.md.
TARGETS := unit unit-v integration integration-v bench \
	libindex-db-restart libvuln-db-restart libindexhttp-restart libvulnhttp-restart \
	local-dev-up local-dev-down local-dev-logs

.PHONY: $(TARGETS)
$(TARGETS):
	@npm run --silent $@
