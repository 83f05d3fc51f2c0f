# Agora: one entrance for everything. `make help` lists the targets.
#
# Objects go to $(BUILD), never beside the sources. VARIANT chooses how the C is compiled:
# release (default), asan (AddressSanitizer and UBSan, what the tests run), tsan, fuzz (clang).

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.SUFFIXES:
.SECONDARY:
MAKEFLAGS += --no-builtin-rules

VARIANT ?= release
BUILD   ?= build/$(VARIANT)
CC      := $(if $(filter default undefined,$(origin CC)),gcc,$(CC))
PYTHON  ?= /usr/bin/python3
PREFIX  ?= /usr/local
DESTDIR ?=
SUITE   ?= all
JOBS    ?= $(shell nproc)
VERSION := 0.1.0

PACKAGES := libmicrohttpd libpq jansson libcrypto libssl libsodium libcurl talloc inih libsystemd zlib gnutls \
            libjpeg libpng libwebp libwebpdemux libseccomp libcares

WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wvla -Wmissing-prototypes \
            -Wpointer-arith -Wwrite-strings -Wformat=2 -Werror
HARDEN   := -fstack-protector-strong -fPIE
OPT_release := -O2 -D_FORTIFY_SOURCE=2
OPT_asan    := -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
OPT_tsan    := -O1 -fsanitize=thread -fno-omit-frame-pointer
OPT_fuzz    := -O1 -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all -fno-omit-frame-pointer

CPPFLAGS += -D_GNU_SOURCE -DAGORA_VERSION='"$(VERSION)"' -I. -I$(BUILD)/gen \
            $(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(PACKAGES) 2>/dev/null))
CFLAGS   += -std=gnu17 -g -pthread $(WARNINGS) $(HARDEN) $(OPT_$(VARIANT))
LDFLAGS  += -pie -pthread -Wl,-z,relro,-z,now,--as-needed $(filter -fsanitize%,$(OPT_$(VARIANT)))
LDLIBS   += $(shell pkg-config --libs $(PACKAGES) 2>/dev/null)

# What each program is made of: every .c file of a folder; the mains stand beside the folders.
BASE_SRC   := $(wildcard directory/base/*.c)
DB_SRC     := $(wildcard directory/db/*.c)
SCORE_SRC  := $(wildcard directory/score/*.c)
DOMAIN_SRC := $(wildcard directory/domain/*.c) $(SCORE_SRC)
HTTP_SRC   := $(wildcard directory/http/*.c directory/http/api/*.c)
CTL_SRC    := $(wildcard directory/ctl/*.c)
WIRE_SRC   := $(wildcard tmtp-link/wire/*.c)
CLIENT_SRC := $(wildcard tmtp-link/base/*.c tmtp-link/client/*.c)
ADMIN_SRC  := $(wildcard tmtp-link/admin/*.c)
SERVER_SRC := $(wildcard tmtp-link/server/*.c)
COMMAND_SRC := $(wildcard tmtp-link/command/*.c)

SANDBOX_SRC := $(wildcard directory/sandbox/*.c) directory/base/parcel.c
IMAGER_SRC := $(wildcard directory/imager/*.c)
FETCH_SRC  := $(wildcard directory/fetch/*.c)
SKOS_SRC   := $(wildcard directory/skos/*.c)

# Those whose names have a hyphen are started by the daemons, never by hand.
PROGRAMS := agorad agoractl tmtpd tmtpd-fetch tmtp agora-imager agora-fetch agora-skos
agorad_SRC   := directory/agorad.c $(BASE_SRC) $(DB_SRC) $(DOMAIN_SRC) $(HTTP_SRC) $(WIRE_SRC) $(CLIENT_SRC) $(ADMIN_SRC) @gen/directory_sql.c
agoractl_SRC := directory/agoractl.c $(CTL_SRC) $(BASE_SRC) $(DB_SRC) $(DOMAIN_SRC) $(WIRE_SRC) $(CLIENT_SRC) $(ADMIN_SRC) @gen/directory_sql.c
tmtpd_SRC    := tmtp-link/tmtpd.c $(SERVER_SRC) $(WIRE_SRC) @gen/tmtpd_sql.c
tmtpd-fetch_SRC := tmtp-link/tmtpd-fetch.c
agora-imager_SRC := directory/agora_imager.c $(IMAGER_SRC) $(SANDBOX_SRC)
agora-fetch_SRC  := directory/agora_fetch.c $(FETCH_SRC) $(SANDBOX_SRC)
agora-skos_SRC   := directory/agora_skos.c $(SKOS_SRC) $(SANDBOX_SRC) directory/base/utf8.c
tmtp_SRC     := tmtp-link/tmtp.c $(COMMAND_SRC) $(CLIENT_SRC) $(ADMIN_SRC) $(WIRE_SRC)

# What is done in a line each; V=1 shows the whole commands, -s nothing.
silent := $(findstring s,$(firstword -$(MAKEFLAGS)))
say = $(if $(V),,@$(if $(silent),,echo '  $(1) $(2)';))

objects = $(patsubst %.c,$(BUILD)/obj/%.o,$(filter-out @%,$($(1)_SRC))) \
          $(patsubst @gen/%.c,$(BUILD)/obj/gen/%.o,$(filter @%,$($(1)_SRC)))

.PHONY: all help run data demo tmtpd-dev test bench bench-search bench-tmtp bench-verification fuzz format lint web install dist clean programs
all: programs                     ## Build the C programs (default)
programs: $(PROGRAMS:%=$(BUILD)/bin/%) $(BUILD)/gen/openapi.json \
          $(BUILD)/man/agorad.conf.5 $(BUILD)/man/agoractl.8 docs/errors.md

define program_rule
$(BUILD)/bin/$(1): $(call objects,$(1))
	@mkdir -p $$(@D)
	$$(call say,LINK,$$@) $$(CC) $$(LDFLAGS) -o $$@ $$^ $$(LDLIBS)
endef
$(foreach p,$(PROGRAMS),$(eval $(call program_rule,$(p))))

GENERATED := $(BUILD)/gen/directory_sql.h $(BUILD)/gen/tmtpd_sql.h
$(BUILD)/obj/%.o: %.c $(BUILD)/flags | $(GENERATED)
	@mkdir -p $(@D)
	$(call say,CC,$<) $(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
$(BUILD)/obj/gen/%.o: $(BUILD)/gen/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<) $(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# Objects are made again when the compiler or its flags change.
.PHONY: FORCE
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(subst ','\'',$(CPPFLAGS) $(CFLAGS))' | cmp -s - $@ || echo '$(CC) $(subst ','\'',$(CPPFLAGS) $(CFLAGS))' > $@

$(BUILD)/bin/tmtpd: | $(BUILD)/bin/tmtpd-fetch

# SQL is compiled into the programs: statements by name, migrations and functions by file.
$(BUILD)/gen/%_sql.h $(BUILD)/gen/%_sql.c: scripts/embed_sql.py sql/%/migrations sql/%/functions sql/%/queries $(wildcard sql/*/*/*.sql)
	@mkdir -p $(@D)
	$(call say,SQL,sql/$*) $(PYTHON) scripts/embed_sql.py sql/$* $(BUILD)/gen/$*_sql

# The description of the interface, as agorad serves it.
$(BUILD)/gen/openapi.json: docs/openapi.yaml scripts/openapi.py
	@mkdir -p $(@D)
	$(call say,API,$<) $(PYTHON) scripts/openapi.py $< $@

# Manual pages whose tables the programs print themselves.
$(BUILD)/man/agorad.conf.5: docs/man/agorad.conf.5.in $(BUILD)/bin/agorad
	@mkdir -p $(@D)
	$(call say,MAN,$@) sed -e '/table of KEYS/{r /dev/stdin' -e 'd}' $< > $@ < <($(BUILD)/bin/agorad --print-manual)
$(BUILD)/man/agoractl.8: docs/man/agoractl.8.in $(BUILD)/bin/agoractl
	@mkdir -p $(@D)
	$(call say,MAN,$@) sed -e '/table of COMMANDS/{r /dev/stdin' -e 'd}' $< > $@ < <($(BUILD)/bin/agoractl --print-manual)

# The kinds of error, a paragraph each.
docs/errors.md: directory/base/errors.def scripts/errors.py
	$(call say,DOC,$@) $(PYTHON) scripts/errors.py $< $@

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)

# Unit tests: tests/unit/NAME_test.c each make a program linked with every module (mains excepted).
MODULES  := $(BASE_SRC) $(DB_SRC) $(DOMAIN_SRC) $(HTTP_SRC) $(WIRE_SRC) $(CLIENT_SRC) $(ADMIN_SRC) $(COMMAND_SRC) \
            $(wildcard directory/sandbox/*.c) $(IMAGER_SRC) $(FETCH_SRC) $(SKOS_SRC) directory/ctl/example_dice.c @gen/directory_sql.c
UNITS    := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/*_test.c tests/unit/verification/*_test.c tests/unit/search/*_test.c))
SERVER_UNITS := $(patsubst tests/unit/server/%.c,$(BUILD)/unit/server/%,$(wildcard tests/unit/server/*_test.c))
modules_SRC := $(MODULES)
server_modules_SRC := $(SERVER_SRC) $(WIRE_SRC) @gen/tmtpd_sql.c
.PHONY: units
units: $(UNITS) $(SERVER_UNITS)
$(BUILD)/libmodules.a: $(call objects,modules)
	@rm -f $@ && ar rcs $@ $^
$(BUILD)/libserver.a: $(call objects,server_modules)
	@rm -f $@ && ar rcs $@ $^
$(SERVER_UNITS): $(BUILD)/unit/server/%: $(BUILD)/obj/tests/unit/server/%.o $(BUILD)/libserver.a
	@mkdir -p $(@D)
	$(call say,LINK,$@) $(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka
$(UNITS): $(BUILD)/unit/%: $(BUILD)/obj/tests/unit/%.o $(BUILD)/libmodules.a
	@mkdir -p $(@D)
	$(call say,LINK,$@) $(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

# Benchmarks in C: tests/bench/NAME.c, with every module and, for server_*, the TMTP server's.
$(BUILD)/bench/server_%: $(BUILD)/obj/tests/bench/server_%.o $(BUILD)/libserver.a
	@mkdir -p $(@D)
	$(call say,LINK,$@) $(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)
$(BUILD)/bench/%: $(BUILD)/obj/tests/bench/%.o $(BUILD)/libmodules.a
	@mkdir -p $(@D)
	$(call say,LINK,$@) $(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# Fuzz targets: tests/fuzz/NAME_fuzz.c, with every module and, for server_*, the TMTP server's.
$(BUILD)/fuzz/server_%: $(BUILD)/obj/tests/fuzz/server_%_fuzz.o $(BUILD)/libserver.a
	@mkdir -p $(@D)
	$(call say,LINK,$@) $(CC) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LDLIBS)
$(BUILD)/fuzz/%: $(BUILD)/obj/tests/fuzz/%_fuzz.o $(BUILD)/libmodules.a
	@mkdir -p $(@D)
	$(call say,LINK,$@) $(CC) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LDLIBS)

help:                             ## List the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run:                              ## Install, build, start a private instance; CONFIG=FILE for your own PostgreSQL
	@scripts/bootstrap.sh
	@$(MAKE) --no-print-directory -j$(JOBS) programs web
	@CONFIG='$(CONFIG)' MEMBERS='$(MEMBERS)' $(PYTHON) scripts/run.py

data:                             ## Fill the private instance with MEMBERS example members
	@scripts/bootstrap.sh
	@$(MAKE) --no-print-directory -j$(JOBS) programs
	@MEMBERS='$(MEMBERS)' $(PYTHON) scripts/data.py

tmtpd-dev:                        ## A throwaway tmtpd; PORT=7443 POLICY=open|introduced ADMIN=PATH
	@scripts/bootstrap.sh
	@$(MAKE) --no-print-directory -s -j$(JOBS) $(BUILD)/bin/tmtpd
	@PORT='$(PORT)' POLICY='$(POLICY)' ADMIN='$(ADMIN)' AGORA_BUILD='$(BUILD)' exec $(PYTHON) scripts/tmtpd_dev.py

demo:                             ## Play the main job on a throwaway instance
	@scripts/bootstrap.sh
	@$(MAKE) --no-print-directory -j$(JOBS) programs web
	@$(PYTHON) scripts/demo.py

test:                             ## Run the tests; SUITE=lint|unit|sql|tmtp|api|web|e2e|fault|valgrind|fuzz|verification|search for one
	@scripts/bootstrap.sh test
	@$(PYTHON) tests/run.py $(SUITE)

bench:                            ## Measure, with goals beside the figures
	@scripts/bootstrap.sh test
	@$(MAKE) --no-print-directory -j$(JOBS) programs web
	@tests/bench/run.sh starvation introductions

bench-search:                     ## Measure search beside pgbench, the naive design and a Node server; MEMBERS="100000 1000000"
	@scripts/bootstrap.sh test
	@$(MAKE) --no-print-directory -j$(JOBS) programs web
	@MEMBERS='$(MEMBERS)' tests/bench/run.sh search/run search/ranking search/sweep

bench-tmtp:                       ## Measure tmtpd: messages, memory, links, registrations, contacts
	@scripts/bootstrap.sh test
	@$(MAKE) --no-print-directory -j$(JOBS) programs
	@tests/bench/run.sh tmtp grants

bench-verification:               ## Measure verification: scorer, queue, evidence, recall
	@scripts/bootstrap.sh test
	@$(MAKE) --no-print-directory -j$(JOBS) programs
	@tests/bench/run.sh $(patsubst tests/bench/%.py,%,$(wildcard tests/bench/verification/*.py))

fuzz:                             ## Fuzz every target for FUZZ_SECONDS (600) each
	@scripts/bootstrap.sh test
	@FUZZ_SECONDS=$${FUZZ_SECONDS:-600} $(PYTHON) tests/run.py fuzz

format:                           ## Lay out the C sources
	@git ls-files -co --exclude-standard '*.c' '*.h' | xargs -r clang-format -i

lint:                             ## Layout, banned calls, include rules, cppcheck, shellcheck
	@tests/lint/run.sh

web: web/dist/index.html          ## Build the browser app
WEB_SRC := $(shell find web/src web/public web/scripts web/*.json web/*.ts web/*.js web/index.html docs/openapi.yaml -type f 2>/dev/null)
web/dist/index.html: $(WEB_SRC)
	@scripts/web.sh

install: programs web             ## Install under $(DESTDIR)$(PREFIX)
	@scripts/install.sh '$(DESTDIR)' '$(PREFIX)' '$(BUILD)'

dist: web                         ## Make a release archive with the built browser app
	@scripts/dist.sh $(VERSION)

clean:                            ## Remove what was built (var/ stays)
	rm -rf build web/dist
